# frozen_string_literal: true

require_relative "canonical_json"
require_relative "copy"
require_relative "others"

module Deltapad
  # The conversation about one document, without a socket: frames go in by `receive`, and come out by `frames`. It
  # outlives connections. What happens is told to the block of `listen`:
  #
  #   :welcomed          a connection is let in; what came meanwhile follows
  #   :change, delta     the screen changes, by someone else
  #   :contents, delta   the screen holds another document
  #   :kept, kept        a change of one's own will not be in the document
  #   :rejected, code    the server refused one
  #   :told              anything else: people, rights, title, state
  class Session
    ROOM_FOR_NAMES = 512

    attr_reader :copy, :session_id, :user, :role, :capabilities, :document, :participants, :limits, :banner, :error,
                :selection, :differences

    # `clock` gives seconds that only rise.
    def initialize(copy, token: nil, clock: -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) })
      @copy = copy
      @token = token
      @clock = clock
      @phase = :offline
      @frames = []
      @listener = ->(*) {}
      @capabilities = []
      @limits = {}
      @participants = {}
      forget_history
      @silent_until = @presence_at = @differences = 0
    end

    def listen(&block) = @listener = block
    def online? = @phase == :joined
    def may?(capability) = capabilities.include?(capability)

    # Whether the person may type: they have the right to, and the document is there and open.
    def editable?
      return false unless copy.version
      return true unless document

      may?("edit") && document["state"] == "open"
    end

    # A connection is open: says hello on it.
    def connect
      @phase = :joining
      @resubmit = true
      @fetched_after = @question = @error = nil
      held = { "version" => copy.version, "last" => copy.last }.compact
      send_frame "hello", "client_id" => copy.client_id, "token" => @token, "client" => CLIENT, **held
    end

    # The connection is lost, with all that was under way.
    def disconnect
      @phase = :offline
      @frames.clear
      @participants = {}
      @others.clear
      @question = nil
      @silent_until = 0
      @untold = !@selection.nil?
    end

    # The frames to send now, each once.
    def frames
      speak
      taken = @frames
      @frames = []
      taken
    end

    # When there may be something to send again; nil where that depends on others.
    def wake_at
      return unless online?

      [@silent_until, @presence_at].select { |time| time > @clock.call }.min
    end

    # The person's own change; it is on the screen at once. Raises Refusal where it does not fit.
    def edit(change)
      copy.edit(change)
      @selection &&= @selection.move(change, own: true)
    end

    # The person's selection on the screen, or nil.
    def select(selection, typing: false)
      return if selection == @selection && typing == @typing

      @selection = selection
      @typing = typing
      @untold = true
    end

    # Asks the server whether both hold the same, unless something is unsent or known to be missing; nil where it did not.
    # `differences` counts how often in a row they did not.
    def check
      return unless caught_up? && copy.settled? && @fetched_after != copy.version

      @question = copy.version
      send_frame "check", "version" => copy.version, "digest" => CanonicalJson.digest(copy.contents)
    end

    # Where the others are on the screen: session_id to Selection, or nil for who is nowhere.
    def others = @others.on_screen(*[copy.pending&.delta, copy.buffer].compact)

    def typing?(session_id) = @others.typing?(session_id)

    # A frame from the server. Types that are not known are passed over.
    def receive(frame)
      type = frame["type"]
      return unless type == "error" || (type == "welcome" ? @phase == :joining : online?)

      handler = HANDLERS[type]
      send(handler, frame) if handler
    end

    HANDLERS = {
      "welcome" => :welcomed, "revisions" => :revised, "ack" => :acknowledged, "rejected" => :rejected,
      "joined" => :someone_came, "left" => :someone_left, "presence" => :someone_moved, "access" => :rights_changed,
      "document" => :document_changed, "banner" => :announced, "slow_down" => :slowed_down, "error" => :failed,
      "checked" => :checked, "probe" => :probed
    }.freeze
    CLIENT = { "name" => "deltapad-ruby", "version" => "0.1.0" }.freeze

    private

    def send_frame(type, **fields) = @frames << { "type" => type, **fields }.compact

    def caught_up? = online? && copy.version >= @target

    # Everything that may be said now: what is pending, then what was typed since, then where the person is.
    def speak
      return unless caught_up? && @clock.call >= @silent_until

      @resubmit = true if copy.submit(limits.fetch("frame_in", Float::INFINITY) - ROOM_FOR_NAMES)
      submit if @resubmit && copy.pending
      tell_selection if @untold && copy.settled? && may?("presence")
    end

    def submit
      @resubmit = false
      pending = copy.pending
      send_frame "submit", "seq" => pending.seq, "base_version" => copy.version, "delta" => pending.delta.to_a
    end

    def tell_selection
      now = @clock.call
      return if now < @presence_at

      @untold = false
      @presence_at = now + limits.fetch("presence_interval", 0)
      @frames << { "type" => "presence", "version" => copy.version, "selection" => @selection&.to_h, "typing" => @typing ? true : false }
    end

    def forget_history
      @recent = Recent.new
      @others = Others.new(@recent)
    end

    def welcomed(frame)
      @phase = :joined
      @session_id, @user, @role, @capabilities, @document, @limits, @banner =
        frame.values_at("session_id", "user", "role", "capabilities", "document", "limits", "banner")
      @participants = frame["participants"].to_h { |participant| [participant["session_id"], participant] }
      @others.clear
      @target = document["version"]
      same_person = copy.belongs_to?(user["id"])
      @listener.call(:welcomed)
      frame["contents"] ? take_contents(frame) : revised(frame)
      turn_away unless same_person
    end

    # What another person's copy held is shown, and not sent.
    def turn_away
      show_contents
      @listener.call(:rejected, "client_id_taken")
    end

    def take_contents(frame)
      forget_history
      why = frame.fetch("resync", "history_changed")
      telling_kept { copy.replace(Delta.parse(frame["contents"]), @target, document["last"], frame["acked_seq"], why) }
      show_contents
    end

    def revised(frame)
      frame["revisions"].each do |each|
        next if each["version"] <= copy.version
        return fetch if each["version"] > copy.version + 1

        apply(Revision.parse(each))
      end
    end

    def apply(revision)
      change = copy.apply(revision)
      @recent << revision
      @others.apply(revision, participants.transform_values { |participant| participant["client_id"] })
      show(change)
    end

    def show(change)
      return if change.empty?

      @selection &&= @selection.move(change)
      @listener.call(:change, change)
    end

    def show_contents
      @selection &&= Selection.new([@selection.index, copy.screen.length - 1].min, 0)
      @listener.call(:contents, copy.screen)
    end

    # Asks for what is missing, once for each version held.
    def fetch
      return if @fetched_after == copy.version

      @fetched_after = copy.version
      send_frame "fetch", "after" => copy.version
    end

    # The revision itself is the acknowledgement, unless the contents had it already.
    def acknowledged(frame)
      return unless frame["seq"] == copy.pending&.seq

      frame["version"] > copy.version ? fetch : show(copy.withdraw)
    end

    def rejected(frame)
      return unless frame["seq"] == copy.pending&.seq

      show(telling_kept { copy.reject(frame["code"]) })
      @listener.call(:rejected, frame["code"])
    end

    def telling_kept
      known = copy.kept.length
      result = yield
      copy.kept.drop(known).each { |kept| @listener.call(:kept, kept) }
      result
    end

    def slowed_down(frame)
      @silent_until = @clock.call + frame["retry_after"]
      @resubmit = true if frame["seq"] && frame["seq"] == copy.pending&.seq
    end

    # The answer to `check`; to another question than the last one it means nothing.
    def checked(frame)
      return unless frame["version"] == @question

      @question = nil
      count_differences(frame["result"])
      since = @recent.since(frame["version"], copy.version)
      return unless frame["result"] == "different" && since

      contents = since.reduce(Delta.parse(frame["contents"])) { |document, revision| document.compose(revision.delta) }
      telling_kept { copy.correct(contents) }
      show_contents
    end

    def count_differences(result)
      @differences += 1 if result == "different"
      @differences = 0 if result == "same"
    end

    def probed(frame) = send_frame("seen", "id" => frame["id"])

    def failed(frame)
      @error = frame
      @listener.call(:told)
    end

    def someone_came(frame)
      participant = frame["participant"]
      participants[participant["session_id"]] = participant
      @listener.call(:told)
    end

    def someone_left(frame)
      participants.delete(frame["session_id"])
      @others.leave(frame["session_id"])
      @listener.call(:told)
    end

    def someone_moved(frame)
      frame["participants"].each do |entry|
        next if entry["session_id"] == session_id

        @others.tell(entry, copy.version, participants.dig(entry["session_id"], "client_id"))
      end
      @listener.call(:told)
    end

    def rights_changed(frame)
      @role, @capabilities = frame.values_at("role", "capabilities")
      @listener.call(:told)
    end

    def document_changed(frame)
      document.merge!(frame.slice("title", "state", "damaged"))
      @listener.call(:told)
    end

    def announced(frame)
      @banner = frame["text"].empty? ? nil : frame["text"]
      @listener.call(:told)
    end
  end
end
