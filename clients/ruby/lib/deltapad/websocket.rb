# frozen_string_literal: true

require "digest"
require "openssl"
require "securerandom"
require "socket"
require "uri"
require_relative "frames"

module Deltapad
  # One WebSocket (RFC 6455) to a server, over TCP or TLS. Opening it blocks; after that nothing does: `receive` at once and
  # whenever it is readable, `flush` when it is writable and `unsent?`.
  class WebSocket
    # What the server said instead of letting us in.
    class Refused < StandardError; end

    GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    PIECE = 65_536
    # The close code of a connection that broke without one.
    BROKEN = 1006

    attr_reader :close_code

    # Raises Refused, or what the network raises, where there is no connection within `timeout` seconds.
    def self.open(url, subprotocol:, timeout:)
      uri = URI(url.sub(/\Aws/, "http"))
      deadline = Process.clock_gettime(Process::CLOCK_MONOTONIC) + timeout
      socket = Socket.tcp(uri.hostname, uri.port, connect_timeout: timeout)
      socket.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1)
      socket = encrypt(socket, uri.hostname, deadline) if uri.scheme == "https"
      new(socket, uri, subprotocol, deadline)
    rescue StandardError
      socket&.close
      raise
    end

    def self.encrypt(socket, hostname, deadline)
      encrypted = OpenSSL::SSL::SSLSocket.new(socket, OpenSSL::SSL::SSLContext.new.tap(&:set_params))
      encrypted.hostname = hostname
      encrypted.sync_close = true
      wait(socket, encrypted.connect_nonblock(exception: false), deadline) until encrypted.state.start_with?("SSLOK")
      encrypted.post_connection_check(hostname)
      encrypted
    end

    # Waits until a socket can do what it could not do at once.
    def self.wait(socket, wanted, deadline)
      return unless %i[wait_readable wait_writable].include?(wanted)

      left = deadline - Process.clock_gettime(Process::CLOCK_MONOTONIC)
      ready = left.positive? && (wanted == :wait_readable ? socket.to_io.wait_readable(left) : socket.to_io.wait_writable(left))
      raise Refused, "no answer in time" unless ready
    end

    def initialize(socket, uri, subprotocol, deadline)
      @socket = socket
      @out = String.new
      @frames = Frames.new
      shake_hands(uri, subprotocol, deadline)
    end

    def to_io = @socket.to_io
    def closed? = !@close_code.nil?
    def unsent? = !@out.empty?

    # The texts that have come. Pings are answered, and the end is noted.
    def receive
      read
      texts = []
      while !closed? && (frame = @frames.next)
        kind, payload = frame
        kind == :text ? texts << payload : control(kind, payload)
      end
      end_with(BROKEN) if @ended
      texts
    rescue Frames::Fault => fault
      close(fault.code)
      texts
    end

    def send_text(text) = write(Frames.encode(:text, text))

    # Sends what can be sent without waiting.
    def flush
      until @out.empty? || closed?
        written = @socket.write_nonblock(@out, exception: false)
        break unless written.is_a?(Integer)

        @out = @out.byteslice(written..)
      end
    rescue SystemCallError, IOError, OpenSSL::SSL::SSLError
      end_with(BROKEN)
    end

    # Says goodbye and closes.
    def close(code = 1000)
      return if closed?

      write(Frames.encode(:close, [code].pack("n")))
      end_with(code)
    end

    private

    def shake_hands(uri, subprotocol, deadline)
      key = SecureRandom.base64(16)
      @out << request(uri, subprotocol, key)
      flush
      head = read_head(deadline)
      raise Refused, head.lines.first.to_s.strip unless head.start_with?("HTTP/1.1 101")

      accept = Digest::SHA1.base64digest(key + GUID)
      raise Refused, "not a WebSocket" unless head.match?(/^sec-websocket-accept:\s*#{Regexp.escape(accept)}\s*$/i)
    end

    def request(uri, subprotocol, key)
      host = uri.port == uri.default_port ? uri.host : "#{uri.host}:#{uri.port}"
      ["GET #{uri.request_uri} HTTP/1.1", "Host: #{host}", "Upgrade: websocket", "Connection: Upgrade",
       "Sec-WebSocket-Key: #{key}", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: #{subprotocol}", "", ""].join("\r\n")
    end

    def read_head(deadline)
      head = String.new
      until (ended = head.index("\r\n\r\n"))
        piece = @socket.read_nonblock(PIECE, exception: false)
        raise Refused, "closed" if piece.nil? || head.bytesize > PIECE

        piece.is_a?(String) ? head << piece : WebSocket.wait(@socket, piece, deadline)
      end
      @frames << head.byteslice((ended + 4)..)
      head.byteslice(0, ended + 2)
    end

    def read
      while (piece = @socket.read_nonblock(PIECE, exception: false)).is_a?(String)
        @frames << piece
      end
      @ended = true if piece.nil?
    rescue SystemCallError, IOError, OpenSSL::SSL::SSLError
      @ended = true
    end

    def control(kind, payload)
      case kind
      when :ping then write(Frames.encode(:pong, payload))
      when :close
        write(Frames.encode(:close, payload))
        end_with(payload.unpack1("n") || BROKEN)
      end
    end

    def write(bytes)
      @out << bytes
      flush
    end

    def end_with(code)
      return if closed?

      @close_code = code
      @socket.close
    rescue SystemCallError, IOError, OpenSSL::SSL::SSLError
      nil
    end
  end
end
