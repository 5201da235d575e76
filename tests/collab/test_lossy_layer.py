"""A channel layer that drops, doubles and shuffles delays others, and loses nothing."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from collab import metrics
from collab.process import Process
from collab.timing import Timing
from documents.models import Document
from tests.collab.conftest import Join
from tests.collab.talk import Inside
from tests.scale import rounds


class LossyLayer(InMemoryChannelLayer):
    """Drops a fifth of all messages, doubles a tenth, and holds some back until others have passed."""

    def __init__(self, seed: int) -> None:
        super().__init__(capacity=10_000)
        self._random = Random(seed)
        self._held: list[tuple[str, dict[str, Any]]] = []

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        dice = self._random.random()
        if dice < 0.2:
            return
        if dice < 0.4:
            self._held.append((group, message))
            return
        waiting, self._held = [(group, message), *self._held], []
        self._random.shuffle(waiting)
        for held_group, held in waiting:
            for _ in range(2 if self._random.random() < 0.1 else 1):
                await super().group_send(held_group, held)


QUICK = Timing(heads=0.05, rights=3600, attendance=0.2, sweep=3600)


def gaps() -> float:
    return metrics.REGISTRY.get_sample_value("deltapad_healed_gaps_total") or 0.0


async def typed(typist: Inside, count: int) -> None:
    for _ in range(count):
        await typist.types(typist.client_id[0])


@pytest.mark.parametrize("seed", range(rounds(2, 20)))
async def test_everyone_agrees_in_the_end(
    join: Join, processes: Callable[..., Process], document: Document, seed: int
) -> None:
    layer = LossyLayer(seed)
    three = [processes(layer=layer, timing=QUICK) for _ in range(3)]
    typists = [
        await join("bob", f"{letter}ob-{letter * 6}", process) for letter, process in zip("ab", three[:2], strict=True)
    ]
    # Whoever writes learns in the commit what they missed; whoever only reads, by looking.
    reader = await join("carol", process=three[2])
    before = gaps()
    await asyncio.gather(*(typed(typist, 15) for typist in typists))
    for everyone in (*typists, reader):
        await everyone.reaches(30)
    rooms = [room for process in three for room in process.rooms()]
    assert {room.version for room in rooms} == {30}
    assert len({room.head.content.text() for room in rooms}) == 1
    assert len({room.digest for room in rooms}) == 1
    assert sorted(rooms[0].head.content.text().strip()) == sorted("ab" * 15)
    assert gaps() > before, "what was lost was read from the log, and counted"


class DeadLayer(InMemoryChannelLayer):
    """Takes no message and gives none."""

    async def group_add(self, group: str, channel: str) -> None:
        raise ConnectionError

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        raise ConnectionError

    async def receive(self, channel: str) -> dict[str, Any]:
        raise ConnectionError


async def test_without_any_layer_the_head_is_looked_at(
    join: Join, processes: Callable[..., Process], document: Document
) -> None:
    first, second = (processes(layer=DeadLayer(), timing=QUICK) for _ in range(2))
    alice, bob = await join("alice", process=first), await join("bob", process=second)
    await alice.types("a")
    await bob.reaches(1)
    await bob.types("b")
    await alice.reaches(2)


async def test_garbled_messages_are_as_good_as_lost(
    join: Join, processes: Callable[..., Process], document: Document, caplog: pytest.LogCaptureFixture
) -> None:
    layer = InMemoryChannelLayer(capacity=10_000)
    first, second = (processes(layer=layer, timing=QUICK) for _ in range(2))
    alice, bob = await join("alice", process=first), await join("bob", process=second)
    about: dict[str, Any] = {"document": str(document.pk), "base_version": 0, "version": 1, "digest": "0" * 64}
    wrong = (
        '{"version":1,"client_id":"x","seq":1,"user_id":null,"at":"2026-01-01T00:00:00Z","delta":[{"insert":"WRONG"}]}'
    )
    for message in (
        {"type": "revisions", **about, "revisions": [wrong]},
        {"type": "revisions", **about, "revisions": ["{"]},
        {"type": "revisions", **about, "version": 10**9},
        {"type": "revisions", **about, "version": "x"},
        {"type": "presence", **about, "presence": "{"},
        {"type": "joined", **about},
        {"type": "dance", **about},
        {"type": "revisions"},
    ):
        await layer.group_send(f"document.{document.pk}", message)
    await alice.types("right")
    await bob.reaches(1)
    assert bob.revisions[0]["delta"] == [{"insert": "right"}]
    assert "WRONG" not in caplog.text
