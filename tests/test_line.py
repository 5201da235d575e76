"""The line that tests spoil: what each way of spoiling it does to a connection."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest

from tests.line import Line


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(1024):
            writer.write(data)
    writer.transport.abort()


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with Line(server.sockets[0].getsockname()[1]) as line:
        yield line
    server.close()


class Caller:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def says(self, word: bytes, within: float = 5) -> bytes:
        self.writer.write(word)
        async with asyncio.timeout(within):
            return await self.reader.read(1024)


Calls = Callable[[], Awaitable[Caller]]


@pytest.fixture
async def calls(line: Line) -> AsyncIterator[Calls]:
    callers: list[Caller] = []

    async def call() -> Caller:
        callers.append(Caller(*await asyncio.open_connection("127.0.0.1", line.port)))
        return callers[-1]

    yield call
    for caller in callers:
        caller.writer.transport.abort()


async def test_it_carries(calls: Calls) -> None:
    caller = await calls()
    assert await caller.says(b"hello") == b"hello"


async def test_a_cut_line_breaks_and_lets_none_through_until_mended(line: Line, calls: Calls) -> None:
    caller = await calls()
    await caller.says(b"hello")
    line.cut()
    assert await ended(caller)
    assert await ended(await calls())
    line.mend()
    assert await (await calls()).says(b"again") == b"again"


async def test_a_reset_breaks_only_what_stands(line: Line, calls: Calls) -> None:
    caller = await calls()
    await caller.says(b"hello")
    line.reset()
    assert await ended(caller)
    assert await (await calls()).says(b"again") == b"again"


async def test_a_stalled_line_keeps_what_was_said(line: Line, calls: Calls) -> None:
    caller = await calls()
    await caller.says(b"hello")
    line.stall()
    with pytest.raises(TimeoutError):
        await caller.says(b"later", within=0.05)
    line.mend()
    assert await caller.says(b"") == b"later"


async def test_an_abandoned_connection_stands_and_is_deaf_for_ever(line: Line, calls: Calls) -> None:
    caller = await calls()
    await caller.says(b"hello")
    line.abandon()
    line.mend()
    with pytest.raises(TimeoutError):
        await caller.says(b"anybody?", within=0.05)
    assert await (await calls()).says(b"again") == b"again"


@pytest.mark.parametrize("slowness", [{"delay": 0.1}, {"rate": 50.0}])
async def test_a_slow_line_takes_its_time(line: Line, calls: Calls, slowness: dict[str, float]) -> None:
    caller = await calls()
    line.slow(**slowness)
    began = time.monotonic()
    assert await caller.says(b"hello") == b"hello"
    assert time.monotonic() - began >= 0.1


async def ended(caller: Caller) -> bool:
    try:
        return await caller.says(b"?") == b""
    except OSError:
        return True
