"""A line to the server that a test can cut, slow down, or leave hanging."""

import asyncio
from itertools import cycle
from types import TracebackType

CHUNK = 65_536
# A slow line carries this much at once, so that it is slow evenly, in bytes.
SLOW_CHUNK = 1024


class Line:
    """Carries TCP connections from a port of its own to `target_ports` on this machine, to each in turn.

    `cut`, `stall` and `slow` last until `mend`; what `abandon` did to connections lasts as long as they do.
    """

    def __init__(self, *target_ports: int) -> None:
        self._target_ports = cycle(target_ports)
        self._server: asyncio.Server | None = None
        self._passages: dict[asyncio.Task[None], Passage] = {}
        self._cut = False
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._delay = 0.0
        self._rate = 0.0
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> "Line":
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self.cut()
        self._server.close()
        await asyncio.gather(*self._passages, return_exceptions=True)

    def cut(self) -> None:
        """Breaks every connection, without a farewell, and lets none through until `mend`."""
        self._cut = True
        self._flowing.set()
        self.reset()

    def reset(self) -> None:
        """Breaks every connection, without a farewell; new ones come through."""
        for passage in self._passages.values():
            passage.end()

    def stall(self) -> None:
        """Leaves every connection standing, and carries nothing over any until `mend`."""
        self._flowing.clear()

    def abandon(self) -> None:
        """Leaves every connection half-open for ever: it stands, and what either end says is lost."""
        for passage in self._passages.values():
            passage.abandoned = True

    def slow(self, delay: float = 0.0, rate: float = 0.0) -> None:
        """Holds everything up by `delay` seconds; with `rate`, carries so many bytes a second each way."""
        self._delay, self._rate = delay, rate

    def mend(self) -> None:
        self._cut = False
        self._delay = self._rate = 0.0
        self._flowing.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        passage = self._passages[task] = Passage(writer)
        try:
            if not self._cut:
                await self._carry(passage, reader, writer)
        finally:
            passage.end()
            del self._passages[task]

    async def _carry(self, passage: "Passage", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", next(self._target_ports))
        except OSError:
            return
        passage.ends.append(server_writer)
        if self._cut:  # meanwhile
            return
        there = self._pump(passage, reader, server_writer)
        await asyncio.gather(there, self._pump(passage, server_reader, writer))

    async def _pump(self, passage: "Passage", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(SLOW_CHUNK if self._rate else CHUNK):
                await self._flowing.wait()
                if not passage.abandoned:
                    await asyncio.sleep(self._delay + (len(data) / self._rate if self._rate else 0.0))
                    writer.write(data)
                    await writer.drain()
        except OSError:
            return
        finally:
            if not passage.abandoned:
                writer.transport.abort()


class Passage:
    """One connection through the line, by both its ends."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.ends = [writer]
        self.abandoned = False

    def end(self) -> None:
        for writer in self.ends:
            writer.transport.abort()
