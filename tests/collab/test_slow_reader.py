"""A client that does not read is cut off, under either server, and what waits for it is bounded meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from collab.tasks import stopped
from tests.collab.talk import Socket, Table
from tests.live import LiveServer

READERS = 12
ROUNDS = 30
SIZE = 400_000
MIB = 1024 * 1024


@pytest.fixture(params=["daphne", "uvicorn"])
def impatient(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    """A server that waits two seconds for the answer to a probe."""
    with LiveServer(server=request.param, environment={"SEEN_TIMEOUT": "2"}) as server:
        yield server
        assert "Traceback" not in server.log


@pytest.fixture
async def table(impatient: LiveServer) -> AsyncIterator[Table]:
    made = Table(impatient, await asyncio.to_thread(impatient.document))
    yield made
    await made.close()


async def deaf(table: Table, number: int) -> Socket:
    """A client that says hello and then only talks."""
    socket = await table.sits("carol", f"deaf-{number:05}", max_queue=1)
    await socket.hello(token=table.server.people["carol"].token)
    socket.answers_probes = False
    return socket


async def chatter(deaf: Socket) -> None:
    # One byte now and then keeps Daphne's own time-out away.
    while True:
        await deaf.send("ping")
        await asyncio.sleep(0.5)


def memory(server: LiveServer) -> int:
    """Resident bytes of all workers."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in server.workers()]
    return sum(pages) * 4096


async def test_it_is_cut_off_and_memory_stays_bounded(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    await alice.types("x" * SIZE)
    await alice.acknowledged(await alice.submit({"delete": SIZE}))
    everyone = [await deaf(table, number) for number in range(READERS)]
    chatting = [asyncio.create_task(chatter(one)) for one in everyone]
    before = most = memory(table.server)
    for _ in range(ROUNDS):
        await alice.types("x" * SIZE)
        await alice.acknowledged(await alice.submit({"delete": SIZE}))
        await bob.reaches(alice.version)
        most = max(most, memory(table.server))
    unbounded = READERS * ROUNDS * SIZE
    assert most - before < unbounded / 2
    await stopped(*chatting)
    closed = [await asyncio.wait_for(one.refused(), 60) for one in everyone]
    # The reason waits behind all that was not read, and Daphne hangs up a second later: it may never arrive.
    assert {one.code for one in closed} <= {4504, None}
    await alice.types("and the others go on")
    await bob.reaches(alice.version)


async def test_one_who_reads_and_does_not_answer_is_told_why(table: Table) -> None:
    alice, mute = await table.joins("alice"), await table.joins("carol")
    mute.answers_probes = False
    for _ in range(5):
        await alice.types("x" * SIZE)
    closed = await asyncio.wait_for(mute.refused(), 60)
    assert closed.code == 4504
    assert closed.error is not None
    assert closed.error["code"] == "too_slow"


async def test_one_who_answers_is_not(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    for _ in range(10):
        await alice.types("x" * SIZE)
    await bob.reaches(10)
    assert [frame["type"] for frame in bob.heard].count("probe") >= 3
