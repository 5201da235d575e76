# frozen_string_literal: true

require "digest"
require "json"

module Deltapad
  # JSON as RFC 8785 writes it, so that equal values are equal bytes, and the digest of a document by it.
  module CanonicalJson
    module_function

    # The SHA-256, in hexadecimal, that `check` names a document's contents by.
    def digest(contents) = Digest::SHA256.hexdigest(write(contents.to_a))

    def write(value)
      case value
      when Hash then "{#{members(value).join(',')}}"
      when Array then "[#{value.map { |item| write(item) }.join(',')}]"
      when Float then number(value)
      else JSON.generate(value)
      end
    end

    # Names are sorted by their UTF-16 code units, which is not the order of code points.
    def members(object)
      object.sort_by { |name, _| name.encode(Encoding::UTF_16BE).b }.map { |name, item| "#{write(name)}:#{write(item)}" }
    end

    # A number as JavaScript writes it: plain from 1e-6 on and below 1e21, else with an exponent.
    def number(value)
      return "0" if value.zero?

      sign = value.negative? ? "-" : ""
      digits, point = significant(value.abs)
      sign + ((-5..21).cover?(point) ? plain(digits, point) : scientific(digits, point))
    end

    # The shortest digits that mean this number, and where the point stands among them.
    def significant(value)
      mantissa, exponent = value.to_s.split("e")
      whole, fraction = mantissa.split(".")
      digits = (whole + fraction).sub(/\A0+/, "")
      leading_zeros = whole.length + fraction.length - digits.length
      [digits.sub(/0+\z/, ""), whole.length + exponent.to_i - leading_zeros]
    end

    def plain(digits, point)
      return "0.#{'0' * -point}#{digits}" unless point.positive?
      return digits.ljust(point, "0") if digits.length <= point

      "#{digits[0...point]}.#{digits[point..]}"
    end

    def scientific(digits, point)
      exponent = point - 1
      fraction = digits.length > 1 ? ".#{digits[1..]}" : ""
      "#{digits[0]}#{fraction}e#{exponent.negative? ? '-' : '+'}#{exponent.abs}"
    end
  end
end
