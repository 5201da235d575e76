# frozen_string_literal: true

module Deltapad
  # What is not a change, or no change of that document. `code` is one of the protocol's error table.
  class Refusal < StandardError
    attr_reader :code

    def initialize(code)
      @code = code
      super
    end
  end
end
