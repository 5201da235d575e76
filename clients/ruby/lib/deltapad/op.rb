# frozen_string_literal: true

require "json"

module Deltapad
  # One operation of a Delta. `kind` is :insert, :retain or :delete; `value` is a UTF-16 text or an embed (a Hash) of an
  # insert, else a length; `attributes` are a retain's or an insert's.
  Op = Struct.new(:kind, :value, :attributes) do
    def self.insert(value, attributes = Attributes::NONE) = new(:insert, value, attributes)
    def self.retain(length, attributes = Attributes::NONE) = new(:retain, length, attributes)
    def self.delete(length) = new(:delete, length, Attributes::NONE)

    def insert? = kind == :insert
    def retain? = kind == :retain
    def delete? = kind == :delete
    def text? = insert? && value.is_a?(String)
    def plain? = attributes.empty?

    # In UTF-16 code units; an embed is 1.
    def length
      return value unless insert?

      text? ? Utf16.length(value) : 1
    end

    def slice(from, length)
      return self if from.zero? && length == self.length
      return Op.insert(Utf16.slice(value, from, length), attributes) if text?

      Op.new(kind, length, attributes)
    end

    # The two as one, or nil where they stay two.
    def merge(other)
      return unless kind == other.kind && attributes == other.attributes
      return Op.new(kind, value + other.value, attributes) if !insert? || (text? && other.text?)
    end

    # The size that it has in a frame, with what parts it from its neighbour.
    def json_bytes = JSON.generate(to_h).bytesize + 1

    # The front of a text, of at most so many bytes of JSON, or nil; and what is left of it.
    def split(bytes)
      # An escaped code unit is six bytes.
      cut = text? ? (bytes - Op.insert(Utf16::EMPTY, attributes).json_bytes) / 6 : 0
      cut -= 1 if text? && Utf16.inside_pair?(value, cut)
      cut.positive? ? [slice(0, cut), slice(cut, length - cut)] : [nil, self]
    end

    # As JSON has it, texts in UTF-8.
    def to_h
      shown = { kind.to_s => text? ? Utf16.decode(value) : value }
      shown["attributes"] = attributes unless plain?
      shown
    end
  end

  # Reads a Delta's operations from the front, in pieces of any length.
  class OpReader
    # What comes after a Delta's last operation: everything stays as it is.
    ENDLESS = Op.retain(Float::INFINITY)

    def initialize(ops)
      @ops = ops
      @index = 0
      @offset = 0
    end

    def more? = @index < @ops.length
    def op = more? ? @ops[@index] : ENDLESS
    def left = op.length - @offset

    # The next operation, or so much of it.
    def take(length = left)
      taken = more? ? op.slice(@offset, length) : Op.retain(length)
      @offset += length
      return taken if @offset < op.length

      @index += 1
      @offset = 0
      taken
    end
  end
end
