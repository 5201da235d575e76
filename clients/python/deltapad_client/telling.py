"""Telling whoever listens what happens, and waking whoever waits for it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Self

from .events import Event


class Happening:
    """The events for one listener. No generator, for those are over once waiting for the next event is given up."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue()

    def put(self, event: Event | None) -> None:
        """Has one more, or None: no more."""
        self._queue.put_nowait(event)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        event = await self._queue.get()
        if event is None:
            self.put(None)
            raise StopAsyncIteration
        return event


class Telling:
    """The listeners of one client."""

    def __init__(self) -> None:
        self._listeners: set[Happening] = set()
        self._told: dict[type[Event], Event] = {}
        self._happened = asyncio.Condition()
        self._over = False

    @contextmanager
    def listening(self) -> Iterator[AsyncIterator[Event]]:
        """All events from here on, until it is over."""
        happening = Happening()
        if self._over:
            happening.put(None)
        self._listeners.add(happening)
        try:
            yield happening
        finally:
            self._listeners.discard(happening)

    def emit(self, event: Event | None) -> None:
        """Something happened; None: nothing more will."""
        for happening in self._listeners:
            happening.put(event)

    def news(self, event: Event) -> None:
        """Something is so, which is told where it is not what was told last."""
        if self._told.get(type(event)) != event:
            self._told[type(event)] = event
            self.emit(event)

    def end(self) -> None:
        """There will be no more events."""
        self._over = True
        self.emit(None)

    async def wake(self) -> None:
        """Lets everyone look who waits for something."""
        async with self._happened:
            self._happened.notify_all()

    async def wait_for(self, predicate: Callable[[], bool]) -> None:
        """Returns once the predicate holds when looked at."""
        async with self._happened:
            await self._happened.wait_for(predicate)
