# frozen_string_literal: true

require "fileutils"
require "json"
require "securerandom"
require_relative "copy"

module Deltapad
  # Where a copy outlives its program: one file, written anew as a whole. A second program that opens the same document
  # gets a file, and so a client_id, of its own.
  class Store
    def self.new_client_id = SecureRandom.urlsafe_base64(15)

    # The store of a document in a folder, which is made where it is missing.
    def self.open(folder, document)
      FileUtils.mkdir_p(folder, mode: 0o700)
      (1..).each do |number|
        path = File.join(folder, "#{document}.#{number}.json")
        lock = File.open("#{path}.lock", File::RDWR | File::CREAT, 0o600)
        return new(path, lock) if lock.flock(File::LOCK_EX | File::LOCK_NB)

        lock.close
      end
    end

    def initialize(path, lock)
      @path = path
      @lock = lock
    end

    # The copy that was saved, or a new one.
    def load
      Copy.restore(JSON.parse(File.read(@path)))
    rescue SystemCallError, JSON::ParserError, Refusal
      Copy.new(Store.new_client_id)
    end

    def save(copy)
      written = "#{@path}.new"
      File.open(written, File::WRONLY | File::CREAT | File::TRUNC, 0o600) do |file|
        file.write(JSON.generate(copy.to_h))
        file.fdatasync
      end
      File.rename(written, @path)
    end

    def close = @lock.close
  end

  # A store for a copy that ends with its program.
  class NoStore
    def load = Copy.new(Store.new_client_id)
    def save(_copy); end
    def close; end
  end
end
