# frozen_string_literal: true

module Deltapad
  # Texts as the protocol counts them. Inside a Delta a text is a UTF-16LE string, two bytes a code unit, so that
  # lengths and cuts need no search; outside it is UTF-8.
  module Utf16
    ENCODING = Encoding::UTF_16LE
    EMPTY = "".encode(ENCODING).freeze

    module_function

    # The text, ready to be cut; half a surrogate pair is refused.
    def encode(text)
      raise Refusal, "splits_surrogate" unless text.valid_encoding?

      text.encode(ENCODING)
    end

    def decode(units) = units.encode(Encoding::UTF_8)

    # The length in UTF-16 code units of a text in either encoding.
    def length(text)
      return text.bytesize / 2 if text.encoding == ENCODING

      text.ascii_only? ? text.bytesize : text.encode(ENCODING).bytesize / 2
    end

    def slice(units, from, length) = units.byteslice(from * 2, length * 2)

    # Whether a cut at this index would part the two halves of one character.
    def inside_pair?(units, index)
      return false unless index.positive? && index < length(units)

      (0xD800..0xDBFF).cover?(unit(units, index - 1)) && (0xDC00..0xDFFF).cover?(unit(units, index))
    end

    def unit(units, index) = units.byteslice(index * 2, 2).unpack1("v")
  end
end
