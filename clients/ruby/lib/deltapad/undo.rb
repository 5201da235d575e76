# frozen_string_literal: true

require_relative "delta"

module Deltapad
  # What takes one's own changes back, and brings them again, whatever others do meanwhile.
  class Undo
    # Seconds within which changes that follow each other are taken back together.
    TOGETHER = 0.7

    def initialize(clock = -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) })
      @clock = clock
      clear
    end

    def clear
      @undone = []
      @redone = []
      @last = nil
    end

    # One's own change of a screen, which is about to be made.
    def record(change, screen)
      inverse = change.invert(screen)
      together = @last && @clock.call - @last < TOGETHER && @undone.any?
      together ? @undone[-1] = inverse.compose(@undone.last) : @undone << inverse
      @redone.clear
      @last = @clock.call
    end

    # Someone else's change of the screen.
    def move(change)
      [@undone, @redone].each { |steps| move_steps(steps, change) }
      @last = nil
    end

    # The change that takes the last one back on the screen, or nil.
    def undo(screen) = turn(@undone, @redone, screen)

    # The change that makes again what was taken back last, or nil.
    def redo(screen) = turn(@redone, @undone, screen)

    private

    def turn(from, to, screen)
      from.pop while from.last&.empty?
      change = from.pop
      return unless change

      to << change.invert(screen)
      @last = nil
      change
    end

    # The last step applies to the screen, the one before it to what that gives, and so on.
    def move_steps(steps, change)
      (steps.length - 1).downto(0) do |place|
        step = steps[place]
        steps[place] = change.transform(step, true)
        change = step.transform(change, false)
      end
    end
  end
end
