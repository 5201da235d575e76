# frozen_string_literal: true

require_relative "client"
require_relative "undo"
require_relative "editor/bars"
require_relative "editor/keys"
require_relative "editor/movement"
require_relative "editor/page"
require_relative "editor/terminal"
require_relative "editor/view"

module Deltapad
  # A document in a terminal.
  class Editor
    # Seconds without a key after which a person is not typing any more.
    PAUSE = 3
    # Seconds that what was typed last has to be sent, when a person leaves.
    LAST_WAIT = 2
    # The rows that are not text.
    BARS = 2
    # The formats of a character that one typed after it has too.
    HANDED_ON = %w[bold italic underline strike code color background].freeze

    def initialize(client, terminal)
      @client = client
      @session = client.session
      @terminal = terminal
      @keys = Keys.new
      @page = Page.new
      @movement = Movement.new(@page)
      @view = View.new
      @bars = Bars.new(client)
      @undo = Undo.new
      @changes = 0
      @typed_at = -PAUSE
      client.listen { |event, given| heard(event, given) }
      go(0)
    end

    # Until the person leaves.
    def run
      catch(:quit) { loop { turn } }
      @client.settle(LAST_WAIT)
    end

    private

    def turn
      draw
      ready = @client.wait([@terminal.input, @terminal.resized], PAUSE)
      @terminal.forget if ready.include?(@terminal.resized)
      read if ready.include?(@terminal.input)
      @session.select(@session.selection, typing: now - @typed_at < PAUSE)
      @changes = 0 if copy.settled?
    end

    def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    def copy = @client.copy
    def caret = @session.selection.index
    def go(index) = @session.select(Selection.new(index, 0))

    def heard(event, given)
      @undo.move(given) if event == :change
      @undo.clear if event == :contents
    end

    def read
      @keys.read(@terminal.read).each { |key| press(key) }
    rescue EOFError, Errno::EIO
      throw :quit
    end

    def press(key)
      lay_out
      case key
      when String then type(key)
      when :enter then break_line
      when :backspace then delete(@page.left_of(caret), caret)
      when :delete then delete(caret, @page.right_of(caret))
      when :undo, :redo then take_back(key)
      when :kept then release
      when :repaint then @terminal.forget
      when :reconnect then @client.reconnect unless @client.connection == :online
      when :quit then throw :quit
      else go(@movement.target(key, caret, @terminal.size.first - BARS))
      end
    end

    def type(text)
      lines = text.split("\n", -1).map { |line| Op.insert(Utf16.encode(line), formats) }
      broken = lines.drop(1).flat_map { |line| [newline, line] }
      change(Delta.new([Op.retain(caret), lines.first, *broken].compact)) unless text.empty?
    end

    # A line goes on as what it was, but after a heading comes text, and an empty item of a list ends it.
    def break_line
      row = @page.rows[@page.row_of(caret)]
      return change(Delta.new([Op.retain(caret), Op.retain(1, { "list" => nil })])) if row.attributes["list"] && row.empty?

      after = row.last && caret == row.end && row.attributes["header"] ? Op.retain(1, { "header" => nil }) : nil
      change(Delta.new([Op.retain(caret), newline, after].compact))
    end

    def newline = Op.insert(Utf16.encode("\n"), @page.rows[@page.row_of(caret)].attributes)

    def delete(from, to)
      change(Delta.delete(from, to - from)) if to > from
    end

    # What is typed looks like the character before it.
    def formats
      return Attributes::NONE if caret.zero?

      before = copy.screen.slice(caret - 1, 1).ops.first
      before.text? && before.value != Utf16.encode("\n") ? before.attributes.slice(*HANDED_ON) : Attributes::NONE
    end

    def change(delta)
      return unless @session.editable?

      @undo.record(delta, copy.screen)
      make(delta)
    end

    def make(delta)
      @client.edit(delta)
      @changes += 1
      @typed_at = now
    end

    # Undoes or redoes.
    def take_back(which)
      return unless @session.editable?

      delta = @undo.public_send(which, copy.screen)
      return unless delta

      make(delta)
      go(delta.last_changed)
    end

    # Puts the text of what was refused in at the caret.
    def release
      return unless @session.editable?

      type(copy.release.map { |kept| kept.delta.text }.join)
    end

    def lay_out
      @page.lay_out(copy.screen || EMPTY, @terminal.size.last)
    end

    EMPTY = Delta.insert(0, "\n")

    def draw
      rows, columns = @terminal.size
      lay_out
      at = @page.row_of(caret)
      lines = @view.lines(@page, rows - BARS, columns, at, marks)
      @terminal.paint([@bars.top(columns), *lines, @bars.bottom(columns, @changes)],
                      at - @view.top + 1, @page.rows[at].column(caret))
    end

    def marks
      @session.others.filter_map do |session_id, selection|
        user = @session.participants.dig(session_id, "user")
        next unless selection && user && session_id != @session.session_id

        Mark.new(selection.index, selection.index + selection.length, user["name"], user["color"])
      end
    end
  end
end
