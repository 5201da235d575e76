"""When a room tells what is new: whoever made it at once, everyone else at a pace that leaves time for work.

So someone who types fast waits for nobody's readers; what was typed meanwhile goes to these in one page.
"""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from collab import metrics
from collab.connection import Connection
from collab.fanout import fan_out
from collab.turns import LONGEST_REST, PACE

if TYPE_CHECKING:
    from collab.room import Room


class Telling:
    """What one room tells of its revisions. Everyone hears of each within `LONGEST_REST` seconds."""

    __slots__ = ("_loop", "_next", "_rests_until", "_room", "_told")

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._loop = asyncio.get_running_loop()
        # The version that everyone was told of.
        self._told = 0
        self._rests_until = 0.0
        self._next: asyncio.TimerHandle | None = None

    def begin(self, version: int) -> None:
        """Whoever is here has this version, or comes in anew."""
        self._told = version

    def tell(self, authors: Iterable[Connection]) -> float:
        """Tells authors of the newest version, and everyone now or in a while; answers how many seconds that took."""
        start = self._loop.time()
        for connection in authors:
            connection.outbound.wake()
        if not self._next:
            if start < self._rests_until:
                self._next = self._loop.call_at(self._rests_until, self._tell_everyone)
            else:
                self._tell_everyone()
        return self._loop.time() - start

    def hurry(self) -> None:
        """Tells everyone now what they were to be told."""
        if self._next:
            self._next.cancel()
            self._tell_everyone()

    def close(self) -> None:
        """Nobody is told anything more."""
        if self._next:
            self._next.cancel()

    def _tell_everyone(self) -> None:
        self._next = None
        before, self._told = self._told, self._room.version
        start = self._loop.time()
        fan_out(self._room.log, before, [connection.outbound for connection in self._room.connections.values()])
        end = self._loop.time()
        metrics.fanned_out(end - start, len(self._room.connections))
        self._rests_until = end + min(PACE * (end - start), LONGEST_REST)
