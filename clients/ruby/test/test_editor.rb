# frozen_string_literal: true

require_relative "support"
require_relative "../lib/deltapad/editor"

# The parts of the editor: what is wide, how lines are laid out, where keys go, what a terminal sends.
class TestEditor < Minitest::Test
  Delta = Deltapad::Delta

  def test_characters_are_as_wide_as_a_terminal_shows_them
    { "a" => 1, "é" => 1, "e\u0301" => 1, "漢" => 2, "テ" => 2, "ﾃ" => 1, "😀" => 2, "👩‍💻" => 2, "❤️" => 2, "🇩🇰" => 2, "한" => 2 }
      .each { |text, width| assert_equal [width], cells(text).map(&:width), text }
    assert_equal [2, 5], [cells("😀").first.length, cells("👩‍💻").first.length]
  end

  def test_what_would_steer_the_terminal_does_not
    assert_equal ["·", "[", "2", "J"], cells("\e[2J").map(&:text)
    assert_equal "a·b", Deltapad::Cells.harmless("a\u202Eb")
    assert_equal [1], cells("\u200B").map(&:width)
  end

  def test_lines_are_wrapped_at_words
    assert_equal ["one two ", "three", ""], rows("one two three\n\n", 10)
    assert_equal %w[漢漢 漢], rows("漢漢漢\n", 6)
  end

  def test_lines_have_what_stands_before_them
    page = page([{ "insert" => "a" }, { "insert" => "\n", "attributes" => { "list" => "bullet" } }, { "insert" => "b" },
                 { "insert" => "\nc\n", "attributes" => { "list" => "ordered" } }, { "insert" => { "image" => "x" } }, { "insert" => "\n" }])
    assert_equal ["• a", "1. b", "2. c", "▣"], page.rows.map { |row| row.lead + row.cells.map(&:text).join }
    assert_equal [0, 2, 4, 6], page.rows.map(&:index)
  end

  def test_the_caret_goes_by_whole_characters
    page = page([{ "insert" => "a👩‍💻b\n\nc\n" }])
    assert_equal [1, 6, 7, 8, 9, 10, 10], steps(7, 0) { |index| page.right_of(index) }
    assert_equal [9, 8, 7, 6, 1, 0, 0], steps(7, 10) { |index| page.left_of(index) }
  end

  def test_up_and_down_keep_the_column
    page = page([{ "insert" => "long line\n\nanother one\n" }])
    movement = Deltapad::Movement.new(page)
    empty = movement.target(:down, 6, 10)
    assert_equal [10, 17], [empty, movement.target(:down, empty, 10)]
    assert_equal [0, 22, 5], [movement.target(:home, 4, 10), movement.target(:bottom, 4, 10), movement.target(:word_left, 9, 10)]
  end

  def test_what_a_terminal_sends_is_read_as_keys
    keys = Deltapad::Keys.new
    assert_equal ["ab", :left, "é😀", :enter, :quit], keys.read("ab\e[Dé😀\r\x11".b)
    assert_equal [], keys.read("\e[200~one\r\ntw".b)
    assert_equal ["one\ntwo", :delete], keys.read("o\e[201~\e[3~".b)
    assert_equal [["a"], ["😀b"]], [keys.read("a\xF0\x9F".b), keys.read("\x98\x80b".b)]
    assert_equal [], keys.read("\e[99;7u\x02\e".b)
  end

  private

  def steps(count, index) = Array.new(count) { index = yield(index) }

  def cells(text) = Deltapad::Cells.of(text, {})

  def page(contents, columns = 40) = Deltapad::Page.new.tap { |page| page.lay_out(Delta.parse(contents), columns) }

  def rows(text, columns) = page([{ "insert" => text }], columns).rows.map { |row| row.cells.map(&:text).join }
end
