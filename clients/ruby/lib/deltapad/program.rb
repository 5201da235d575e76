# frozen_string_literal: true

require "digest"
require "io/console"
require "uri"
require_relative "../deltapad"

module Deltapad
  # The command `deltapad`.
  class Program
    USAGE = <<~TEXT
      deltapad ADDRESS     edit a document in the terminal
      deltapad --pipe      be driven by lines of JSON, as conformance/client-interface.md says
      deltapad --algebra   compose, transform and so on, asked by lines of JSON

      ADDRESS is the document's socket, wss://…/ws/documents/{id}/, or any address of it with its id. The token is
      taken from DELTAPAD_TOKEN, and asked for where that is missing. What is not sent is kept in DELTAPAD_STATE, or
      in ~/.local/state/deltapad.
    TEXT
    ID = /\h{8}(?:-\h{4}){3}-\h{12}/

    def initialize(arguments, environment)
      @arguments = arguments
      @environment = environment
    end

    # The exit status.
    def run
      return pipe if @arguments == ["--pipe"]
      return algebra if @arguments == ["--algebra"]
      return edit(@arguments.first) if @arguments.length == 1 && @arguments.first.match?(ID)

      return refuse(USAGE) unless @arguments == ["--help"]

      puts USAGE
      0
    end

    # The socket of the document that an address is about.
    def self.socket(address)
      uri = URI(address.sub(/\Aws/, "http"))
      "#{uri.scheme.sub('http', 'ws')}://#{uri.host}:#{uri.port}/ws/documents/#{address[ID]}/"
    end

    private

    def pipe
      require_relative "pipe"
      Pipe.new($stdin, $stdout).run
      0
    end

    def algebra
      require_relative "algebra"
      Algebra.new($stdin, $stdout).run
      0
    end

    def edit(address)
      return refuse("deltapad: needs a terminal; programs use --pipe") unless $stdin.tty? && $stdout.tty?

      require_relative "editor"
      url = Program.socket(address)
      client = Client.new(url, token: @environment["DELTAPAD_TOKEN"] || ask_for_token, store: store(url))
      Terminal.new.open { |terminal| Editor.new(client, terminal).run }
      tell_what_waits(client)
      0
    ensure
      client&.close
    end

    def refuse(sentence)
      warn sentence
      2
    end

    def ask_for_token = IO.console.getpass("Token: ")

    def store(url)
      home = @environment["XDG_STATE_HOME"] || File.join(Dir.home, ".local", "state")
      Store.open(@environment["DELTAPAD_STATE"] || File.join(home, "deltapad"), Digest::SHA256.hexdigest(url)[0, 24])
    end

    def tell_what_waits(client)
      warn "Not everything was sent; it is kept, and goes when the document is opened again." unless client.copy.settled?
    end
  end
end
