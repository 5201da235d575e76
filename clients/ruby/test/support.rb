# frozen_string_literal: true

require "json"
require "minitest/autorun"
require_relative "../lib/deltapad"

# Where the protocol's own data is: vectors, transcripts, examples.
module Specification
  ROOT = File.expand_path("../../../protocol", __dir__)

  module_function

  def read(path) = JSON.parse(File.read(File.join(ROOT, path)))
  def files(pattern) = Dir.glob(File.join(ROOT, pattern))
end
