# frozen_string_literal: true

require "io/console"

module Deltapad
  # The terminal: its keys without echo, its size, and lines that are written only where they changed.
  class Terminal
    ENTER = "\e[?1049h\e[?2004h\e[2J"
    LEAVE = "\e[?2004l\e[?1049l\e[0m"
    PIECE = 4096

    # `resized` can be read when the size changed.
    attr_reader :input, :resized

    def initialize(input = $stdin, output = $stdout)
      @input = input
      @output = output
      @painted = []
      @resized, @signal = IO.pipe
    end

    # Takes the terminal over for the length of a block.
    def open
      before = trap("WINCH") { @signal.write_nonblock(".", exception: false) }
      @output.write(ENTER)
      @input.raw { yield self }
    ensure
      trap("WINCH", before)
      @output.write(LEAVE)
      @output.flush
    end

    # Rows and columns.
    def size
      rows, columns = @output.winsize
      [[rows, 3].max, [columns, 10].max]
    end

    def read = @input.read_nonblock(PIECE)

    def forget
      @resized.read_nonblock(PIECE, exception: false)
      @painted = []
    end

    # Shows these lines, and the cursor at a row and column, counted from 0.
    def paint(lines, row, column)
      changed = lines.each_with_index.reject { |line, at| @painted[at] == line }
      written = changed.map { |line, at| "\e[#{at + 1};1H\e[0m\e[2K#{line}" }
      @output.write("\e[?25l", *written, "\e[0m\e[#{row + 1};#{column + 1}H\e[?25h")
      @output.flush
      @painted = lines
    end
  end
end
