# frozen_string_literal: true

require_relative "delta"

module Deltapad
  # Whether a change fits a document: it stays within it, leaves its last newline the last character, and cuts no
  # character in two.
  module Fitting
    module_function

    # Raises Refusal where the change does not fit.
    def check(change, document)
      refuse "beyond_end" if change.base_length > document.length
      refuse "final_newline" unless final_newline_stays?(change, document.length)
      units = document.units
      refuse "splits_surrogate" if cuts(change).any? { |index| Utf16.inside_pair?(units, index) }
    end

    def fits?(change, document)
      check(change, document)
      true
    rescue Refusal
      false
    end

    def final_newline_stays?(change, length)
      index = 0
      change.ops.none? do |op|
        index += op.length unless op.insert?
        (op.delete? && index == length) || (op.insert? && index == length)
      end
    end

    # The indices in the document at which the change begins to do something else.
    def cuts(change)
      index = 0
      change.ops.map { |op| op.insert? ? index : index += op.length }
    end

    def refuse(code) = raise(Refusal, code)
  end
end
