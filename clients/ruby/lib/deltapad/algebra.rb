# frozen_string_literal: true

require "json"
require_relative "session"

module Deltapad
  # The algebra behind lines of JSON, as the conformance kit asks it what the vectors know.
  class Algebra
    CAN = %w[compose transform invert position lengths digests refused].freeze

    def initialize(input, output)
      @input = input
      @output = output
    end

    # Answers until the input ends.
    def run
      @input.each_line do |line|
        @output.puts JSON.generate(reply(JSON.parse(line)))
        @output.flush
      end
    end

    private

    def reply(question)
      what = question["do"]
      return { **Session::CLIENT, "can" => CAN } if what == "about"

      CAN.include?(what) ? { "result" => send(what, question) } : { "error" => "cannot do #{what}" }
    rescue Refusal => refusal
      { "error" => "refused: #{refusal.code}" }
    end

    def delta(value) = Delta.parse(value)

    def compose(asked) = delta(asked["a"]).compose(delta(asked["b"]))
    def transform(asked) = delta(asked["a"]).transform(delta(asked["b"]), asked["priority"])
    def invert(asked) = delta(asked["change"]).invert(delta(asked["document"]))
    def position(asked) = delta(asked["change"]).transform_position(asked["index"], asked["priority"])
    def lengths(asked) = delta(asked["delta"]).length
    def digests(asked) = CanonicalJson.digest(delta(asked["contents"]))

    # The code that a change is refused with, or nil.
    def refused(asked)
      change = delta(JSON.parse(asked["json"]))
      Fitting.check(change, delta(asked["document"])) if asked["document"]
      nil
    rescue Refusal => refusal
      refusal.code
    rescue JSON::ParserError => error
      error.message.include?("surrogate") ? "splits_surrogate" : "bad_delta"
    end
  end
end
