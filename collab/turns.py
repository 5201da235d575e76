"""When a room works: at once, one turn at a time, and after a rest where telling everyone cost much."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any

from collab.connection import Connection
from collab.tasks import begin, stopped

# Rest after a turn, in multiples of what telling cost: idle means at once, load means larger batches.
PACE = 1.5
LONGEST_REST = 0.25
# Whoever was answered and has more comes again within about so many seconds.
RETURN = 0.0005


class Turns:
    """The turns of one room, each a call of `work`. Where there is nothing to do there is no task."""

    __slots__ = ("_at_work", "_awaited", "_due", "_loop", "_next", "_rests_until", "_task", "_work")

    def __init__(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._work = work
        self._loop = asyncio.get_running_loop()
        self._due = self._at_work = False
        self._rests_until = 0.0
        # Who was answered, and may come again at once. (An idle room keeps no set for nobody.)
        self._awaited: set[Connection] | None = None
        self._next: asyncio.Handle | None = None
        self._task: asyncio.Task[None] | None = None

    def ring(self) -> None:
        """There is something to do: now, or in the next turn."""
        self._due = True
        if not self._at_work and not self._next:
            self._go_on()

    def come(self, connection: Connection) -> None:
        """Someone brought something: once all who were answered have come again, a rest makes no batch larger."""
        if self._awaited:
            self._awaited.discard(connection)
        if not self._awaited:
            self._rests_until = 0.0
            self._stop_waiting()
        self.ring()

    def rest(self, cost: float, answered: set[Connection]) -> None:
        """Rests in proportion to the seconds that telling everyone cost, until `answered` have all come again."""
        self._awaited = answered
        self._rests_until = self._loop.time() + min(RETURN + PACE * cost, LONGEST_REST)

    async def close(self) -> None:
        """Ends the work; no turn comes any more."""
        self._at_work = True
        self._stop_waiting()
        if self._task:
            await stopped(self._task)

    def _stop_waiting(self) -> None:
        if self._next:
            self._next.cancel()
            self._next = None

    def _go_on(self) -> None:
        if self._loop.time() < self._rests_until:
            self._next = self._loop.call_at(self._rests_until, self._begin)
        else:
            self._begin()

    def _begin(self) -> None:
        self._next = None
        self._due = False
        self._at_work = True
        # What the turn binds for its lines is its own, and not of whoever rang.
        self._task = copy_context().run(begin, self._turn())

    async def _turn(self) -> None:
        await self._work()
        self._at_work, self._task = False, None
        if self._due:  # after others on the event loop had theirs
            self._next = self._loop.call_soon(self._after_others)

    def _after_others(self) -> None:
        self._next = None
        self._go_on()
