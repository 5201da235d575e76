"""What one connection is sent, and when: in order, in pages, no faster than it reads."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from collab.frames import Event, Frame, Page
from collab.outbound import MOST_WAITING, WINDOW, Outbound
from protocol.limits import Limits
from protocol.messages import Ack, ParticipantPresence, Pong, Presence

LIMITS = Limits(probe_after=1000, seen_timeout=5)


class Log:
    """Revisions of a hundred bytes each, a page of five at a time; the newest ten are in memory."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.reads = 0

    def page(self, after: int) -> Page | None:
        return self._page(after) if self.version - 10 <= after < self.version else None

    async def read_page(self, after: int) -> Page:
        self.reads += 1
        await asyncio.sleep(0)
        return self._page(after)

    def _page(self, after: int) -> Page:
        last = min(after + 5, self.version)
        text = json.dumps({"type": "revisions", "versions": list(range(after + 1, last + 1))})
        return Page(Frame(text, 100 * (last - after)), last)


class Wire:
    """The other side: what came, and whether it reads."""

    def __init__(self) -> None:
        self.came: list[dict[str, object]] = []
        self.failures: list[Exception] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.outbound = Outbound(self._send, self.failures.append, LIMITS)
        self.now = 0.0
        self.outbound._clock = lambda: self.now

    async def _send(self, event: Event) -> None:
        await self.reads.wait()
        self.came.append(json.loads(event["text"]))

    @property
    def types(self) -> list[object]:
        return [frame["type"] for frame in self.came]

    @property
    def versions(self) -> list[int]:
        return [version for frame in self.came for version in frame.get("versions", ())]  # type: ignore[attr-defined]

    @property
    def probe(self) -> int:
        """The id of the newest probe."""
        return next(frame["id"] for frame in reversed(self.came) if frame["type"] == "probe")  # type: ignore[return-value]


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    made = Wire()
    yield made
    made.outbound.stop()
    assert not made.failures


WELCOME = Frame('{"type":"welcome"}', 18)


async def settled() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_it_works(wire: Wire) -> None:
    log = Log(3)
    wire.outbound.begin(WELCOME, 3, log)
    await settled()
    log.version = 4
    wire.outbound.wake()
    await settled()
    assert wire.types == ["welcome", "revisions"]
    assert wire.versions == [4]


async def test_who_is_behind_catches_up_by_pages_from_the_log(wire: Wire) -> None:
    log = Log(19)
    wire.outbound.begin(WELCOME, 0, log)
    await settled()
    assert wire.versions == list(range(1, 20))
    assert log.reads == 2


async def test_an_ack_waits_for_the_revisions_up_to_it(wire: Wire) -> None:
    log = Log(0)
    wire.outbound.begin(WELCOME, 0, log)
    wire.outbound.ack(Ack(seq=1, version=2))
    await settled()
    assert wire.types == ["welcome"]
    log.version = 2
    wire.outbound.wake()
    await settled()
    assert wire.types == ["welcome", "revisions", "ack"]


async def test_going_back_sends_again(wire: Wire) -> None:
    wire.outbound.begin(WELCOME, 3, Log(3))
    wire.outbound.rewind(1)
    await settled()
    assert wire.versions == [2, 3]


async def test_going_back_while_the_log_is_read(wire: Wire) -> None:
    wire.outbound.begin(WELCOME, 8, Log(19))
    for _ in range(3):
        await asyncio.sleep(0)
    wire.outbound.rewind(2)
    await settled()
    wire.outbound.seen(wire.probe)
    await settled()
    assert wire.versions[-17:] == list(range(3, 20))


async def test_nothing_more_goes_while_too_much_is_unanswered(wire: Wire) -> None:
    wire.outbound.begin(WELCOME, 0, Log(1000))
    await settled()
    sent = wire.versions[-1]
    assert 100 * sent <= WINDOW * LIMITS.probe_after + 500
    assert wire.types.count("probe") == 2
    wire.outbound.seen(wire.probe)
    await settled()
    assert wire.versions[-1] > sent
    assert wire.versions == list(range(1, wire.versions[-1] + 1))


async def test_answering_an_older_probe_opens_half_the_window(wire: Wire) -> None:
    wire.outbound.begin(WELCOME, 0, Log(1000))
    await settled()
    first = next(frame["id"] for frame in wire.came if frame["type"] == "probe")
    wire.outbound.seen(first)  # type: ignore[arg-type]
    await settled()
    assert wire.types.count("probe") == 3


async def test_an_answer_that_was_not_asked_for_opens_nothing(wire: Wire) -> None:
    wire.outbound.begin(WELCOME, 0, Log(1000))
    await settled()
    sent = len(wire.came)
    for made_up in (0, wire.probe + 1, 2**53 - 1, "x"):
        wire.outbound.seen(made_up)
    await settled()
    assert len(wire.came) == sent


async def test_one_who_does_not_answer_is_overdue(wire: Wire) -> None:
    wire.outbound.begin(WELCOME, 0, Log(1000))
    await settled()
    wire.now = LIMITS.seen_timeout - 1
    assert not wire.outbound.overdue()
    wire.now = LIMITS.seen_timeout + 1
    assert wire.outbound.overdue()
    wire.outbound.seen(wire.probe)
    assert not wire.outbound.overdue()


async def test_one_whose_line_takes_nothing_is_overdue(wire: Wire) -> None:
    wire.reads.clear()
    wire.outbound.begin(WELCOME, 0, Log(0))
    await settled()
    wire.now = LIMITS.seen_timeout + 1
    assert wire.outbound.overdue()
    wire.reads.set()
    await settled()
    assert not wire.outbound.overdue()


async def test_an_idle_connection_is_never_overdue(wire: Wire) -> None:
    wire.outbound.begin(WELCOME, 0, Log(0))
    await settled()
    wire.now = 10_000_000
    assert not wire.outbound.overdue()


async def test_a_long_welcome_has_the_time_that_a_slow_line_needs(wire: Wire) -> None:
    wire.outbound.begin(Frame('{"type":"welcome"}', 10 * 1024 * 1024), 0, Log(0))
    await settled()
    wire.now = LIMITS.seen_timeout + 60
    assert not wire.outbound.overdue()
    wire.now = LIMITS.seen_timeout + 100
    assert wire.outbound.overdue()


async def test_small_frames_pile_up_to_a_bound(wire: Wire) -> None:
    wire.outbound.begin(WELCOME, 0, Log(1000))
    await settled()
    pong = Frame.of(Pong(id="x" * 64))
    for _ in range(MOST_WAITING // pong.size):
        wire.outbound.post(pong)
    assert not wire.outbound.overdue()
    wire.outbound.post(pong)
    assert wire.outbound.overdue()


def here(session: str, version: int) -> ParticipantPresence:
    return ParticipantPresence(session_id=session, version=version, selection=None)


async def test_presence_for_one_who_is_behind_is_the_latest_of_each(wire: Wire) -> None:
    wire.outbound.begin(WELCOME, 0, Log(1000))
    await settled()
    for version in range(5):
        moved = (here("a", version), here(f"gone-{version}", version))
        wire.outbound.presence(Frame.of(Presence(participants=moved)), moved)
        wire.outbound.forget(f"gone-{version}")
    while "presence" not in wire.types:
        wire.outbound.seen(wire.probe)
        await settled()
    presence = [frame for frame in wire.came if frame["type"] == "presence"]
    assert [frame["participants"] for frame in presence] == [
        [{"session_id": "a", "version": 4, "selection": None, "typing": False}]
    ]


async def test_drained_is_when_everything_went(wire: Wire) -> None:
    wire.reads.clear()
    wire.outbound.begin(WELCOME, 0, Log(3))
    drained = asyncio.create_task(wire.outbound.drained())
    await settled()
    assert not drained.done()
    wire.reads.set()
    await asyncio.wait_for(drained, 1)
    assert wire.versions == [1, 2, 3]
