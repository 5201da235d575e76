# frozen_string_literal: true

module Deltapad
  # Reads a Delta's operations out of JSON, and refuses what is none, with the protocol's codes.
  module Parsing
    # The greatest integer that every reader of JSON holds exactly.
    GREATEST = (1 << 53) - 1
    # How deep a format's value or an embed may be nested.
    DEEPEST = 16

    module_function

    def ops(value)
      refuse unless value.is_a?(Array)
      ops = value.map { |item| op(item) }
      refuse if ops.sum(&:length) > GREATEST
      ops
    end

    def op(item)
      refuse unless item.is_a?(Hash)
      kind = %w[insert retain delete].find { |name| item.key?(name) }
      refuse if kind.nil? || item.keys.difference([kind, "attributes"]).any?
      refuse if kind == "delete" && item.key?("attributes")
      formats = attributes(item.fetch("attributes", Attributes::NONE))
      return Op.new(kind.to_sym, length(item[kind]), formats) unless kind == "insert"

      Op.insert(inserted(item[kind]), formats.compact)
    end

    def inserted(value)
      case value
      when String then text(value)
      when Hash
        refuse unless value.length == 1
        plain(value, DEEPEST).freeze
      else refuse
      end
    end

    def text(value)
      refuse if value.empty? || value.include?("\0")
      Utf16.encode(value)
    end

    def length(value)
      value = number(value)
      refuse unless value.is_a?(Integer) && value.positive?
      value
    end

    def attributes(value)
      refuse unless value.is_a?(Hash)
      plain(value, DEEPEST).freeze
    end

    # The value, with every text and number in it looked at.
    def plain(value, depth)
      refuse if depth.negative?
      case value
      when Hash then value.to_h { |name, inner| [plain(name, depth), plain(inner, depth - 1)] }
      when Array then value.map { |inner| plain(inner, depth - 1) }
      when String then words(value)
      when Numeric then number(value)
      else value
      end
    end

    def words(value)
      raise Refusal, "splits_surrogate" unless value.valid_encoding?

      refuse if value.include?("\0")
      value
    end

    # A number that means the same to everyone; `1.0` is `1`.
    def number(value)
      refuse unless value.is_a?(Numeric) && value.to_f.finite?
      whole = value.to_i
      return value unless whole == value
      refuse if value.is_a?(Integer) && whole.abs > GREATEST
      whole.abs > GREATEST ? value : whole
    end

    def refuse = raise(Refusal, "bad_delta")
  end
end
