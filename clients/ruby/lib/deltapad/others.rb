# frozen_string_literal: true

module Deltapad
  # A stretch of text, or with length 0 a caret, in UTF-16 code units.
  Selection = Struct.new(:index, :length) do
    def self.parse(value) = value && new(value["index"], value["length"])

    # Where it is after a change. What is inserted at either edge stays outside; a caret stays left of what others
    # insert there, and follows what its own person types.
    def move(change, own: false)
      return Selection.new(change.transform_position(index, !own), 0) if length.zero?

      from = change.transform_position(index, false)
      to = change.transform_position(index + length, true)
      Selection.new(from, [to - from, 0].max)
    end

    def to_h = { "index" => index, "length" => length }
  end

  # The last revisions, for what is told of a version that has passed.
  class Recent
    MOST = 500

    def initialize
      @revisions = []
    end

    def <<(revision)
      @revisions << revision
      @revisions.shift if @revisions.length > MOST
    end

    # The revisions after a version, up to the one held; nil where they are forgotten.
    def since(version, held)
      return [] if version == held

      first = @revisions.index { |revision| revision.version == version + 1 }
      @revisions[first..] if first
    end
  end

  # Where the other people are, in the positions of the version that is held.
  class Others
    Place = Struct.new(:version, :selection, :typing)

    def initialize(recent)
      @recent = recent
      @shown = {}
      @held = {}
    end

    # Someone said where they are; of a version still to come, that is held until then.
    def tell(entry, version, client_id)
      session_id = entry["session_id"]
      place = Place.new(entry["version"], Selection.parse(entry["selection"]), entry["typing"])
      @held.delete(session_id)
      return @held[session_id] = place if place.version > version

      since = @recent.since(place.version, version)
      @shown[session_id] = since.reduce(place) { |moved, revision| moved(moved, revision, client_id) } if since
    end

    def leave(session_id)
      @shown.delete(session_id)
      @held.delete(session_id)
    end

    def clear
      @shown.clear
      @held.clear
    end

    # Moves everyone over a revision that was applied. `client_ids` names whose session is whose.
    def apply(revision, client_ids)
      @shown.each { |session_id, place| @shown[session_id] = moved(place, revision, client_ids[session_id]) }
      come, @held = @held.partition { |_, place| place.version <= revision.version }.map(&:to_h)
      @shown.merge!(come)
    end

    # Where they are on the screen, over what is not sent yet: session_id to Selection or nil.
    def on_screen(*unsent)
      @shown.transform_values { |place| unsent.reduce(place.selection) { |selection, change| selection&.move(change) } }
    end

    def typing?(session_id) = @shown[session_id]&.typing

    private

    def moved(place, revision, client_id)
      Place.new(revision.version, place.selection&.move(revision.delta, own: revision.client_id == client_id), place.typing)
    end
  end
end
