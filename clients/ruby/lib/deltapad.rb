# frozen_string_literal: true

require_relative "deltapad/client"
require_relative "deltapad/undo"

# A client of Deltapad's protocol, version 1, written from its specification.
module Deltapad
end
