"""Each way in which rights go × each role × reading, writing and listening, on another process: by a message, or by
the lease.

With DELTAPAD_TEST_SCALE=full all cells; else each way out with one role.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
from channels.layers import InMemoryChannelLayer
from django.core.cache import cache

from accounts.models import User
from collab import process as processes_module
from collab.process import Process
from collab.timing import Timing
from documents import rights
from documents.models import Document
from protocol.errors import ERRORS
from tests.collab.conftest import STILL, Join
from tests.collab.listen import Within
from tests.collab.talk import Inside
from tests.collab.ways_out import WAYS_OUT, Scene, WayOut
from tests.scale import rounds

# Seconds until it is known on every process: a busy machine may take longer than the second that is promised.
BOUND = rounds(5.0, 1.0)
LEASE = Timing(heads=0.05, rights=0.3, attendance=3600, sweep=3600)

ALL = [(name, role) for name, way in WAYS_OUT.items() for role in way.roles]
EACH_ONCE = [(name, way.roles[turn % len(way.roles)]) for turn, (name, way) in enumerate(WAYS_OUT.items())]
CELLS = [
    pytest.param(WAYS_OUT[name], role, by_message, id=f"{name}, {role}, {'told' if by_message else 'not told'}")
    for name, role in rounds(EACH_ONCE, ALL)
    for by_message in (True, False)
    if not (by_message and WAYS_OUT[name].silent)
]


@dataclass
class Stage:
    """Bob and carol on one process, alice on another, where it happens."""

    here: Process
    alice: Inside
    bob: Inside
    carol: Inside
    ear: Within
    scene: Scene

    async def happens(self, way: WayOut) -> None:
        await self.here.database.read(way.does, self.scene)


@pytest.fixture
async def stage(
    document: Document,
    bob: User,
    join: Join,
    processes: Callable[..., Process],
    monkeypatch: pytest.MonkeyPatch,
    way: WayOut,
    role: str,
    by_message: bool,
) -> AsyncIterator[Stage]:
    layer = InMemoryChannelLayer(capacity=10_000)
    here = processes(layer=layer)
    there = processes(layer=layer, timing=STILL) if by_message else processes(timing=LEASE)
    # What happens in this program is told to its own server.
    monkeypatch.setattr(processes_module, "_current", here)
    await here.database.read(cache.clear)
    scene = await here.database.read(lambda: Scene(document, bob, role, way.by))
    headers, query = await here.database.read(_credentials, scene, way)
    alice, carol = await join("alice", process=here), await join("carol", process=there)
    socket = await Inside("bob-000001", there, document.pk, headers, query).open()
    await socket.hello()
    assert socket.welcome["role"] == role
    # A ticket lets in once.
    query = await here.database.read(scene.by_ticket) if way.by_ticket else ""
    ear = await Within().open(there, document.pk, headers, query.removeprefix("?"))
    yield Stage(here, alice, socket, carol, ear, scene)
    await ear.close()
    await socket.close()


@pytest.mark.parametrize(("way", "role", "by_message"), CELLS)
async def test_reading_and_writing_end(stage: Stage, way: WayOut, role: str, by_message: bool) -> None:
    alice, bob, carol = stage.alice, stage.bob, stage.carol
    edits = "edit" in rights.CAPABILITIES[role]
    if edits:
        await bob.types("in time ")
    await bob.reaches(await alice.types("read by bob "))
    await stage.ear.reaches(bob.version)
    before, ends = len(bob.heard), way.close is not None and role not in way.stay
    async with asyncio.timeout(BOUND):
        await stage.happens(way)
        await bob.submit({"insert": "too late "})
        if ends:
            assert (await bob.refused()).code == way.close
            assert ERRORS[await stage.ear.last_word()].close == way.close
        else:
            await told(bob, "rejected", "document" if way.refusal.startswith("document") else "access")
    refusals = {frame["code"] for frame in bob.heard[before:] if frame["type"] == "rejected"}
    assert refusals <= {way.refusal if edits else "not_allowed"}
    if not way.refusal.startswith("document") and way.close != 4404:
        await carol.reaches(await alice.types("read by others "))
        assert not ends or bob.communicator.output_queue.empty()
        assert not ends or "read by others" not in stage.ear.said
    assert "too late" not in await stage.here.database.read(text, stage.scene.document)


async def told(bob: Inside, *types: str) -> None:
    """Returns when he has heard a frame of each type."""
    wanted = set(types)
    while wanted:
        wanted.discard((await bob.next(*wanted))["type"])


def _credentials(scene: Scene, way: WayOut) -> tuple[dict[str, str], str]:
    """By what he comes in: headers, and what stands in the address."""
    if way.by_ticket:
        return {}, scene.by_ticket()
    if way.by_application:
        return scene.by_application(), ""
    return scene.by_session() if way.by_session else scene.by_token(), ""


def text(document: Document) -> str:
    return "".join(str(revision.delta) for revision in document.revisions.all())
