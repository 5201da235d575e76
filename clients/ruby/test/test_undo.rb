# frozen_string_literal: true

require_relative "support"

# Undo takes back what one did oneself, whatever others do meanwhile.
class TestUndo < Minitest::Test
  Delta = Deltapad::Delta

  def setup
    @now = 0
    @undo = Deltapad::Undo.new(-> { @now })
    @screen = Delta.insert(0, "Hello\n")
  end

  def test_it_takes_back_and_makes_again
    type(5, " you")
    undo
    assert_text "Hello\n"
    again
    assert_text "Hello you\n"
  end

  def test_what_is_typed_in_one_go_is_taken_back_in_one
    type(5, "!")
    type(6, "?")
    @now += 2
    type(0, "Oh ")
    undo
    assert_text "Hello!?\n"
    undo
    assert_text "Hello\n"
    assert_nil @undo.undo(@screen)
  end

  def test_others_changes_stay
    type(5, " you")
    @now += 2
    make(Delta.delete(0, 5))
    other(Delta.insert(0, "Bob "))
    undo
    assert_text "Bob Hello you\n"
    other(Delta.delete(9, 2))
    undo
    assert_text "Bob Hello\n"
    again
    again
    assert_text "Bob ou\n"
  end

  def test_what_someone_else_deleted_does_not_come_back
    type(0, "mine ")
    other(Delta.delete(0, 5))
    assert_nil @undo.undo(@screen)
    assert_text "Hello\n"
  end

  def test_it_always_gives_a_document_that_converges
    random = Random.new(7)
    100.times do
      setup
      12.times { random.rand(2).zero? ? type(place(random), "ab") : other(change(random)) && @now += 1 }
      12.times { undo }
      12.times { again }
      assert_equal "\n", @screen.text[-1]
    end
  end

  private

  def place(random) = random.rand(@screen.length)

  def change(random)
    from = place(random)
    size = [3, @screen.length - 1 - from].min
    size.positive? && random.rand(2).zero? ? Delta.delete(from, size) : Delta.insert(from, "xyz")
  end

  def type(index, text) = make(Delta.insert(index, text))

  def make(change)
    @undo.record(change, @screen)
    show(change)
  end

  def other(change)
    @undo.move(change)
    show(change)
  end

  def undo = show(@undo.undo(@screen) || Delta::EMPTY)
  def again = show(@undo.redo(@screen) || Delta::EMPTY)

  def show(change)
    Deltapad::Fitting.check(change, @screen)
    @screen = @screen.compose(change)
  end

  def assert_text(text) = assert_equal(text, @screen.text)
end
