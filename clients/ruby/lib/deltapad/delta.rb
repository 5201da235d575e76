# frozen_string_literal: true

require_relative "utf16"
require_relative "refusal"
require_relative "attributes"
require_relative "op"
require_relative "canonical"
require_relative "parsing"

module Deltapad
  # A document (inserts only) or a change to one, always in canonical form and never changed itself. Every length and
  # index counts UTF-16 code units.
  class Delta
    attr_reader :ops

    # Reads what JSON.parse gives. Raises Refusal where that is no Delta.
    def self.parse(value) = new(Parsing.ops(value))

    def initialize(ops = [])
      @ops = Canonical.new.concat(ops).ops.freeze
    end

    EMPTY = new

    def self.insert(index, text, attributes = Attributes::NONE)
      new([Op.retain(index), Op.insert(Utf16.encode(text), attributes)])
    end

    def self.delete(index, length) = new([Op.retain(index), Op.delete(length)])

    # The length of all operations; of a document, that of its text.
    def length = ops.sum(&:length)

    # How much of a document the change speaks of.
    def base_length = ops.reject(&:insert?).sum(&:length)

    def empty? = ops.empty?

    def ==(other) = other.is_a?(Delta) && ops == other.ops

    def to_a = ops.map(&:to_h)

    def to_json(*state) = to_a.to_json(*state)

    # The text of a document, in UTF-16; an embed is U+FFFC.
    def units
      ops.map { |op| op.text? ? op.value : Utf16.encode("\uFFFC") }.join.force_encoding(Utf16::ENCODING)
    end

    # The texts that a change inserts, in UTF-8.
    def text = ops.select(&:text?).map { |op| Utf16.decode(op.value) }.join

    # Where, in the text that a change gives, it did something last.
    def last_changed
      index = 0
      ops.map do |op|
        index += op.length unless op.delete?
        op.retain? && op.plain? ? 0 : index
      end.max || 0
    end

    # The part of a document between two indices.
    def slice(from, length)
      reader = OpReader.new(ops)
      skip(reader, from)
      taken = []
      while length.positive? && reader.more?
        taken << reader.take([reader.left, length].min)
        length -= taken.last.length
      end
      Delta.new(taken)
    end

    # This change and then `other`, as one.
    def compose(other)
      first = OpReader.new(ops)
      second = OpReader.new(other.ops)
      composed = Canonical.new
      while first.more? || second.more?
        if second.op.insert? then composed << second.take
        elsif first.op.delete? then composed << first.take
        else compose_piece(first, second, composed)
        end
      end
      Delta.new(composed.ops)
    end

    # `other`, made beside this change, rewritten to follow it. With `priority` this one counts as the first: at one
    # place its insert stays left, on one format it wins.
    def transform(other, priority)
      first = OpReader.new(ops)
      second = OpReader.new(other.ops)
      transformed = Canonical.new
      while first.more? || second.more?
        if first.op.insert? && (priority || !second.op.insert?) then transformed << Op.retain(first.take.length)
        elsif second.op.insert? then transformed << second.take
        else transform_piece(first, second, transformed, priority)
        end
      end
      Delta.new(transformed.ops)
    end

    # Where an index is after this change. With `priority` an insert exactly there does not move it.
    def transform_position(index, priority)
      offset = 0
      ops.each do |op|
        break if offset > index

        if op.delete?
          index -= [op.length, index - offset].min
        else
          index += op.length if op.insert? && (offset < index || !priority)
          offset += op.length
        end
      end
      index
    end

    # The change that takes this one back, on the document that it was made on.
    def invert(document)
      base = OpReader.new(document.ops)
      inverted = Canonical.new
      ops.each do |op|
        if op.insert? then inverted << Op.delete(op.length)
        else invert_piece(op, base, inverted)
        end
      end
      Delta.new(inverted.ops)
    end

    # The change as two, one after the other; the first is of about so many bytes of JSON at most.
    def split(bytes)
      taken = 0
      first = ops.take_while { |op| (taken += op.json_bytes) <= bytes }
      rest = ops.drop(first.length)
      return [self, EMPTY] if rest.empty?

      cut, left = rest.first.split(bytes - first.sum(&:json_bytes))
      first << cut if cut
      first << left && left = nil if first.empty?
      passed = first.sum { |op| op.delete? ? 0 : op.length }
      [Delta.new(first), Delta.new([Op.retain(passed), left, *rest.drop(1)].compact)]
    end

    private

    def skip(reader, length)
      length -= reader.take([reader.left, length].min).length while length.positive? && reader.more?
    end

    def compose_piece(first, second, composed)
      length = [first.left, second.left].min
      before = first.take(length)
      after = second.take(length)
      if after.retain?
        attributes = Attributes.compose(before.attributes, after.attributes, keep_nil: before.retain?)
        composed << Op.new(before.kind, before.value, attributes)
      elsif before.retain?
        composed << after
      end
    end

    def transform_piece(first, second, transformed, priority)
      length = [first.left, second.left].min
      before = first.take(length)
      after = second.take(length)
      return if before.delete?
      return transformed << after if after.delete?

      transformed << Op.retain(length, Attributes.transform(before.attributes, after.attributes, priority))
    end

    def invert_piece(change, base, inverted)
      left = change.length
      while left.positive?
        was = base.take([base.left, left].min)
        left -= was.length
        inverted << (change.delete? ? was : Op.retain(was.length, Attributes.invert(change.attributes, was.attributes)))
      end
    end
  end
end
