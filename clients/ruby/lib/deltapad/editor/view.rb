# frozen_string_literal: true

require_relative "cells"
require_relative "style"

module Deltapad
  # Where someone else is: a selection on the screen, and who they are.
  Mark = Struct.new(:from, :to, :name, :color)

  # Draws a page's rows: the text with its formats, and the others in it.
  class View
    attr_reader :top

    def initialize
      @top = 0
    end

    # The lines of the window, so many rows high, in which the row `caret_row` is seen.
    def lines(page, height, columns, caret_row, marks)
      scroll(page, height, caret_row)
      Array.new(height) do |at|
        row = page.rows[@top + at]
        row ? line(row, marks, columns) : "#{Style::QUIET}~"
      end
    end

    private

    def scroll(page, height, caret_row)
      @top = [@top, [page.rows.length - height, 0].max].min
      @top = caret_row if caret_row < @top
      @top = caret_row - height + 1 if caret_row >= @top + height
    end

    def line(row, marks, columns)
      here = marks.select { |mark| mark.to >= row.index && mark.from <= row.end }
      base = Style.of(row.attributes.slice("header"))
      text = "#{Style::QUIET}#{row.lead}#{Style::PLAIN}#{cells(row, here, base)}"
      carets = here.select { |mark| in_row?(row, mark.to) }
      text + names(carets, row, columns)
    end

    def in_row?(row, index) = index >= row.index && (index < row.end || (row.last && index == row.end))

    # Cells of one style are written together. After a character that terminals measure differently, the column is said.
    def cells(row, marks, base)
      index = row.index
      column = Cells.width(row.lead)
      styles = row.cells.map { |cell| style(cell, index, marks, base).tap { index += cell.length } }
      row.cells.each_with_index.chunk_while { |(_, a), (_, b)| styles[a] == styles[b] }.map do |run|
        styles[run.first.last] + run.map { |cell, _| written(cell, column += cell.width) }.join
      end.join
    end

    def written(cell, column) = cell.width == 2 || cell.text.length > 1 ? "#{cell.text}\e[#{column + 1}G" : cell.text

    def style(cell, index, marks, base)
      inside = index...(index + cell.length)
      caret = marks.find { |mark| inside.cover?(mark.to) }
      return Style::PLAIN + Style.person(caret.color) if caret

      selection = marks.find { |mark| index >= mark.from && index < mark.to }
      Style::PLAIN + base + Style.of(cell.attributes) + (selection ? Style.selected(selection.color) : "")
    end

    # At the end of a row: carets that stand there, and who has theirs in it.
    def names(marks, row, columns)
      return "" if marks.empty?

      ended = marks.find { |mark| mark.to == row.end }
      text = ended ? "#{Style::PLAIN}#{Style.person(ended.color)} " : "#{Style::PLAIN} "
      left = columns - row.width - 3
      marks.each do |mark|
        name = Cells.fit(mark.name, left)
        break if name.empty?

        left -= Cells.width(name) + 3
        text += "#{Style::PLAIN} #{Style.person(mark.color)} #{name} "
      end
      text
    end
  end
end
