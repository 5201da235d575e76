"""Ends a server process in good order: commits are finished, everyone is told to come back, then the server goes.

The servers' own signal handlers do the last step. Ours stands before theirs, whichever server it is.
"""

import asyncio
import random
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

from collab.connection import Connection
from collab.process import Process
from collab.streaming import Stream
from collab.tasks import spawn
from collab.watching import Watch

# Seconds that ending threads and connections may take; drain, this and the server's grace fit SHUTDOWN_SECONDS.
STOP = 3.0
# Who is sent away is asked to come back within a time that grows by so much for each of them, in seconds, and to no
# more than this: all at once they would keep each other waiting. With the client's pause it stays below three seconds.
RETURN_EACH = 0.002
RETURN_MOST = 2.0
SIGNALS = (signal.SIGTERM, signal.SIGINT)
Handler = Callable[[int, FrameType | None], Any]


def install(process: Process) -> None:
    """Drains `process` before the server's own handlers of SIGTERM and SIGINT run."""
    if threading.current_thread() is not threading.main_thread():
        return  # a development server that reloads: its main thread is not this one
    for number in SIGNALS:
        previous = signal.getsignal(number)
        # Without a handler of the server's there would be nothing to go on with.
        if callable(previous) and previous is not signal.default_int_handler:
            signal.signal(number, _draining(process, previous))


def _draining(process: Process, previous: Handler) -> Handler:
    def handle(number: int, frame: FrameType | None) -> None:
        if process.draining:  # asked twice: at once
            previous(number, frame)
        else:
            process.draining = True
            process.loop.call_soon_threadsafe(lambda: spawn(_drain_and_go(process, previous, number)))

    return handle


async def _drain_and_go(process: Process, previous: Handler, number: int) -> None:
    try:
        await drain(process)
    finally:
        previous(number, None)


async def drain(process: Process) -> None:
    """Takes no more, finishes what was taken, says `draining` to everyone; in bounded time."""
    process.draining = True
    for stop in process.at_drain:  # or whoever comes back would come back to this one
        stop()
    process.strangers.end_all("draining")
    with suppress(TimeoutError):
        async with asyncio.timeout(process.timing.drain):
            await asyncio.gather(*(room.finish() for room in process.rooms()))
            connections: list[Connection | Watch | Stream] = [
                *process.connections(),
                *process.watches.all(),
                *process.streams.all(),
            ]
            within = min(RETURN_MOST, RETURN_EACH * len(connections))
            await asyncio.gather(*(_dismiss(connection, within) for connection in connections))
    with suppress(TimeoutError):  # a database that does not answer keeps nobody here
        async with asyncio.timeout(STOP):
            await process.stop()


async def _dismiss(connection: Connection | Watch | Stream, within: float) -> None:
    if isinstance(connection, Connection):
        await connection.outbound.drained()
    connection.end("draining", retry_after=round(random.uniform(0, within), 3))  # noqa: S311 - no secret
    await asyncio.wait([connection.gone])
