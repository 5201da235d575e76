# frozen_string_literal: true

require_relative "support"

# What transcripts leave to a client.
class TestSession < Minitest::Test
  Delta = Deltapad::Delta

  def setup
    @copy = Deltapad::Copy.new("alice-client")
    @heard = []
    begin_session
  end

  def test_a_change_above_the_limit_goes_in_parts
    welcome("limits" => { "frame_in" => 1000 })
    @session.edit(Delta.insert(0, "😀" * 600))
    sent = 0
    while (submit = @session.frames.find { |frame| frame["type"] == "submit" })
      assert_operator JSON.generate(submit).bytesize, :<=, 1000
      acknowledge(submit)
      sent += 1
    end
    assert_operator sent, :>, 2
    assert_equal "#{'😀' * 600}Hello\n", @copy.contents.text
    assert @copy.settled?
  end

  def test_what_another_person_typed_is_not_sent
    welcome
    @session.edit(Delta.insert(0, "Alice's "))
    begin_session
    welcome("user" => { "id" => "u-bob" }, "revisions" => [], "contents" => nil)
    assert_includes @heard, [:rejected, "client_id_taken"]
    assert_equal ["Hello\n", ["Alice's "]], [@copy.screen.text, @copy.kept.map { |kept| kept.delta.text }]
    assert_empty @session.frames
  end

  def test_a_copy_is_what_it_was_after_it_was_stored
    welcome
    @session.edit(Delta.insert(0, "a"))
    @session.frames
    @session.edit(Delta.insert(1, "b"))
    stored = JSON.parse(JSON.generate(@copy.to_h))
    assert_equal stored, JSON.parse(JSON.generate(Deltapad::Copy.restore(stored).to_h))
  end

  def test_who_may_not_edit_or_tell_does_not
    welcome("capabilities" => ["read"])
    refute @session.editable?
    @session.select(Deltapad::Selection.new(0, 0))
    assert_empty @session.frames
    @session.receive("type" => "access", "role" => "editor", "capabilities" => %w[read edit presence])
    assert @session.editable?
    assert_equal ["presence"], @session.frames.map { |frame| frame["type"] }
    @session.receive("type" => "document", "state" => "frozen")
    refute @session.editable?
  end

  private

  def begin_session
    @session = Deltapad::Session.new(@copy, clock: -> { 0 })
    @session.listen { |*told| @heard << told }
    @session.connect
    @session.frames
  end

  def welcome(given = {})
    said = { "type" => "welcome", "session_id" => "s-alice", "user" => { "id" => "u-alice" }, "role" => "editor",
             "capabilities" => %w[read edit], "document" => { "version" => 1, "state" => "open", "title" => "A" },
             "contents" => [{ "insert" => "Hello\n" }], "acked_seq" => 0, "participants" => [], "limits" => {} }
    @session.receive(said.merge(given).compact)
  end

  def acknowledge(submit)
    revision = submit.slice("seq", "delta").merge("version" => submit["base_version"] + 1, "client_id" => "alice-client")
    @session.receive("type" => "revisions", "revisions" => [revision])
  end
end
