"""The threads of a process that touch the database: the event loop itself never does."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, InterfaceError, connections

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
        self._threads = {
            ThreadPoolExecutor(readers, "collab-reads"): readers,
            ThreadPoolExecutor(1, WRITER): 1,
        }
        self._reads, self._writes = self._threads

    async def read(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of a call that changes nothing; tried twice, for the first may find that the server went away."""

        def twice() -> T:
            try:
                return _called(call, *args, **kwargs)
            except BROKEN:
                return _called(call, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._reads, twice)

    async def write(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of a call that writes; such calls run one after another."""
        return await asyncio.get_running_loop().run_in_executor(self._writes, lambda: _called(call, *args, **kwargs))

    async def close(self) -> None:
        """Ends the threads and their connections; nothing may be called any more."""
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        for pool, size in self._threads.items():
            # Connections belong to their threads: each thread closes its own, all of them held up until every one did.
            together = threading.Barrier(size)
            for _ in range(size):
                pool.submit(_last_call, together)
            pool.shutdown()


def _called(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return call(*args, **kwargs)
    except BROKEN:
        connections.close_all()
        raise


def _last_call(together: threading.Barrier) -> None:
    connections.close_all()
    together.wait()
