# frozen_string_literal: true

require_relative "websocket"

module Deltapad
  # A connection under way, in a thread of its own, so that nobody waits for names to be found and servers to answer. It
  # is readable once there is a result.
  class Dial
    SUBPROTOCOL = "deltapad.v1"
    TIMEOUT = 10

    def initialize(url)
      @reader, @writer = IO.pipe
      @thread = Thread.new { open(url) }
    end

    def to_io = @reader

    # The WebSocket, or nil.
    def result = @thread.value

    def close
      @thread.kill
      @reader.close
    end

    private

    def open(url)
      WebSocket.open(url, subprotocol: SUBPROTOCOL, timeout: TIMEOUT)
    rescue SystemCallError, SocketError, IOError, OpenSSL::SSL::SSLError, WebSocket::Refused
      nil
    ensure
      @writer.close
    end
  end
end
