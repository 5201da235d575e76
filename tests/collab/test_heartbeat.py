"""A line that died without a word: whoever was on it is gone within the time that is announced."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.collab.talk import Socket, Table
from tests.line import Line
from tests.live import LiveServer

HEARTBEAT = 10


@pytest.fixture(params=["daphne", "uvicorn"])
def quick(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    with LiveServer(server=request.param, environment={"HEARTBEAT_TIMEOUT": str(HEARTBEAT)}) as server:
        yield server
        assert "Traceback" not in server.log


@pytest.fixture
async def table(quick: LiveServer) -> AsyncIterator[Table]:
    made = Table(quick, await asyncio.to_thread(quick.document))
    yield made
    await made.close()


async def test_it_works(table: Table) -> None:
    alice, silent = await table.joins("alice"), await table.joins("carol")
    async with Line(table.server.port) as line:
        bob = await Socket.open(f"ws{line.url.removeprefix('http')}/ws/documents/{table.document}/", "bob-0001")
        welcome = await bob.hello(token=table.server.people["bob"].token)
        assert welcome["limits"]["heartbeat_timeout"] == HEARTBEAT
        line.stall()
        cut = time.monotonic()
        gone = await alice.next("left")
        assert gone["session_id"] == welcome["session_id"]
        # A busy machine may be late, but not by a whole heartbeat more.
        assert time.monotonic() - cut < 2 * HEARTBEAT
    # Whoever says nothing, on a line that stands, stays.
    assert [frame["type"] for frame in await silent.quiet() if frame["type"] == "error"] == []
