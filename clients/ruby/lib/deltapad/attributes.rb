# frozen_string_literal: true

module Deltapad
  # Formats of a stretch of text: name to value. In a change, nil takes a format away.
  module Attributes
    NONE = {}.freeze

    module_function

    # The formats after `first` and then `second`. What is taken away stays named only where the text itself is not
    # at hand (`keep_nil`).
    def compose(first, second, keep_nil:)
      both = first.merge(second)
      keep_nil ? both : both.compact
    end

    # `second`, made beside `first`, to be applied after it. With `priority`, `first` wins on a format that both set.
    def transform(first, second, priority)
      priority ? second.except(*first.keys) : second
    end

    # What takes `change` back on a text that has `base`. A value of parts (an object) is always said again, as
    # Quill does, which tells such values apart by identity.
    def invert(change, base)
      differing = change.reject { |name, value| base.key?(name) && base[name] == value && !parts?(value) }
      differing.to_h { |name, _| [name, base[name]] }
    end

    def parts?(value) = value.is_a?(Hash) || value.is_a?(Array)
  end
end
