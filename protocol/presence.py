"""Where the others are, on a screen that is never quite where they are: pure, and never stored.

A selection is told in the positions of some version. It is held until that version is reached, moved over the revisions
after it, and, for the screen, over the person's own pending and buffer.
"""

from collections import deque
from collections.abc import Iterable

from .delta import Delta
from .messages import Participant, ParticipantPresence, Presence, Revision, Selection

RECENT = 1000
"""How many revisions are remembered for selections that are told late; one from further back waits for the next."""


def move(selection: Selection, change: Delta, priority: bool = True) -> Selection:
    """The selection after a change. What is inserted at either edge of a selection stays outside of it.

    A caret has one edge, and `priority` decides: True, it stays left of what is inserted there (someone else typed);
    False, it stands after it (its own person typed).
    """
    if selection.length == 0:
        return Selection(index=change.transform_position(selection.index, priority), length=0)
    start = change.transform_position(selection.index, False)
    end = change.transform_position(selection.index + selection.length, True)
    return Selection(index=start, length=end - start)


class Selections:
    """The other participants' selections, kept at the version that this client holds."""

    def __init__(self, version: int, participants: Iterable[Participant] = ()) -> None:
        self.version = version
        self.participants = {participant.session_id: participant for participant in participants}
        self._placed: dict[str, ParticipantPresence] = {}
        self._held: dict[str, ParticipantPresence] = {}
        self._recent: deque[Revision] = deque(maxlen=RECENT)

    def joined(self, participant: Participant) -> None:
        """Someone came; where they are, they will say."""
        self.participants[participant.session_id] = participant

    def left(self, session_id: str) -> None:
        """Someone went, and their selection with them."""
        for known in (self.participants, self._placed, self._held):
            known.pop(session_id, None)

    def heard(self, presence: Presence) -> None:
        """What participants said of themselves: the latest counts, a later version's is held until that is reached."""
        for one in presence.participants:
            if one.version > self.version:
                self._held[one.session_id] = one
            else:
                self._held.pop(one.session_id, None)
                self._place(one)

    def advance(self, revisions: Iterable[Revision]) -> None:
        """The client confirmed these revisions; those that it held before are passed over."""
        for revision in revisions:
            if revision.version != self.version + 1:
                continue
            self.version = revision.version
            self._recent.append(revision)
            self._placed = {key: self._moved(one, revision) for key, one in self._placed.items()}
            for one in [held for held in self._held.values() if held.version == self.version]:
                self._placed[one.session_id] = self._held.pop(one.session_id)

    def on_screen(self, unsent: Iterable[Delta] = ()) -> dict[str, ParticipantPresence]:
        """Who is where on the screen, by session: over this client's own `unsent` changes, in their order."""
        shown = dict(self._placed)
        for change in unsent:
            for key, one in shown.items():
                if one.selection is not None:
                    shown[key] = one.model_copy(update={"selection": move(one.selection, change)})
        return shown

    def _place(self, one: ParticipantPresence) -> None:
        missed = [revision for revision in self._recent if revision.version > one.version]
        if len(missed) < self.version - one.version:
            return
        for revision in missed:
            one = self._moved(one, revision)
        self._placed[one.session_id] = one

    def _moved(self, one: ParticipantPresence, revision: Revision) -> ParticipantPresence:
        participant = self.participants.get(one.session_id)
        others = participant is None or participant.client_id != revision.client_id
        selection = None if one.selection is None else move(one.selection, revision.delta, others)
        return one.model_copy(update={"selection": selection, "version": revision.version})
