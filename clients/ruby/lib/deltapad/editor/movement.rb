# frozen_string_literal: true

module Deltapad
  # Where a key takes the caret on a page.
  class Movement
    def initialize(page)
      @page = page
    end

    # The new index of the caret. `height` is how many rows a page key goes.
    def target(key, caret, height)
      vertical = VERTICAL[key]
      return by_rows(vertical.call(height), caret) if vertical

      @column = nil
      row = @page.rows[@page.row_of(caret)]
      case key
      when :left then @page.left_of(caret)
      when :right then @page.right_of(caret)
      when :home then row.index
      when :end then row.last ? row.end : @page.left_of(row.end)
      when :top then 0
      when :bottom then @page.last
      when :word_left then word(caret) { |at| @page.left_of(at) }
      when :word_right then word(caret) { |at| @page.right_of(at) }
      else caret
      end
    end

    private

    VERTICAL = { up: ->(_) { -1 }, down: ->(_) { 1 }, page_up: ->(height) { -height }, page_down: ->(height) { height } }.freeze

    # The column that the caret came from is kept over rows that are shorter.
    def by_rows(count, caret)
      at = @page.row_of(caret)
      @column = @page.rows[at].column(caret) unless caret == @moved_to && @column
      row = @page.rows[(at + count).clamp(0, @page.rows.length - 1)]
      index = row.at(@column)
      @moved_to = index == row.end && !row.last ? @page.left_of(index) : index
    end

    # Over what is no word, and then over the word.
    def word(caret)
      was_word = false
      loop do
        moved = yield(caret)
        is_word = word?([moved, caret].min)
        return caret if moved == caret || (was_word && !is_word)

        was_word = is_word
        caret = moved
      end
    end

    def word?(index) = @page.text_at(index).match?(/[\p{L}\p{N}\p{M}_]/)
  end
end
