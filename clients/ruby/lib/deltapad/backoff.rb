# frozen_string_literal: true

module Deltapad
  # How long to wait before the next try: a time drawn at random below a bound that grows.
  class Backoff
    FIRST = 1.0
    LONGEST = 30.0

    def initialize
      reset
    end

    def reset = @bound = FIRST

    # Seconds, and no less than the server asked for.
    def next(least = nil)
      drawn = rand * @bound
      @bound = [@bound * 2, LONGEST].min
      [drawn, least.to_f].max
    end
  end
end
