# frozen_string_literal: true

module Deltapad
  # Collects operations in canonical form: neighbours merged, at one place the insert before the delete, nothing empty,
  # no plain retain at the end.
  class Canonical
    def initialize
      @ops = []
    end

    def concat(ops)
      ops.each { |op| self << op }
      self
    end

    def <<(op)
      return self if op.length.zero?

      deleted = @ops.pop if op.insert? && @ops.last&.delete?
      append(op)
      @ops << deleted if deleted
      self
    end

    def ops
      ended = @ops.last
      ended&.retain? && ended.plain? ? @ops[0...-1] : @ops
    end

    private

    def append(op)
      merged = @ops.last&.merge(op)
      merged ? @ops[-1] = merged : @ops << op
    end
  end
end
