# frozen_string_literal: true

# A client of Deltapad's protocol, version 1, written from its specification.
module Deltapad
end

require_relative "deltapad/delta"
require_relative "deltapad/fitting"
require_relative "deltapad/canonical_json"
