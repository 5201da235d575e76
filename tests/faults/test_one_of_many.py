"""A worker, or a whole server, dies: its people are gone for the others within seconds."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

from tests.collab.talk import Socket, Table
from tests.live import LiveServer, eventually
from tests.services import PostgreSQL, Redis

# So long that nobody's lease ends while a test runs: only the worker in the dead one's place can have told.
PATIENT = {"HEARTBEAT_TIMEOUT": "3600"}


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest, postgresql: PostgreSQL, redis: Redis) -> Iterator[LiveServer]:
    with LiveServer(
        server=request.param, workers=2, postgresql=postgresql, redis_url=redis.url, environment=PATIENT
    ) as server:
        yield server


@pytest.fixture
async def table(server: LiveServer) -> AsyncIterator[Table]:
    made = Table(server, await asyncio.to_thread(server.document))
    yield made
    await made.close()


async def people_in_both(table: Table) -> list[Socket]:
    """People of one document, so many that both workers serve some of them."""
    people: list[Socket] = []
    with psycopg.connect(table.server.environment["DATABASE_URL"], autocommit=True) as database:
        async with asyncio.timeout(30):
            while database.execute("SELECT count(DISTINCT process) FROM documents_connection").fetchone() != (2,):
                people.append(await table.joins("bob", f"bob-{len(people):04}"))
    return people


async def was_cut_off(person: Socket) -> bool:
    try:
        async with asyncio.timeout(2):
            await person.socket.wait_closed()
    except TimeoutError:
        return False
    return True


async def sees_leave(person: Socket, sessions: set[str]) -> None:
    left: set[str] = set()
    while not sessions <= left:
        left.add((await person.next("left"))["session_id"])


async def test_those_of_a_killed_worker_are_gone_within_seconds(table: Table) -> None:
    people = await people_in_both(table)
    killed = table.server.workers()[0]
    os.kill(killed, signal.SIGKILL)
    assert await asyncio.to_thread(eventually, lambda: killed not in table.server.workers())
    are_cut_off = await asyncio.gather(*map(was_cut_off, people))
    cut_off = [person for person, is_cut_off in zip(people, are_cut_off, strict=True) if is_cut_off]
    dead = {person.welcome["session_id"] for person in cut_off}
    assert 0 < len(cut_off) < len(people)
    async with asyncio.timeout(30):
        await asyncio.gather(*(sees_leave(person, dead) for person in people if person not in cut_off))
    late = await table.joins("carol")
    assert dead.isdisjoint(one["session_id"] for one in late.welcome["participants"])


async def test_those_of_a_killed_server_are_gone_within_seconds(postgresql: PostgreSQL, redis: Redis) -> None:
    with LiveServer("uvicorn", postgresql=postgresql, redis_url=redis.url) as there:
        url = there.environment["DATABASE_URL"]
        with LiveServer("daphne", postgresql=postgresql, database_url=url, redis_url=redis.url) as here:
            document = await asyncio.to_thread(here.document)
            far, near = Table(there, document), Table(here, document)
            alice, bob = await near.joins("alice"), await far.joins("bob")
            await asyncio.to_thread(both_have_beaten, url)
            await asyncio.to_thread(there.kill)
            async with asyncio.timeout(40):  # ten, and what a busy machine adds; by its own lease it would be 45
                await sees_leave(alice, {bob.welcome["session_id"]})
            await near.close()
            await far.close()


def both_have_beaten(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as database:
        assert eventually(lambda: database.execute("SELECT count(*) FROM documents_process").fetchone() == (2,))
