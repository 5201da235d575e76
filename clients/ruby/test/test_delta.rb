# frozen_string_literal: true

require_relative "support"

# What vectors leave open.
class TestDelta < Minitest::Test
  Delta = Deltapad::Delta

  def test_a_change_is_split_into_parts_that_give_the_same
    document = delta([{ "insert" => "0123456789\n" }])
    change = delta([{ "insert" => "x😀" * 100 }, { "delete" => 2 }, { "retain" => 3, "attributes" => { "bold" => true } },
                    { "insert" => "\u0001" * 50 }])
    parts = split(change, 90)
    assert_operator parts.length, :>, 4
    parts.each { |part| assert_operator JSON.generate(part).bytesize, :<, 120 }
    assert_equal document.compose(change), parts.reduce(document, :compose)
  end

  def test_a_change_that_is_small_enough_stays_whole
    change = delta([{ "retain" => 2 }, { "insert" => "a" }])
    assert_equal [change, Delta::EMPTY], change.split(1000)
  end

  def test_an_operation_that_cannot_be_cut_goes_whole
    change = delta([{ "insert" => { "image" => "i" * 100 } }, { "insert" => "a" }])
    assert_equal change, change.split(10).reduce(:compose)
  end

  private

  def delta(value) = Delta.parse(value)

  def split(change, bytes)
    part, rest = change.split(bytes)
    rest.empty? ? [part] : [part, *split(rest, bytes)]
  end
end
