"""Authors hear at once of what is new, everyone else at a pace."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

from collab.frames import Event
from collab.telling import Telling
from tests.collab.test_outbound import WELCOME, Log, Wire


class Laborious(Wire):
    """Telling it anything keeps the event loop busy for a while."""

    async def _send(self, event: Event) -> None:
        time.sleep(0.01)  # noqa: ASYNC251 - as the work of telling many does
        await super()._send(event)


class Place:
    """A room as telling sees it."""

    def __init__(self) -> None:
        self.log = Log(3)
        self.author, self.reader = Wire(), Laborious()
        for wire in (self.author, self.reader):
            wire.outbound.begin(WELCOME, 3, self.log)
        outbounds = {"author": self.author.outbound, "reader": self.reader.outbound}
        self.connections = {name: SimpleNamespace(outbound=outbound) for name, outbound in outbounds.items()}
        room: Any = self
        self.telling = Telling(room)
        self.telling.begin(3)

    @property
    def version(self) -> int:
        return self.log.version

    def move(self) -> float:
        self.log.version += 1
        author: Any = self.connections["author"]
        return self.telling.tell([author])


async def test_everyone_is_told_at_once_where_nothing_was_told_lately() -> None:
    place = Place()
    assert place.move() >= 0.01
    assert place.author.versions == place.reader.versions == [4]


async def test_after_that_the_author_is_told_at_once_and_the_others_after_a_rest() -> None:
    place = Place()
    for _ in range(3):
        place.move()
    assert place.author.versions == [4, 5, 6]
    assert place.reader.versions == [4]
    await asyncio.sleep(0.1)
    assert place.reader.versions == [4, 5, 6]
    assert place.reader.types == ["welcome", "revisions", "revisions"]


async def test_at_the_end_they_are_told_without_a_rest() -> None:
    place = Place()
    place.move()
    place.move()
    place.telling.hurry()
    assert place.reader.versions == [4, 5]


async def test_once_it_is_closed_nobody_is_told() -> None:
    place = Place()
    place.move()
    place.move()
    place.telling.close()
    await asyncio.sleep(0.1)
    assert place.reader.versions == [4]
