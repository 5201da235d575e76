"""The client's half of an edit: what is confirmed, what is sent, what is typed on top of it.

A pure state machine: no time, no I/O, no callbacks. Each method takes what was typed or received and returns what that
means for the screen. The confirmed contents are always exactly the server's document at `version`; the screen is those,
then `pending` (the one change that is sent and not acknowledged), then `buffer` (what was typed since).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from .content import Content
from .delta import Delta
from .errors import ERRORS, DeltaError
from .messages import (
    Ack,
    Checked,
    ClientId,
    ClientInfo,
    Fetch,
    Hello,
    Last,
    Natural,
    Part,
    Positive,
    PresenceUpdate,
    Rejected,
    Revision,
    Selection,
    SlowDown,
    Submit,
    Welcome,
)


class Pending(Part):
    """The one submission that is not acknowledged: its canonical form, as it applies to the version that is held."""

    seq: Positive
    delta: Delta


class Kept(Part):
    """A change that will not be in the document: its text is its author's, to be shown and offered again."""

    code: str
    message: str
    delta: Delta


class ReplicaState(Part):
    """All that a replica must remember to go on later, elsewhere: stored before each submission is sent."""

    client_id: ClientId
    seq: Natural = 0
    version: Natural = 0
    last: Last | None = None
    contents: Delta | None = None
    pending: Pending | None = None
    buffer: Delta | None = None
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """What something received means: first `contents` replaces the screen, if any, then `changes` apply to it.

    `acknowledged` is the seq that became durable, `kept` what fell out of the document, `fetch` a message to send.
    """

    contents: Content | None = None
    changes: tuple[Delta, ...] = ()
    acknowledged: int | None = None
    kept: Kept | None = None
    fetch: Fetch | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Whether the document at `version` is these `contents`; `since` collects the changes after that."""

    version: int
    contents: Content
    since: list[Delta]


class Replica:
    """One client's copy of one document. Starts from a client_id alone, or from a remembered state."""

    def __init__(self, state: ReplicaState) -> None:
        self.client_id = state.client_id
        self.seq = state.seq
        self.version = state.version
        self.last = state.last
        self.pending = state.pending
        self.buffer = state.buffer
        self.kept = state.kept
        self._joined = state.contents is not None
        self.contents = Content.EMPTY if state.contents is None else Content.from_delta(state.contents)
        self.screen = self.contents
        for delta in self.unsent:
            self.screen = self.screen.apply(delta)
        self._in_flight = False
        self._live_from: int | None = None
        self._fetched_after: int | None = None
        self._question: Question | None = None

    def state(self) -> ReplicaState:
        """What to remember."""
        return ReplicaState(
            client_id=self.client_id,
            seq=self.seq,
            version=self.version,
            last=self.last,
            contents=self.contents.to_delta() if self._joined else None,
            pending=self.pending,
            buffer=self.buffer,
            kept=self.kept,
        )

    @property
    def synchronized(self) -> bool:
        """Whether all that was typed is committed."""
        return self.pending is None and self.buffer is None

    @property
    def unsent(self) -> tuple[Delta, ...]:
        """What lies between the confirmed contents and the screen: pending, then buffer."""
        pending = None if self.pending is None else self.pending.delta
        return tuple(delta for delta in (pending, self.buffer) if delta is not None)

    def hello(self, token: str | None = None, client: ClientInfo | None = None) -> Hello:
        """The first frame of a connection: names the version held, once there is one."""
        version = self.version if self._joined else None
        return Hello(client_id=self.client_id, token=token, client=client, version=version, last=self.last)

    def local(self, delta: Delta) -> None:
        """A change that this person made, already on their screen. Raises DeltaError, and changes nothing, if it can't
        be made there."""
        self.screen = self.screen.apply(delta)
        self.buffer = (self.buffer.compose(delta) if self.buffer is not None else delta) or None

    def sendable(self) -> Submit | None:
        """The submission to send now, if any; remember `state()` before sending it.

        What was pending when a connection was lost comes again under its own seq, moved to the version now held, and
        with nothing added.
        """
        if self._in_flight or self._live_from is None or self.version < self._live_from:
            return None
        if self.pending is None:
            if self.buffer is None:
                return None
            self.seq += 1
            self.pending, self.buffer = Pending(seq=self.seq, delta=self.buffer), None
        self._in_flight = True
        return Submit(seq=self.pending.seq, base_version=self.version, delta=self.pending.delta)

    def presence(self, selection: Selection | None, typing: bool = False) -> PresenceUpdate | None:
        """Where this person is, for the others; nothing while the screen is ahead of what they can know."""
        if not self.synchronized:
            return None
        return PresenceUpdate(version=self.version, selection=selection, typing=typing)

    def welcome(self, message: Welcome) -> Update:
        """The connection stands: go on from revisions, or start over from contents."""
        self.seq = max(self.seq, message.acked_seq)
        self._live_from = message.document.version
        if message.contents is not None:
            return self._start_over(message, message.contents)
        return self.receive(message.revisions or ())

    def receive(self, revisions: Sequence[Revision]) -> Update:
        """Committed changes. Known ones are passed over; on a gap, `fetch` says from where to ask again."""
        changes: list[Delta] = []
        acknowledged: int | None = None
        for revision in revisions:
            if revision.version <= self.version:
                continue
            if revision.version > self.version + 1:
                return Update(changes=tuple(changes), acknowledged=acknowledged, fetch=self._fetch())
            self._confirm(revision)
            own = self._acknowledges(revision)
            if (not own or self._is_given_up(revision)) and (change := self._merge(revision.delta)):
                changes.append(change)
            if own:
                acknowledged = revision.seq
                self._settle()
        return Update(changes=tuple(changes), acknowledged=acknowledged)

    def acknowledge(self, message: Ack) -> Update:
        """A submission that was sent twice is in the document. Its revision came before, or has yet to be fetched."""
        if self.pending is None or self.pending.seq != message.seq:
            return Update()
        if message.version > self.version:
            return Update(fetch=self._fetch())
        # The confirmed contents hold it already: on the screen it stands twice.
        return Update(changes=self._withdraw(self.pending.delta), acknowledged=message.seq)

    def rejected(self, message: Rejected) -> Update:
        """The pending submission will never be in the document: it leaves the screen and is kept for its author."""
        if self.pending is None or self.pending.seq != message.seq:
            return Update()
        kept = self._keep(message.code, message.message, self.pending.delta)
        return Update(changes=self._withdraw(self.pending.delta), kept=kept)

    def question(self) -> Question | None:
        """What to ask the server by `check`: whether what stands on the screen is the document. None while it is not
        meant to be, for something is unsent, or revisions are known to be missing."""
        if not self.synchronized or self._live_from is None or self.version < self._live_from:
            return None
        self._question = Question(self.version, self.screen, [])
        return self._question

    def checked(self, message: Checked) -> Update:
        """The answer: where the contents differ, the server's take their place, under all that waits."""
        question, self._question = self._question, None
        if question is None or question.version != message.version or message.contents is None:
            return Update()
        contents = Content.from_delta(message.contents)
        for delta in question.since:
            contents = contents.apply(delta)
        kept = self._put_under(contents)
        return Update(contents=self.screen, kept=kept)

    def slow_down(self, message: SlowDown) -> None:
        """The named submission was not taken: `sendable` gives it again; wait `retry_after` before asking."""
        if self.pending is not None and self.pending.seq == message.seq:
            self._in_flight = False

    def disconnected(self) -> None:
        """The connection is gone; what was in flight may or may not have arrived. Sends nothing until `welcome`."""
        self._in_flight = False
        self._live_from = None
        self._fetched_after = None
        self._question = None

    def release(self, kept: Kept) -> None:
        """The author has taken back, or given up, what was kept."""
        self.kept = tuple(each for each in self.kept if each is not kept)

    def _start_over(self, message: Welcome, contents: Delta) -> Update:
        acknowledged = claimed = None
        unsaved = self.buffer or Delta()
        if self.pending is not None and self.pending.seq <= message.acked_seq:
            acknowledged = self.pending.seq
        elif self.pending is not None:
            unsaved = self.pending.delta.compose(unsaved)
            # What was sent may still be under way: under the same seq, nothing takes its place.
            claimed = Pending(seq=self.pending.seq, delta=Delta())
        self.version, self.last = message.document.version, message.document.last
        self.contents = self.screen = Content.from_delta(contents)
        self._joined, self.buffer = True, None
        self._settle()
        self.pending = claimed
        code = message.resync or "history_gone"
        kept = self._keep(code, ERRORS[code].message, unsaved)
        return Update(contents=self.contents, acknowledged=acknowledged, kept=kept)

    def _acknowledges(self, revision: Revision) -> bool:
        own = revision.client_id == self.client_id
        return own and self.pending is not None and revision.seq == self.pending.seq

    def _is_given_up(self, revision: Revision) -> bool:
        """Whether it is the pending change as it was first sent, that came in before the nothing in its place."""
        return self.pending is not None and not self.pending.delta and bool(revision.delta)

    def _confirm(self, revision: Revision) -> None:
        self.contents = self.contents.apply(revision.delta)
        self.version = revision.version
        self.last = Last(client_id=revision.client_id, seq=revision.seq)
        if self._question is not None:
            self._question.since.append(revision.delta)
        if revision.client_id == self.client_id:
            self.seq = max(self.seq, revision.seq)

    def _merge(self, change: Delta) -> Delta:
        """Someone's change as it applies to the screen; pending and buffer, apart, move over it."""
        if self.pending is not None:
            pending = self.pending.delta
            self.pending = Pending(seq=self.pending.seq, delta=change.transform(pending, False))
            change = pending.transform(change, True)
        if self.buffer is not None:
            buffer = self.buffer
            self.buffer = change.transform(buffer, False) or None
            change = buffer.transform(change, True)
        self.screen = self.screen.apply(change)
        return change

    def _withdraw(self, pending: Delta) -> tuple[Delta, ...]:
        """Take the pending change off the screen and from under the buffer."""
        undo = self.contents.invert(pending)
        if self.buffer is not None:
            buffer = self.buffer
            self.buffer = undo.transform(buffer, True) or None
            undo = buffer.transform(undo, False)
        self.screen = self.screen.apply(undo)
        self._settle()
        return (undo,) if undo else ()

    def _put_under(self, contents: Content) -> Kept | None:
        """Take other confirmed contents under what waits; where it doesn't fit there, it is kept for its author."""
        self.contents = self.screen = contents
        unsent = self.unsent
        try:
            for delta in unsent:
                self.screen = self.screen.apply(delta)
        except DeltaError:
            self.screen, self.buffer = contents, None
            if self.pending is not None:  # it will be rejected, and is not answered for until then
                self.pending = Pending(seq=self.pending.seq, delta=Delta())
            return self._keep("beyond_end", ERRORS["beyond_end"].message, reduce(Delta.compose, unsent))
        return None

    def _settle(self) -> None:
        self.pending = None
        self._in_flight = False

    def _keep(self, code: str, message: str, delta: Delta) -> Kept | None:
        if not delta:
            return None
        kept = Kept(code=code, message=message, delta=delta)
        self.kept += (kept,)
        return kept

    def _fetch(self) -> Fetch | None:
        """One request for each version: the frames that arrive before its answer show the same gap."""
        if self._fetched_after == self.version:
            return None
        self._fetched_after = self.version
        return Fetch(after=self.version)
