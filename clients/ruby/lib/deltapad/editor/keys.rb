# frozen_string_literal: true

module Deltapad
  # What a terminal sends, as keys: a name, or a text that was typed or pasted.
  class Keys
    SEQUENCES = {
      "\e[A" => :up, "\e[B" => :down, "\e[C" => :right, "\e[D" => :left, "\eOA" => :up, "\eOB" => :down, "\eOC" => :right,
      "\eOD" => :left, "\e[H" => :home, "\e[F" => :end, "\eOH" => :home, "\eOF" => :end, "\e[1~" => :home, "\e[4~" => :end,
      "\e[7~" => :home, "\e[8~" => :end, "\e[3~" => :delete, "\e[5~" => :page_up, "\e[6~" => :page_down,
      "\e[1;5C" => :word_right, "\e[1;5D" => :word_left, "\e[1;5H" => :top, "\e[1;5F" => :bottom
    }.freeze
    CONTROLS = {
      "\r" => :enter, "\n" => :enter, "\x7F" => :backspace, "\b" => :backspace, "\x01" => :home, "\x05" => :end,
      "\x11" => :quit, "\x03" => :quit, "\x1A" => :undo, "\x19" => :redo, "\x12" => :reconnect, "\x14" => :kept, "\x0C" => :repaint
    }.freeze
    SEQUENCE = /\A\e(?:\[[0-9;?]*[@-~]|O[A-Za-z])/
    BEGUN = /\A\e(?:\z|\[[0-9;?]*\z|O\z)/
    PASTE = "\e[200~"
    PASTED = "\e[201~"

    def initialize
      @bytes = String.new
    end

    # The keys in what came; what is only begun waits for the rest.
    def read(bytes)
      @bytes << bytes
      keys = []
      while (key = take)
        keys << key unless key == :unknown
      end
      keys
    end

    private

    def take
      return if @bytes.empty?
      return paste if @bytes.start_with?(PASTE)
      return sequence if @bytes.start_with?("\e")

      first = @bytes.byteslice(0, 1)
      return control(first) if first.match?(/[\x00-\x1F\x7F]/n)

      text
    end

    def cut(length) = @bytes.slice!(0, length)

    def sequence
      return if @bytes.match?(BEGUN)

      found = @bytes[SEQUENCE] || "\e"
      cut(found.bytesize)
      SEQUENCES.fetch(found, :unknown)
    end

    def control(byte)
      cut(1)
      byte == "\t" ? "\t" : CONTROLS.fetch(byte, :unknown)
    end

    def paste
      ended = @bytes.index(PASTED)
      return unless ended

      pasted = cut(ended + PASTED.bytesize).byteslice(PASTE.bytesize...-PASTED.bytesize)
      readable(pasted).gsub(/\r\n?/, "\n")
    end

    # Everything up to the next key that is none of a text, save a character of which only a part has come.
    def text
      run = @bytes[/\A[^\x00-\x1F\x7F]+/n]
      whole = run.bytesize - begun(run)
      whole.positive? ? readable(cut(whole)) : nil
    end

    # How many bytes at the end begin a character that goes on.
    def begun(run)
      (1..[3, run.bytesize].min).find { |count| run.getbyte(-count) >= 0xC0 && run.getbyte(-count) >= LEADS[count - 1] } || 0
    end

    # From which byte on a character has more than so many bytes.
    LEADS = [0xC0, 0xE0, 0xF0].freeze

    def readable(bytes) = bytes.dup.force_encoding(Encoding::UTF_8).scrub("").delete("\0")
  end
end
