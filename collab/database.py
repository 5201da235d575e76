"""The threads of a process that touch the database: the event loop itself never does."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, InterfaceError, connections

from collab import metrics

P = ParamSpec("P")
T = TypeVar("T")

READERS = 4
WRITER = "collab-writes"
BROKEN = (DatabaseError, InterfaceError)


class Database:
    """A few threads that read, and one that writes: writers would only wait for each other's locks.

    Each keeps its connection, and drops it after an error, so that the next call gets a new one.
    """

    def __init__(self, readers: int = READERS) -> None:
        self._readers = readers
        self._reads = ThreadPoolExecutor(readers, "collab-reads")
        self._writer = Writer()

    async def read(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of a call that changes nothing; tried twice, for the first may find that the server went away."""

        def twice() -> T:
            try:
                return _called(call, *args, **kwargs)
            except BROKEN:
                return _called(call, *args, **kwargs)

        with metrics.read_seconds.time():
            return await asyncio.get_running_loop().run_in_executor(self._reads, twice)

    async def write(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of a call that writes; such calls run one after another."""
        return await self._writer.run(lambda: _called(call, *args, **kwargs))

    async def close(self) -> None:
        """Ends the threads and their connections; nothing may be called any more."""
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        self._writer.end()
        # Connections belong to their threads: each thread closes its own, all of them held up until every one did.
        together = threading.Barrier(self._readers)
        for _ in range(self._readers):
            self._reads.submit(_last_call, together)
        self._reads.shutdown()


class Writer:
    """One thread and a queue. An executor takes more turns on the way to it and back, and an edit waits for each."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=WRITER, daemon=True)
        self._thread.start()

    def run(self, call: Callable[[], T]) -> asyncio.Future[T]:
        """The answer of the call, made after all that came before."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def answered() -> None:
            try:
                given = call()
            except Exception as error:
                loop.call_soon_threadsafe(_fail, answer, error)
            else:
                loop.call_soon_threadsafe(_give, answer, given)

        self._calls.put(answered)
        return answer

    def end(self) -> None:
        """Returns when all that was asked for is done."""
        self._calls.put(None)
        self._thread.join()

    def _work(self) -> None:
        while answered := self._calls.get():
            with suppress(RuntimeError):  # the event loop is closed: nobody waits
                answered()
        connections.close_all()


def _give(answer: asyncio.Future[T], given: T) -> None:
    if not answer.done():  # whoever waited may have given up
        answer.set_result(given)


def _fail(answer: asyncio.Future[T], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)


def _called(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return call(*args, **kwargs)
    except BROKEN:
        connections.close_all()
        raise


def _last_call(together: threading.Barrier) -> None:
    connections.close_all()
    together.wait()
