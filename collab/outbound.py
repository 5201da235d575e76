"""What is on its way to one connection. The protocol's own back-pressure, for a server may have none.

A connection knows the version up to which it was sent, and pulls what follows a page at a time; so what is kept for
it is bounded, however far behind it is. What can go goes at once; only one that does not take it has a task, which
waits. After every `probe_after` bytes it is asked whether it reads; as long as
`WINDOW` times as much is unanswered for, nothing more is sent; one that does not answer in time is cut off.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple, Protocol

from collab.frames import NO_MORE, Event, Frame, Page, event
from collab.tasks import begin
from protocol.limits import Limits
from protocol.messages import Ack, ParticipantPresence, Presence, Probe

# Twice, so that one who answers at once never waits for the next page.
WINDOW = 2
# Small frames that wait for a closed window; those who let more than this pile up do not read.
MOST_WAITING = 1024 * 1024
# Bytes per second below which a connection is too slow, on top of the time to answer.
SLOWEST = 128 * 1024


class Source(Protocol):
    """Where the revisions come from."""

    @property
    def version(self) -> int:
        """The newest version that there is."""
        ...

    def page(self, after: int) -> Page | None:
        """The next page after a version, if there is one and it is at hand."""
        ...

    async def read_page(self, after: int) -> Page:
        """The next page after a version, from the log."""
        ...


class Asked(NamedTuple):
    """A probe that was sent: how many bytes went before it, and when it must be answered."""

    id: int
    sent: int
    deadline: float


class Outbound:
    """The frames for one connection, in the order in which it may have them. `failed` is told why it ended, if so."""

    __slots__ = (
        "_acks",
        "_asked",
        "_clock",
        "_contents",
        "_ended",
        "_failed",
        "_frames",
        "_limits",
        "_loop",
        "_presence",
        "_probe_after",
        "_probed",
        "_rest",
        "_seen",
        "_send_by",
        "_sending",
        "_sent",
        "_source",
        "_waiting_bytes",
        "_window",
        "overflowed",
        "send",
        "version",
    )

    def __init__(
        self, send: Callable[[Event], Awaitable[None]], failed: Callable[[Exception], object], limits: Limits
    ) -> None:
        self.version = 0
        self.overflowed = False
        self.send = send
        self._failed = failed
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._clock = self._loop.time
        self._source: Source | None = None
        self._contents: Frame | None = None
        self._frames: list[Frame] = []
        self._waiting_bytes = 0
        self._acks: list[Ack] = []
        self._presence: dict[str, ParticipantPresence] = {}
        self._sent = self._seen = self._probed = 0
        self._probe_after = limits.probe_after
        self._window = WINDOW * limits.probe_after
        self._asked: list[Asked] = []
        self._send_by: float | None = None
        self._sending = self._ended = False
        self._rest: asyncio.Task[None] | None = None

    # -- what there is to send --

    def post(self, frame: Frame) -> None:
        """A frame that depends on no version."""
        self._frames.append(frame)
        self._waiting_bytes += frame.size
        self._overflow()
        self.wake()

    def begin(self, welcome: Frame, version: int, source: Source) -> None:
        """The welcome, which takes the connection to `version`; what follows comes from `source`."""
        self._contents = welcome
        self.version = version
        self._source = source
        self.wake()

    def contents(self, frame: Frame) -> None:
        """Contents that were asked for. They may be long and count for nothing, like a welcome: one comes at a time."""
        self._contents = frame
        self.wake()

    def ack(self, ack: Ack) -> None:
        """An acknowledgement, which goes once every revision up to its version has gone."""
        self._acks.append(ack)
        self._waiting_bytes += 64
        self._overflow()
        self.wake()

    def presence(self, frame: Frame, moved: Iterable[ParticipantPresence]) -> None:
        """Where others are: the shared frame, or for one who is behind the latest of each."""
        if self._idle():
            self.post(frame)
        else:
            self._presence.update({entry.session_id: entry for entry in moved})
            self.wake()

    def forget(self, session_id: str) -> None:
        """Someone left; where they were no longer matters."""
        self._presence.pop(session_id, None)

    def rewind(self, after: int) -> None:
        """Sends everything after version `after` once more; says so where there is nothing."""
        if self._source and after >= self._source.version:
            self.post(NO_MORE)
        else:
            self.version = min(self.version, after)
            self.wake()

    def wake(self) -> None:
        """There may be something to send: it goes at once, as far as the other side takes it."""
        if not self._sending and not self._ended:
            self._sending = True
            self._rest = begin(self._send_all())

    # -- what goes to many, by collab/fanout.py --

    def takes(self, after: int, version: int, size: int) -> bool:
        """Whether it waits for nothing but the page from `after` to the newest version, which then counts as sent."""
        sent = self._sent + size
        if self.version != after or self._sending or self._ended or self._acks or not self._source:
            return False
        if sent - self._seen >= self._window or sent - self._probed >= self._probe_after:
            return False
        self.version, self._sent = version, sent
        return True

    def waits(self, rest: asyncio.Task[None], size: int) -> None:
        """What it took does not go at once; the task is what waits, and then goes on."""
        self._sending, self._rest = True, rest
        self._send_by = self._deadline(size)

    async def go_on(self) -> None:
        """What it waited with has gone: sends what there is by now."""
        self._send_by = None
        await self._send_all()

    def fail(self, error: Exception) -> None:
        """Nothing can be sent any more."""
        self._ended = True
        # Not at once: whoever woke this may be in the middle of waking the others.
        self._loop.call_soon(self._failed, error)

    # -- what the other side says --

    def seen(self, probe: str | int) -> None:
        """The answer to a probe, which answers the ones before it too; one that was not asked says nothing."""
        for asked in list(self._asked):
            if asked.id == probe:
                while self._asked and self._asked[0].id <= asked.id:
                    self._asked.pop(0)
                self._seen = asked.sent
                self.wake()
                return

    def overdue(self) -> bool:
        """Whether this connection does not read what it is sent."""
        now = self._clock()
        late = self._asked and self._asked[0].deadline < now
        stuck = self._send_by is not None and self._send_by < now
        return bool(self.overflowed or late or stuck)

    @property
    def waiting_bytes(self) -> int:
        """The bytes of what waits; of revisions none do, for they are pulled."""
        return self._waiting_bytes

    # -- sending --

    async def drained(self) -> None:
        """Returns when everything has gone that may."""
        if self._rest:
            await asyncio.wait([self._rest])

    def stop(self) -> None:
        """Sends nothing more, not even what is being sent; `drained` tells when that has ended."""
        self._ended = True
        if self._rest:
            self._rest.cancel()

    async def _send_all(self) -> None:
        # Runs once for each frame and recipient: what could be a call of its own stands here.
        try:
            while not self._ended and self._sent - self._seen < self._window:
                frame = self._at_hand()
                if frame is None:
                    if not self._source or self.version >= self._source.version:
                        break
                    frame = await self._read_page()
                self._sent += frame.size
                self._send_by = self._deadline(frame.size)
                await self.send(event(frame))
                self._send_by = None
                if self._sent - self._probed >= self._probe_after:
                    await self._probe()
        except Exception as error:
            self.fail(error)
        finally:
            self._sending = False

    @property
    def _is_behind(self) -> bool:
        return self._source is not None and self.version < self._source.version

    def _at_hand(self) -> Frame | None:
        """The next frame, if it need not be read from the log."""
        if self._contents:
            contents, self._contents = self._contents, None
            return contents
        if self._frames:
            frame = self._frames.pop(0)
            self._waiting_bytes -= frame.size
            return frame
        if self._acks and self._acks[0].version <= self.version:
            self._waiting_bytes -= 64
            return Frame.of(self._acks.pop(0))
        if self._source and (page := self._source.page(self.version)):
            self.version = page.version
            return page.frame
        return self._next_presence() if self._presence and not self._is_behind else None

    async def _read_page(self) -> Frame:
        assert self._source
        while True:
            after = self.version
            page = await self._source.read_page(after)
            if self.version == after:  # it was not asked to go back meanwhile
                self.version = page.version
                return page.frame

    def _next_presence(self) -> Frame:
        moved, self._presence = tuple(self._presence.values()), {}
        return Frame.of(Presence(participants=moved))

    async def _probe(self) -> None:
        # The id is the count of bytes: it rises, and needs no counter of its own.
        self._asked.append(Asked(self._sent, self._sent, self._deadline(self._sent - self._seen)))
        self._probed = self._sent
        await self.send(event(Frame.of(Probe(id=self._sent))))

    def _deadline(self, size: int) -> float:
        return self._clock() + self._limits.seen_timeout + size / SLOWEST

    def _idle(self) -> bool:
        is_open = self._sent - self._seen < self._window
        return is_open and not (self._is_behind or self._contents or self._frames or self._presence)

    def _overflow(self) -> None:
        self.overflowed = self.overflowed or self._waiting_bytes > MOST_WAITING
