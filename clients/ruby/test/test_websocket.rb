# frozen_string_literal: true

require_relative "support"
require_relative "../lib/deltapad/websocket"

# A WebSocket from the handshake to the farewell, over TCP and over TLS.
class TestWebSocket < Minitest::Test
  WebSocket = Deltapad::WebSocket

  def test_it_sends_and_receives
    serve { |peer| peer.write(text("Hello 😀")) && peer.read(2) }
    socket = open("ws")
    assert_equal ["Hello 😀"], received(socket)
    refute socket.closed?
  end

  def test_it_hears_why_it_was_closed
    serve { |peer| peer.write(text("last"), [0x88, 2, 4404].pack("CCn")) }
    socket = open("ws")
    assert_equal ["last"], received(socket)
    received(socket) until socket.closed?
    assert_equal 4404, socket.close_code
  end

  def test_a_line_that_breaks_is_noticed
    serve(&:close)
    socket = open("ws")
    received(socket) until socket.closed?
    assert_equal WebSocket::BROKEN, socket.close_code
  end

  def test_who_does_not_speak_websocket_is_refused
    serve(answer: "HTTP/1.1 503 Service Unavailable\r\n\r\n")
    assert_match(/503/, assert_raises(WebSocket::Refused) { open("ws") }.message)
    serve(answer: "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: wrong\r\n\r\n")
    assert_raises(WebSocket::Refused) { open("ws") }
  end

  def test_who_says_nothing_is_not_waited_for
    serve(answer: "")
    assert_raises(WebSocket::Refused) { open("ws", timeout: 0.1) }
  end

  def test_over_tls_the_server_has_to_be_who_it_says
    trusted, key = certificate("localhost")
    serve(tls: [trusted, key]) { |peer| peer.write(text("secret")) && peer.read(2) }
    assert_raises(OpenSSL::SSL::SSLError) { open("wss") }
    OpenSSL::SSL::SSLContext::DEFAULT_CERT_STORE.add_cert(trusted)
    assert_equal ["secret"], received(open("wss"))
  end

  def teardown
    @servers.to_a.each(&:close)
  end

  private

  def open(scheme, timeout: 5)
    WebSocket.open("#{scheme}://localhost:#{@port}/ws/", subprotocol: "deltapad.v1", timeout: timeout)
  end

  # What came with the handshake's answer is there already.
  def received(socket)
    texts = socket.receive
    return texts if texts.any? || socket.closed?

    socket.to_io.wait_readable(5)
    socket.receive
  end

  def text(words) = [0x81, words.bytesize].pack("CC") + words.b

  # A server for any number of connections; each gets the handshake's answer, and what the block says.
  def serve(answer: nil, tls: nil)
    tcp = TCPServer.new("localhost", 0)
    @port = tcp.addr[1]
    (@servers ||= []) << tcp
    Thread.new do
      loop do
        peer = tls ? encrypted(tcp.accept, *tls) : tcp.accept
        Thread.new { converse(peer, answer) { |open| yield open if block_given? } }
      rescue OpenSSL::SSL::SSLError
        next
      rescue IOError
        break
      end
    end
  end

  def converse(peer, answer)
    head = peer.gets("\r\n\r\n").to_s
    accept = Digest::SHA1.base64digest(head[/^Sec-WebSocket-Key: (\S+)/, 1].to_s + WebSocket::GUID)
    peer.write(answer || "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: #{accept}\r\n\r\n")
    yield peer
  rescue IOError, SystemCallError, OpenSSL::SSL::SSLError
    nil
  end

  def encrypted(socket, certificate, key)
    context = OpenSSL::SSL::SSLContext.new
    context.add_certificate(certificate, key)
    OpenSSL::SSL::SSLSocket.new(socket, context).tap(&:accept)
  end

  def certificate(name)
    key = OpenSSL::PKey::EC.generate("prime256v1")
    made = OpenSSL::X509::Certificate.new
    made.version = 2
    made.serial = 1
    made.subject = made.issuer = OpenSSL::X509::Name.parse("/CN=#{name}")
    made.public_key = key
    made.not_before = Time.now - 60
    made.not_after = Time.now + 600
    extensions = OpenSSL::X509::ExtensionFactory.new(made, made)
    made.add_extension(extensions.create_extension("subjectAltName", "DNS:#{name}"))
    [made.sign(key, "SHA256"), key]
  end
end
