# frozen_string_literal: true

module Deltapad
  # Formats and people's colours as a terminal shows them.
  module Style
    CODES = { "bold" => 1, "italic" => 3, "underline" => 4, "strike" => 9, "code" => 36, "link" => 4, "header" => 1 }.freeze
    COLOR = /\A#(\h\h)(\h\h)(\h\h)\z/
    QUIET = "\e[2m"
    PLAIN = "\e[0m"
    BAR = "\e[7m"
    # How much of a person's colour lies under what they selected.
    TINT = 0.45

    module_function

    def of(attributes)
      codes = CODES.filter_map { |name, code| code if attributes[name] }
      codes << "38;2;#{rgb(attributes['color']).join(';')}" if rgb(attributes["color"])
      codes.empty? ? "" : "\e[#{codes.join(';')}m"
    end

    # A caret or a name of a person: their colour behind, what can be read on it before.
    def person(color)
      red, green, blue = rgb(color) || [128, 128, 128]
      bright = (red * 299) + (green * 587) + (blue * 114) > 140_000
      "\e[48;2;#{red};#{green};#{blue};38;5;#{bright ? 16 : 231}m"
    end

    def selected(color)
      "\e[48;2;#{(rgb(color) || [128, 128, 128]).map { |part| (part * TINT).round }.join(';')};38;5;231m"
    end

    def rgb(color)
      found = COLOR.match(color.to_s)
      found&.captures&.map(&:hex)
    end
  end
end
