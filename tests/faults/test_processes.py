"""Several processes behind one port, on PostgreSQL and Redis: any of them serves any document."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from deltapad_client import DocumentClient
from tests.live import LiveServer
from tests.services import PostgreSQL, Redis

CLIENTS = 6
EDITS = 30


@pytest.fixture(params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest, postgresql: PostgreSQL, redis: Redis) -> Iterator[LiveServer]:
    with LiveServer(server=request.param, workers=2, postgresql=postgresql, redis_url=redis.url) as server:
        yield server
        # Not "Traceback": the Redis client logs one of its own when Redis goes.
        assert "unexpected" not in server.log, server.log


async def joined(server: LiveServer, document: str, stack: AsyncExitStack) -> list[DocumentClient]:
    url, people = server.ws_url(document), server.people
    return [
        await stack.enter_async_context(DocumentClient(url, token=people["bob" if number % 2 else "alice"].token))
        for number in range(CLIENTS)
    ]


async def settled(clients: list[DocumentClient]) -> None:
    async with asyncio.timeout(60):
        await asyncio.gather(*(client.committed() for client in clients))
        while len({client.version for client in clients}) > 1:
            await asyncio.sleep(0.05)


async def type_letters(client: DocumentClient, letter: str) -> None:
    for _ in range(EDITS):
        client.insert(random.randrange(client.length), letter)
        await asyncio.sleep(random.uniform(0, 0.02))


async def test_people_on_different_processes_edit_one_document(server: LiveServer) -> None:
    document = server.document()
    async with AsyncExitStack() as stack:
        clients = await joined(server, document, stack)
        letters = "abcdef"
        await asyncio.gather(*map(type_letters, clients, letters))
        await settled(clients)
        assert len({client.text for client in clients}) == 1
        assert {letter: clients[0].text.count(letter) for letter in letters} == dict.fromkeys(letters, EDITS)


async def test_editing_goes_on_without_redis(server: LiveServer, redis: Redis) -> None:
    document = server.document()
    async with AsyncExitStack() as stack:
        clients = await joined(server, document, stack)
        redis.kill()
        try:
            await asyncio.gather(*map(type_letters, clients, "abcdef"))
            await settled(clients)
        finally:
            redis.start()
        assert len({client.text for client in clients}) == 1
        assert all(client.online for client in clients)
