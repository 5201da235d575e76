# frozen_string_literal: true

require_relative "../delta"
require_relative "cells"

module Deltapad
  # One row on the screen: the cells of a stretch of one line, which begins at `index` of the document. `lead` stands
  # before them and is no part of the text; `last` tells whether the line ends here.
  Row = Struct.new(:index, :lead, :cells, :attributes, :last) do
    def length = cells.sum(&:length)
    def empty? = cells.empty? && last
    def width = Cells.width(lead) + cells.sum(&:width)

    # The index past what a caret can reach in this row.
    def end = index + length

    # In which column an index of this row stands.
    def column(at)
      left = at - index
      Cells.width(lead) + cells.take_while { |cell| (left -= cell.length) >= 0 }.sum(&:width)
    end

    # The index that stands in, or is the nearest to, a column.
    def at(column)
      left = column - Cells.width(lead)
      index + cells.take_while { |cell| (left -= cell.width) >= 0 }.sum(&:length)
    end
  end

  # A document as rows of a given width. What of it stays the same is not laid out again.
  class Page
    # The most steps that a line is moved in by.
    DEEPEST = 8

    attr_reader :rows

    def initialize
      @known = {}
      @rows = []
    end

    def lay_out(document, columns)
      return if document.equal?(@document) && columns == @columns

      @document = document
      @known.clear if columns != @columns
      @columns = columns
      known = {}
      index = 0
      @rows = lines(document).flat_map do |line|
        laid = known[line] ||= @known[line] || rows_of(line)
        start = index
        index += laid.sum(&:length) + 1
        laid.map { |row| row.dup.tap { |placed| placed.index += start } }
      end
      @known = known
    end

    # The number of the row that an index stands in.
    def row_of(index) = (rows.bsearch_index { |row| row.index > index } || rows.length) - 1

    # Where a caret goes by one character.
    def left_of(index)
      row = rows[row_of(index)]
      return [index - 1, 0].max if row.index == index

      starts(row).take_while { |start| start < index }.last
    end

    def right_of(index)
      row = rows[row_of(index)]
      starts(row).find { |start| start > index } || [row.end + 1, last].min
    end

    # The character that begins at an index; a newline is none.
    def text_at(index)
      row = rows[row_of(index)]
      place = starts(row).index(index)
      place && place < row.cells.length ? row.cells[place].text : ""
    end

    # The last place for a caret: before the newline that ends the document.
    def last = rows.last.end

    private

    def starts(row)
      at = row.index
      [at] + row.cells.map { |cell| at += cell.length }
    end

    # Each line as its pieces [text or embed, attributes] and the attributes of its newline.
    def lines(document)
      pieces = []
      lines = []
      document.ops.each do |op|
        next pieces << [nil, op.attributes] unless op.text?

        *ended, left = Utf16.decode(op.value).split("\n", -1)
        ended.each do |text|
          pieces << [text, op.attributes] unless text.empty?
          lines << [pieces, op.attributes]
          pieces = []
        end
        pieces << [left, op.attributes] unless left.empty?
      end
      number(lines)
    end

    # Lines of a numbered list get their number.
    def number(lines)
      counted = 0
      lines.map do |pieces, attributes|
        counted = attributes["list"] == "ordered" ? counted + 1 : 0
        [pieces, attributes, counted]
      end
    end

    def rows_of(line)
      pieces, attributes, number = line
      cells = pieces.flat_map { |text, formats| text ? Cells.of(text, formats) : [Cells.embed(formats)] }
      lead = lead(attributes, number)
      room = [@columns - Cells.width(lead) - 1, 2].max
      index = 0
      wrapped(cells, room).map.with_index do |part, place|
        row = Row.new(index, place.zero? ? lead : " " * Cells.width(lead), part, attributes, false)
        index += row.length
        row
      end.tap { |rows| rows.last.last = true }
    end

    def lead(attributes, number)
      indent = attributes["indent"].is_a?(Integer) ? "  " * attributes["indent"].clamp(0, DEEPEST) : ""
      indent + case attributes["list"]
               when "ordered" then "#{number}. "
               when "bullet" then "• "
               when "checked" then "☑ "
               when "unchecked" then "☐ "
               else line_lead(attributes)
               end
    end

    def line_lead(attributes)
      return "#{'#' * attributes['header']} " if attributes["header"].is_a?(Integer)
      return "▏ " if attributes["blockquote"]
      return "│ " if attributes["code-block"]

      attributes["table"] ? "┆ " : ""
    end

    # Cells in parts that fit, cut after the last space where there is one.
    def wrapped(cells, room)
      parts = [[]]
      width = 0
      cells.each do |cell|
        if width + cell.width > room
          parts << carry(parts.last)
          width = parts.last.sum(&:width)
        end
        parts.last << cell
        width += cell.width
      end
      parts
    end

    # Takes the word that has begun along to the next row.
    def carry(part)
      space = part.rindex { |cell| cell.text == " " }
      space ? part.slice!((space + 1)..) : []
    end
  end
end
