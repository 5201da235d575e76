"""Several server processes on PostgreSQL and Redis are one server; without Redis, a slower one."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.collab.listen import Live
from tests.collab.talk import Socket, Table
from tests.live import LiveServer
from tests.services import PostgreSQL, Redis


class Pair(Table):
    """One document on two servers, which share a database."""

    def __init__(self, first: LiveServer, second: LiveServer, document: str) -> None:
        super().__init__(first, document)
        self.second = second
        self._second = Table(second, document)

    async def joins_there(self, name: str, client_id: str | None = None, **fields: object) -> Socket:
        """Like `joins`, at the other server."""
        return await self._second.joins(name, client_id, **fields)

    async def close(self) -> None:
        await super().close()
        await self._second.close()


def beside(
    first: LiveServer, postgresql: PostgreSQL, redis: Redis, server: str, environment: dict[str, str] | None = None
) -> LiveServer:
    """Another server with the database of the first."""
    url = first.environment["DATABASE_URL"]
    return LiveServer(server, postgresql=postgresql, database_url=url, redis_url=redis.url, environment=environment)


# Nothing is looked at again while a test runs: what is known at the other server was told.
PATIENT = {"HEAD_CHECK_SECONDS": "3600", "ACCESS_CHECK_SECONDS": "3600"}


@pytest.fixture(scope="module")
def servers(postgresql: PostgreSQL, redis: Redis) -> Iterator[tuple[LiveServer, LiveServer]]:
    first = LiveServer("uvicorn", postgresql=postgresql, redis_url=redis.url, environment=PATIENT)
    with first, beside(first, postgresql, redis, "daphne", PATIENT) as second:
        yield first, second
        assert "Traceback" not in first.log + second.log


@pytest.fixture
async def pair(servers: tuple[LiveServer, LiveServer]) -> AsyncIterator[Pair]:
    made = Pair(*servers, await asyncio.to_thread(servers[0].document))
    yield made
    await made.close()


async def test_it_works(pair: Pair) -> None:
    alice, bob = await pair.joins("alice"), await pair.joins_there("bob")
    await alice.types("Hello")
    await bob.reaches(1)
    await bob.types("world", at=5)
    await alice.reaches(2)
    assert pair.text() == "Helloworld\n"
    assert alice.revisions == bob.revisions


async def test_streams_of_events_hear_of_what_is_typed_at_the_other(pair: Pair) -> None:
    ways = ((pair.second, pair.joins, "alice"), (pair.server, pair.joins_there, "bob"))
    for server, joins, name in ways:
        headers = {"Authorization": f"Bearer {server.people['carol'].token}"}
        carol = await Live(server).open(pair.document, headers)
        typist = await joins(name)
        version = await typist.types("x")
        await carol.reaches(version)
        await carol.close()


async def test_it_is_told_at_once(pair: Pair) -> None:
    alice, bob = await pair.joins("alice"), await pair.joins_there("bob")
    for _ in range(10):
        await bob.reaches(await alice.types("a"))
        await alice.reaches(await bob.types("b"))


async def typed(typist: Socket, count: int) -> None:
    for _ in range(count):
        await typist.types(typist.client_id[0])


async def test_everyone_types_at_once_and_all_agree(pair: Pair) -> None:
    here = [await pair.joins("alice", f"{letter}lice-{letter * 4}") for letter in "abc"]
    there = [await pair.joins_there("bob", f"{letter}ob-{letter * 6}") for letter in "xyz"]
    await asyncio.gather(*(typed(typist, 20) for typist in here + there))
    for typist in here + there:
        await typist.reaches(120)
    assert sorted(pair.text().strip()) == sorted("abcxyz" * 20)
    orders = {tuple((r["client_id"], r["seq"]) for r in typist.revisions[-120:]) for typist in here + there}
    assert len(orders) == 1


async def test_who_is_where_is_known_everywhere(pair: Pair) -> None:
    alice, bob = await pair.joins("alice"), await pair.joins_there("bob")
    assert (await alice.next("joined"))["participant"]["user"]["name"] == "Bob"
    assert sorted(one["user"]["name"] for one in bob.welcome["participants"]) == ["Alice", "Bob"]
    await bob.send("presence", version=0, selection={"index": 0, "length": 1})
    assert (await alice.next("presence"))["participants"][0]["session_id"] == bob.welcome["session_id"]
    await bob.close()
    assert (await alice.next("left"))["session_id"] == bob.welcome["session_id"]


async def test_a_client_that_moves_over_is_replaced_where_it_was(pair: Pair) -> None:
    first = await pair.joins("alice", "tab-000001")
    second = await pair.joins_there("alice", "tab-000001")
    assert (await first.refused()).code == 4409
    await second.types("here now")


async def test_the_same_change_at_both_is_once(pair: Pair) -> None:
    first = await pair.joins("alice", "tab-000001")
    await first.submit({"insert": "once"}, base=0)
    second = await pair.joins_there("alice", "tab-000001")
    await second.submit({"insert": "once"}, base=0)
    await second.acknowledged(1)
    assert pair.text() == "once\n"


async def test_what_one_rejected_no_other_takes_nor_one_that_starts_later(
    pair: Pair, postgresql: PostgreSQL, redis: Redis
) -> None:
    bob = await pair.joins("bob")
    await bob.submit({"insert": "too early"}, base=1)
    assert (await bob.next("rejected"))["code"] == "base_version_ahead"
    alice = await pair.joins("alice")
    await alice.types("x")
    with beside(pair.server, postgresql, redis, "uvicorn") as third:
        for table in (Table(pair.second, pair.document), Table(third, pair.document)):
            copy = await table.joins("bob", bob.client_id)
            await copy.submit({"insert": "too early"}, base=1, seq=1)
            assert (await copy.next("rejected", "revisions"))["code"] == "seq_too_old"
            await table.close()
    assert pair.text() == "x\n"


async def test_rights_that_end_end_everywhere(pair: Pair) -> None:
    bob = await pair.joins_there("bob")
    path = f"/api/v1/documents/{pair.document}/members/{pair.server.people['bob'].id}"
    await asyncio.to_thread(pair.server.rest, "alice", "DELETE", path)
    assert (await bob.refused()).code == 4403


async def test_what_a_command_does_is_told_at_once(pair: Pair) -> None:
    alice, bob = await pair.joins("alice"), await pair.joins_there("bob")
    code = f"from documents import acts; from uuid import UUID; acts.rename(UUID('{pair.document}'), None, 'Renamed')"
    await asyncio.to_thread(pair.server.manage, "shell", "--verbosity", "0", "-c", code)
    for someone in (alice, bob):
        assert (await someone.next("document"))["title"] == "Renamed"


async def test_workers_of_one_server_are_processes_too(postgresql: PostgreSQL, redis: Redis) -> None:
    with LiveServer("uvicorn", workers=2, postgresql=postgresql, redis_url=redis.url) as server:
        table = Table(server, await asyncio.to_thread(server.document))
        typists = [await table.joins("bob", f"{letter}ob-{letter * 6}") for letter in "abcdef"]
        await asyncio.gather(*(typed(typist, 5) for typist in typists))
        for typist in typists:
            await typist.reaches(30)
        await table.close()
        assert "Traceback" not in server.log


async def test_without_redis_editing_goes_on(postgresql: PostgreSQL) -> None:
    with Redis() as redis:
        first = LiveServer("uvicorn", postgresql=postgresql, redis_url=redis.url, environment=QUICK)
        with first, beside(first, postgresql, redis, "uvicorn", QUICK) as second:
            pair = Pair(first, second, await asyncio.to_thread(first.document))
            alice, bob = await pair.joins("alice"), await pair.joins_there("bob")
            await alice.types("a")
            await bob.reaches(1)
            redis.kill()
            for _ in range(3):
                await bob.reaches(await alice.types("a"))
                await alice.reaches(await bob.types("b"))
            late = await pair.joins("carol")
            assert late.version == 7
            redis.start()
            await bob.reaches(await alice.types("a"))
            await pair.close()
            assert "Traceback" not in first.log + second.log


QUICK = {"HEAD_CHECK_SECONDS": "0.5"}
