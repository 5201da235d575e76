# frozen_string_literal: true

require "io/wait"
require "json"
require_relative "backoff"
require_relative "dial"
require_relative "session"
require_relative "store"

module Deltapad
  # A document that is open: a session, the connection it has now, and what brings that back. It does nothing by itself:
  # whoever owns it calls `wait` again and again.
  class Client
    # Seconds without a word of the server after which to ask whether the line stands, and again to give it up.
    SILENCE = 20
    # Seconds after a `welcome`, or after what was typed last, until both sides are compared, if that is due.
    CHECK_AFTER = 3
    # Seconds that a `welcome` may take.
    WELCOME_WITHIN = 60
    # Seconds a connection has to last for the next break to be the first one again.
    STEADY = 10
    # What close codes mean where no `error` said so before.
    CODES = {
      4400 => "bad_message", 4401 => "unauthenticated", 4403 => "forbidden", 4404 => "not_found",
      4406 => "unsupported_protocol", 4409 => "replaced", 4410 => "disconnected", 4413 => "too_large"
    }.freeze

    # :online, :offline while it tries to come back, or :closed where it will not by itself; then `reason` is a code.
    attr_reader :connection, :reason, :session

    def initialize(url, token:, store: NoStore.new)
      @url = url
      @store = store
      @session = Session.new(store.load, token: token)
      @listener = ->(*) {}
      @session.listen { |event, given| heard(event, given) }
      @backoff = Backoff.new
      reconnect
    end

    # What happens, as Session tells it, and :connection when that changed.
    def listen(&block) = @listener = block

    def copy = session.copy

    # The person's own change; what is typed is stored before it is sent. Raises Refusal where it does not fit.
    def edit(change)
      raise Refusal, "not_allowed" unless copy.version

      session.edit(change)
      @store.save(copy)
    end

    # Tries to come back now, also from :closed.
    def reconnect
      return if @socket

      @connection = :offline
      @reason = nil
      @dial_at = now
    end

    # Waits until one of `inputs` can be read, which it returns, or something else was done; at most `timeout` seconds.
    def wait(inputs = [], timeout = nil)
      dial if @dial_at && now >= @dial_at
      say
      line = @socket || @dial
      readable, = IO.select(inputs + [line].compact, (@socket if @socket&.unsent?).then { |io| [io].compact }, nil, patience(timeout))
      @socket&.flush
      listen_to_line if readable.to_a.include?(line)
      keep_time
      inputs & readable.to_a
    end

    # Gives what waits up to so many seconds to be sent and acknowledged.
    def settle(seconds)
      ends = now + seconds
      wait([], ends - now) until copy.settled? || connection != :online || now >= ends
    end

    def close
      @store.save(copy) if copy.version
      @store.close
      @socket&.close
      @dial&.close
    end

    private

    def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)

    def patience(timeout)
      due = [@dial_at, session.wake_at, @give_up_at, @ping_at, @check_at].compact.min
      [timeout, due && [due - now, 0].max].compact.min
    end

    def dial
      @dial_at = nil
      @dial ||= Dial.new(@url)
    end

    def listen_to_line
      return hear if @socket

      @socket = @dial.result
      @dial.close
      @dial = nil
      @socket ? begin_session : lost
    end

    def begin_session
      session.connect
      @connected_at = now
      hear
    end

    def hear
      texts = @socket.receive
      heard_something
      texts.each { |text| session.receive(JSON.parse(text)) }
      say
    rescue JSON::ParserError, Refusal
      @socket.close(1002)
      lost
    end

    def say
      return unless @socket

      frames = session.frames
      @store.save(copy) if frames.any? { |frame| frame["type"] == "submit" }
      frames.each { |frame| @socket.send_text(JSON.generate(frame)) }
      lost if @socket.closed?
    end

    # The line stands: to be asked, and then given up, that much later.
    def heard_something
      return @give_up_at = now + WELCOME_WITHIN unless session.online?

      @ping_at = now + SILENCE
      @give_up_at = @ping_at + SILENCE
    end

    # What is due by the clock alone.
    def keep_time
      return unless @socket

      if now >= @give_up_at then give_up_on_line
      elsif @ping_at && now >= @ping_at then ping
      elsif @check_at && now >= @check_at then check
      end
    end

    def give_up_on_line
      @socket.close
      lost
    end

    def ping
      @ping_at = nil
      @socket.send_text(JSON.generate("type" => "ping"))
    end

    # Where both differ again and again, the question is asked more and more rarely.
    def check
      @checked_at = now if session.check
      plan_check
    end

    def plan_check
      interval = session.limits["check_interval"]
      return @check_at = nil unless interval

      due = @checked_at ? @checked_at + (interval * (2**session.differences)) : now
      @check_at = [now + CHECK_AFTER, due].max
    end

    def lost
      @backoff.reset if session.online? && now - @connected_at > STEADY
      code = @socket&.close_code
      @socket = @ping_at = @give_up_at = @check_at = nil
      error = session.error
      session.disconnect
      comes_back?(code) ? come_back(error) : give_up(CODES[code] || error&.fetch("code") || code.to_s)
    end

    def comes_back?(code) = @again || !(4400..4499).cover?(code)

    def come_back(error)
      @dial_at = @again ? now : now + @backoff.next(error&.fetch("retry_after", nil))
      @again = false
      change_connection(:offline)
    end

    def give_up(reason)
      @reason = reason
      change_connection(:closed)
    end

    def change_connection(state)
      @connection = state
      @listener.call(:connection, state)
    end

    def heard(event, given)
      welcomed if event == :welcomed
      take_another_name if event == :rejected && given == "client_id_taken"
      @listener.call(event, given)
    end

    def welcomed
      heard_something
      plan_check
      change_connection(:online)
    end

    # This one is someone else's: goes on under another, on another connection, at once.
    def take_another_name
      copy.rename(Store.new_client_id)
      @again = true
      @socket.close
    end
  end
end
