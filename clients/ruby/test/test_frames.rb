# frozen_string_literal: true

require_relative "support"

# The frames of RFC 6455.
class TestFrames < Minitest::Test
  Frames = Deltapad::Frames

  def setup
    @frames = Frames.new
  end

  def test_it_reads_texts_of_every_length
    [0, 5, 125, 126, 65_535, 65_536, 200_000].each do |length|
      @frames << server(1, "a" * length)
      assert_equal [:text, "a" * length], @frames.next
    end
    assert_nil @frames.next
  end

  def test_it_waits_for_the_rest
    server(1, "😀" * 50).each_char { |byte| assert_nil @frames.next || @frames << byte && nil }
    assert_equal [:text, "😀" * 50], @frames.next
  end

  def test_parts_become_one_text_and_a_ping_may_come_between
    @frames << server(1, "Hel", final: false) << server(9, "?") << server(0, "lo")
    assert_equal [:ping, "?"], @frames.next
    assert_equal [:text, "Hello"], @frames.next
  end

  def test_what_it_writes_is_masked_and_whole
    [0, 3, 126, 70_000].each do |length|
      text = "a" * length
      written = Frames.encode(:text, text)
      assert_equal text, unmasked(written)
    end
  end

  def test_what_breaks_the_rules_is_a_fault
    { 1002 => [server(3, ""), [0xC1, 0].pack("CC"), [0x81, 0x80].pack("CC"), server(0, "a")],
      1003 => [server(2, "a")], 1007 => [server(1, "\xFF")] }.each do |code, wrong|
      wrong.each { |bytes| assert_equal code, assert_raises(Frames::Fault) { (Frames.new << bytes).next }.code }
    end
  end

  private

  def server(opcode, payload, final: true)
    size = payload.bytesize
    length = if size < 126 then [size].pack("C")
             else size < 65_536 ? [126, size].pack("Cn") : [127, size].pack("CQ>")
             end
    [(final ? 0x80 : 0) | opcode].pack("C") + length + payload.b
  end

  def unmasked(bytes)
    assert_equal 0x81, bytes.getbyte(0)
    assert_operator bytes.getbyte(1), :>=, 0x80
    header = { 126 => 4, 127 => 10 }.fetch(bytes.getbyte(1) & 0x7F, 2)
    key = bytes.byteslice(header, 4).bytes
    bytes.byteslice((header + 4)..).bytes.each_with_index.map { |byte, at| byte ^ key[at % 4] }.pack("C*")
  end
end
