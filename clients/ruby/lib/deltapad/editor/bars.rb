# frozen_string_literal: true

require_relative "cells"
require_relative "style"

module Deltapad
  # The bars above and below the text: what this is and who is here, how it stands with what was typed.
  class Bars
    KEYS = "^Z undo  ^Y redo  ^Q quit"
    STATES = { "frozen" => "Frozen", "trashed" => "In the trash" }.freeze

    def initialize(client)
      @client = client
    end

    def top(columns)
      session = @client.session
      title = Cells.fit(session.document ? session.document["title"] : "Deltapad", columns / 2)
      "\e[1m#{title}#{Style::PLAIN} #{people(columns - Cells.width(title) - 2)}"
    end

    # `changes` is how many wait.
    def bottom(columns, changes)
      said = " #{[save_state(changes), rights, kept, differences, @client.session.banner].compact.join(' · ')} "
      left = columns - Cells.width(said) - Cells.width(KEYS) - 1
      text = left.positive? ? said + (" " * left) + KEYS : Cells.fit(said, columns - 1)
      "#{Style::BAR}#{Cells.fit(text, columns)}#{' ' * [columns - Cells.width(text), 0].max}"
    end

    private

    def people(columns)
      others = @client.session.participants.reject { |session_id, _| session_id == @client.session.session_id }
      others.map do |session_id, participant|
        name = Cells.fit(participant["user"]["name"], 24) + (@client.session.typing?(session_id) ? "…" : "")
        columns -= Cells.width(name) + 3
        columns.negative? ? "" : "#{Style.person(participant['user']['color'])} #{name} #{Style::PLAIN} "
      end.join
    end

    def save_state(changes)
      case @client.connection
      when :closed then "Closed: #{sentence(@client.reason)} ^R tries again"
      when :offline then offline(changes)
      else changes.zero? ? "Saved" : "Saving…"
      end
    end

    def offline(changes)
      return "Connecting…" unless @client.copy.version
      return "Offline" if changes.zero?

      "Offline, #{changes} change#{'s' unless changes == 1} kept"
    end

    def rights
      session = @client.session
      return if session.document.nil? || session.editable?

      session.document["damaged"] ? "Damaged" : STATES.fetch(session.document["state"], "Read only")
    end

    def kept
      codes = @client.copy.kept.map(&:code).uniq
      "Refused (#{codes.join(', ').tr('_', ' ')}); ^T puts the text back" if codes.any?
    end

    def differences
      "This copy keeps differing from the server's" if @client.session.differences > 1
    end

    # What the server said of the code, where it did.
    def sentence(code)
      error = @client.session.error
      error && error["code"] == code ? error["message"] : code.tr("_", " ")
    end
  end
end
