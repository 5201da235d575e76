# frozen_string_literal: true

require_relative "../utf16"

module Deltapad
  # What one character of a text takes on a terminal: `width` columns there, `length` UTF-16 code units in the document.
  Cell = Struct.new(:text, :width, :length, :attributes)

  # Cuts a text into the characters that a reader sees, and knows how wide they are.
  module Cells
    WIDE = /\A(?:\p{Han}|\p{Hiragana}|\p{Katakana}|\p{Hangul}|\p{Emoji_Presentation}|[\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6])/
    NARROW = /\A[\uFF61-\uFF9F]/
    AS_EMOJI = "\uFE0F"
    WITHOUT_WIDTH = /\A[\p{M}\p{Cf}]+\z/
    CONTROL = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/
    TAB = 4
    EMBED = "▣"
    UNSEEN = "·"

    module_function

    def of(text, attributes)
      return text.each_char.map { |char| plain(char, attributes) } if text.ascii_only?

      text.each_grapheme_cluster.map { |cluster| cell(cluster, attributes) }
    end

    def embed(attributes) = Cell.new(EMBED, 1, 1, attributes)

    # The columns that a line of text takes.
    def width(text) = of(text, nil).sum(&:width)

    # The text without what would steer the terminal.
    def harmless(text) = text.gsub(CONTROL, UNSEEN)

    # The text, cut to so many columns.
    def fit(text, columns)
      left = columns
      of(harmless(text), nil).take_while { |cell| (left -= cell.width) >= 0 }.map(&:text).join
    end

    def plain(char, attributes)
      return Cell.new(" " * TAB, TAB, 1, attributes) if char == "\t"

      Cell.new(char.match?(CONTROL) ? UNSEEN : char, 1, 1, attributes)
    end

    def cell(cluster, attributes)
      return plain(cluster, attributes) if cluster.ascii_only? && cluster.length == 1

      units = Utf16.length(cluster)
      return Cell.new(UNSEEN, 1, units, attributes) if cluster.match?(WITHOUT_WIDTH) || cluster.match?(CONTROL)

      Cell.new(cluster, wide?(cluster) ? 2 : 1, units, attributes)
    end

    def wide?(cluster)
      (cluster.match?(WIDE) && !cluster.match?(NARROW)) || cluster.include?(AS_EMOJI)
    end
  end
end
