# frozen_string_literal: true

require_relative "support"

# The protocol's transcripts: one client's side of a session, step by step.
class TestTranscripts < Minitest::Test
  Specification.files("transcripts/v1/*.json").each do |path|
    define_method("test_#{File.basename(path, '.json')}") { Runner.new(self, JSON.parse(File.read(path))).run }
  end

  # Plays one transcript to a session, and keeps a screen of its own.
  class Runner
    PACE = 1.0

    def initialize(test, transcript)
      @test = test
      @steps = transcript["steps"]
      @now = 0.0
      @screen = Deltapad::Delta::EMPTY
      @frames = []
      begin_with(Deltapad::Copy.new(transcript["client_id"]))
    end

    def run
      @steps.each_with_index do |step, index|
        @where = "step #{index + 1}: #{step}"
        what, given = step.first
        expect_nothing_sent unless what == "client"
        send("step_#{what}", given)
        @frames.concat(@session.frames)
      end
      expect_nothing_sent
    end

    private

    def begin_with(copy)
      @session = Deltapad::Session.new(copy, clock: -> { @now })
      @session.listen do |event, given|
        @screen = given if event == :contents
        @screen = @screen.compose(given) if event == :change
      end
    end

    def step_connect(_) = @session.connect
    def step_disconnect(_) = @session.disconnect
    def step_check(_) = @session.check
    def step_server(frame) = @session.receive(frame)
    def step_wait(seconds) = @now += seconds
    def step_select(given) = @session.select(Deltapad::Selection.parse(given))
    def step_restart(_) = begin_with(Deltapad::Copy.restore(JSON.parse(JSON.generate(@session.copy.to_h))))

    def step_edit(given)
      change = Deltapad::Delta.parse(given)
      @session.edit(change)
      @screen = @screen.compose(change)
    end

    def step_client(choices)
      wait_for_presence if choices.first["type"] == "presence"
      sent = choices.first["type"] == "presence" ? [@frames.reverse.find { |frame| presence?(frame) }] : said
      @frames.clear
      @test.assert_equal 1, sent.length, @where
      @test.assert_includes choices, sent.first.except("token", "client"), @where
    end

    def wait_for_presence
      @now += PACE
      @frames.concat(@session.frames)
    end

    def step_expect(expected)
      expected.each { |name, value| value.nil? ? @test.assert_nil(found(name), @where) : @test.assert_equal(value, found(name), @where) }
      @test.assert_equal @screen, @session.copy.screen, @where
    end

    def found(name)
      copy = @session.copy
      case name
      when "screen" then @screen.to_a
      when "version" then copy.version
      when "pending" then copy.pending && { "seq" => copy.pending.seq, "delta" => copy.pending.delta.to_a }
      when "buffer" then copy.buffer.empty? ? nil : copy.buffer.to_a
      when "kept" then copy.kept.map { |kept| { "code" => kept.code, "delta" => kept.delta.to_a } }
      when "presence" then @session.others.transform_values { |selection| selection&.to_h }
      end
    end

    def presence?(frame) = frame["type"] == "presence"
    def said = @frames.reject { |frame| %w[ping seen presence].include?(frame["type"]) }
    def expect_nothing_sent = @test.assert_empty(said, @where)
  end
end
