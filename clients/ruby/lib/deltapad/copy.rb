# frozen_string_literal: true

require_relative "fitting"

module Deltapad
  # A committed change: the one that made `version` out of the version before.
  Revision = Struct.new(:version, :client_id, :seq, :delta) do
    def self.parse(frame)
      new(frame["version"], frame["client_id"], frame["seq"], Delta.parse(frame["delta"]))
    end

    # What `hello` names the version that it made by.
    def name = { "client_id" => client_id, "seq" => seq }
  end

  # The one submission that has no answer yet, moved to the version that is held.
  Pending = Struct.new(:seq, :delta)

  # A change that will not be in the document, kept for its author. `code` says why.
  Kept = Struct.new(:code, :delta)

  # One copy of a document: what is committed, what is submitted on top of it, what was typed on top of that, and what of
  # it was refused. Every method that changes the screen returns that change.
  class Copy
    attr_reader :client_id, :version, :last, :contents, :pending, :buffer, :kept, :screen

    def initialize(client_id)
      @client_id = client_id
      @seq = 0
      @buffer = Delta::EMPTY
      @kept = []
    end

    # Whether everything typed is in the document.
    def settled? = pending.nil? && buffer.empty?

    # How many changes wait: the one under way, and what was typed since.
    def unsent = (pending ? 1 : 0) + (buffer.empty? ? 0 : 1)

    # The first who comes is this copy's person. With another, its name is of no use any more, and what waits is kept
    # back: nothing is sent under a name that did not type it.
    def belongs_to?(user_id)
      known = @user_id
      @user_id = user_id
      return true if known.nil? || known == user_id

      give_up("client_id_taken")
      @pending = nil
      @screen = contents
      false
    end

    # The person's own change of the screen. Raises Refusal where it does not fit.
    def edit(change)
      Fitting.check(change, screen)
      @buffer = buffer.compose(change)
      show(change)
    end

    # Makes what was typed, or a first part of up to so many bytes of JSON, the pending submission.
    def submit(bytes)
      return if pending || buffer.empty?

      part, @buffer = buffer.split(bytes)
      @pending = Pending.new(@seq += 1, part)
    end

    # Takes the revision that follows the version held.
    def apply(revision)
      @seq = [@seq, revision.seq].max if revision.client_id == client_id
      @version = revision.version
      @last = revision.name
      return merge(revision.delta) unless pending && revision.name == name_of_pending
      return acknowledge if revision.delta == pending.delta

      # What came in under that name is not what is shown, so that makes way and this comes like anyone's.
      withdraw.compose(merge(revision.delta))
    end

    # The pending submission is refused for good: it leaves the screen, and is its author's.
    def reject(code)
      keep(code, pending.delta)
      withdraw
    end

    # Takes the pending change from under what was typed since. What it had deleted comes back left of that.
    def withdraw
      inverse = pending.delta.invert(contents)
      @pending = nil
      typed = buffer
      @buffer = inverse.transform(typed, true)
      show(typed.transform(inverse, false))
    end

    # Takes the whole document in place of what is held. What is not in it is its author's; a submission that may still
    # be under way stays pending, with nothing in it.
    def replace(contents, version, last, acked_seq, code)
      @pending = nil if pending && pending.seq <= acked_seq
      @seq = [@seq, acked_seq].max
      give_up(code)
      @version = version
      @last = last
      @contents = @screen = contents
    end

    # Takes other contents for the version held, under all that waits; what does not fit there is its author's.
    def correct(contents)
      @contents = contents
      submitted = pending ? pending.delta : Delta::EMPTY
      give_up("beyond_end") unless Fitting.fits?(submitted, contents) && Fitting.fits?(buffer, contents.compose(submitted))
      @screen = contents.compose(pending ? pending.delta : Delta::EMPTY).compose(buffer)
    end

    # Goes on under another name, which nobody has submitted by yet.
    def rename(client_id)
      @client_id = client_id
      @seq = 0
    end

    # What was kept, which its author takes back or lets go.
    def release
      released = @kept
      @kept = []
      released
    end

    # All of it, as plain JSON values.
    def to_h
      {
        "client_id" => client_id, "user_id" => @user_id, "seq" => @seq, "version" => version, "last" => last, "contents" => contents.to_a,
        "pending" => pending && { "seq" => pending.seq, "delta" => pending.delta.to_a }, "buffer" => buffer.to_a,
        "kept" => kept.map { |each| { "code" => each.code, "delta" => each.delta.to_a } }
      }
    end

    def self.restore(stored) = new(stored["client_id"]).send(:restore, stored)

    private

    def name_of_pending = { "client_id" => client_id, "seq" => pending.seq }

    def show(change)
      @screen = screen.compose(change)
      change
    end

    def merge(change)
      @contents = contents.compose(change)
      if pending
        submitted = pending.delta
        @pending = Pending.new(pending.seq, change.transform(submitted, false))
        change = submitted.transform(change, true)
      end
      typed = buffer
      @buffer = change.transform(typed, false)
      show(typed.transform(change, true))
    end

    def acknowledge
      @contents = contents.compose(pending.delta)
      @pending = nil
      Delta::EMPTY
    end

    def give_up(code)
      keep(code, pending ? pending.delta.compose(buffer) : buffer)
      @pending = Pending.new(pending.seq, Delta::EMPTY) if pending
      @buffer = Delta::EMPTY
    end

    def keep(code, delta) = delta.empty? || @kept << Kept.new(code, delta)

    def restore(stored)
      @user_id, @seq, @version, @last = stored.values_at("user_id", "seq", "version", "last")
      @contents = Delta.parse(stored["contents"])
      @buffer = Delta.parse(stored["buffer"])
      pending = stored["pending"]
      @pending = pending && Pending.new(pending["seq"], Delta.parse(pending["delta"]))
      @kept = stored["kept"].map { |each| Kept.new(each["code"], Delta.parse(each["delta"])) }
      @screen = contents.compose(@pending ? @pending.delta : Delta::EMPTY).compose(buffer)
      self
    end
  end
end
