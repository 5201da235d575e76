# frozen_string_literal: true

require_relative "support"

# The protocol's vectors: what any implementation of its Deltas has to agree on.
class TestVectors < Minitest::Test
  Delta = Deltapad::Delta

  def self.each_case(name, &check)
    Specification.read("vectors/v1/#{name}.json").each do |vector|
      define_method("test_#{vector['id']}") { instance_exec(vector, &check) }
    end
  end

  each_case("compose") do |vector|
    assert_delta vector["expected"], delta(vector["a"]).compose(delta(vector["b"]))
  end

  each_case("transform") do |vector|
    assert_delta vector["expected"], delta(vector["a"]).transform(delta(vector["b"]), vector["priority"])
  end

  each_case("invert") do |vector|
    assert_delta vector["expected"], delta(vector["change"]).invert(delta(vector["document"]))
  end

  each_case("position") do |vector|
    assert_equal vector["expected"], delta(vector["change"]).transform_position(vector["index"], vector["priority"])
  end

  each_case("lengths") { |vector| assert_equal vector["length"], delta(vector["delta"]).length }

  each_case("digests") do |vector|
    contents = delta(vector["contents"])
    assert_equal vector["json"], Deltapad::CanonicalJson.write(contents.to_a)
    assert_equal vector["digest"], Deltapad::CanonicalJson.digest(contents)
  end

  # Some of them no parser of JSON takes; what they are called then is the server's affair.
  each_case("refused") do |vector|
    change = nil
    capture_io { change = JSON.parse(vector["json"]) }
  rescue JSON::ParserError
    pass
  else
    refusal = assert_raises(Deltapad::Refusal) { read(change, vector["document"]) }
    assert_equal vector["code"], refusal.code
  end

  private

  def delta(value) = Delta.parse(value)

  def assert_delta(expected, found) = assert_equal(expected, found.to_a)

  def read(value, document)
    change = delta(value)
    Deltapad::Fitting.check(change, delta(document)) if document
  end
end
