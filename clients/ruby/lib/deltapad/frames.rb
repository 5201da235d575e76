# frozen_string_literal: true

require "securerandom"

module Deltapad
  # The frames of RFC 6455: bytes from the server become messages, messages to it become masked bytes.
  class Frames
    # The server broke the rules; `code` is what to close with.
    class Fault < StandardError
      attr_reader :code

      def initialize(code, message)
        @code = code
        super(message)
      end
    end

    OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 }.freeze
    KINDS = OPCODES.invert.freeze
    FINAL = 0x80
    MASKED = 0x80

    # One message as one frame.
    def self.encode(kind, payload)
      payload = payload.b
      key = SecureRandom.bytes(4)
      [FINAL | OPCODES.fetch(kind)].pack("C") + length(payload.bytesize) + key + mask(payload, key)
    end

    def self.length(size)
      return [MASKED | size].pack("C") if size < 126

      size < 65_536 ? [MASKED | 126, size].pack("Cn") : [MASKED | 127, size].pack("CQ>")
    end

    def self.mask(payload, key)
      word = key.unpack1("N")
      padded = payload + ("\0" * (-payload.bytesize % 4))
      padded.unpack("N*").map! { |each| each ^ word }.pack("N*").byteslice(0, payload.bytesize)
    end

    def initialize
      @bytes = String.new
      @parts = nil
    end

    def <<(bytes)
      @bytes << bytes
      self
    end

    # The next message as [kind, payload], or nil until more bytes have come. Raises Fault.
    def next
      while (frame = take)
        final, kind, payload = frame
        return [kind, payload] if %i[close ping pong].include?(kind)

        collect(kind, payload)
        return message if final
      end
    end

    private

    def take
      first, second = @bytes.unpack("CC")
      return unless second

      kind = KINDS[first & 0x0F]
      raise Fault.new(1002, "not a frame of this protocol") if kind.nil? || (first & 0x70).positive? || second >= MASKED

      size, header = size_and_header(second)
      return if size.nil? || @bytes.bytesize < header + size

      payload = @bytes.byteslice(header, size)
      @bytes = @bytes.byteslice((header + size)..)
      [first >= FINAL, kind, payload]
    end

    def size_and_header(short)
      case short
      when 126 then [@bytes.unpack1("@2n"), 4]
      when 127 then [@bytes.unpack1("@2Q>"), 10]
      else [short, 2]
      end
    rescue ArgumentError
      nil
    end

    def collect(kind, payload)
      raise Fault.new(1003, "binary") if kind == :binary
      raise Fault.new(1002, "a part of nothing, or in the midst of another") if (kind == :continuation) != !@parts.nil?

      (@parts ||= []) << payload
    end

    def message
      text = @parts.join.force_encoding(Encoding::UTF_8)
      @parts = nil
      raise Fault.new(1007, "not UTF-8") unless text.valid_encoding?

      [:text, text]
    end
  end
end
