# frozen_string_literal: true

require "json"
require_relative "client"

module Deltapad
  # A client behind lines of JSON, as the conformance kit drives one (conformance/client-interface.md).
  class Pipe
    PIECE = 65_536

    def initialize(input, output)
      @input = input
      @output = output
      @lines = String.new
    end

    # Answers until the input ends.
    def run
      catch(:ended) { loop { read if ready? } }
      @client&.close
    end

    private

    def ready? = @client ? @client.wait([@input]).any? : @input.wait_readable

    def read
      @lines << @input.read_nonblock(PIECE)
      while (line = @lines.slice!(/\A.*\n/))
        answer(JSON.parse(line.force_encoding(Encoding::UTF_8)))
      end
    rescue EOFError
      throw :ended
    end

    def answer(request)
      @output.puts JSON.generate(reply(request))
      @output.flush
    end

    def reply(request)
      case request["do"]
      when "about" then { **Session::CLIENT, "can" => %w[select storage check] }
      when "open" then open(request)
      when "close" then leave
      when "state" then @client ? state : { "error" => "no document is open" }
      when "edit" then edit(request)
      when "select" then select(request)
      else { "error" => "cannot do #{request['do']}" }
      end
    rescue Refusal => refusal
      { "error" => "refused: #{refusal.code}" }
    end

    def open(request)
      leave
      store = request["storage"] ? Store.open(request["storage"], "document") : NoStore.new
      @client = Client.new(request["url"], token: request["token"], store: store)
      {}
    end

    def leave
      @client&.close
      @client = nil
      {}
    end

    def edit(request)
      @client.edit(Delta.parse(request["delta"]))
      {}
    end

    def select(request)
      @client.session.select(Selection.parse(request))
      {}
    end

    def state
      copy = @client.copy
      {
        "contents" => copy.screen&.to_a, "version" => copy.version, "connection" => @client.connection.to_s,
        "reason" => @client.reason.to_s, "unsent" => !copy.settled?,
        "kept" => copy.kept.map { |kept| { "code" => kept.code, "delta" => kept.delta.to_a } },
        "selections" => @client.session.others.transform_values { |selection| selection&.to_h }
      }
    end
  end
end
