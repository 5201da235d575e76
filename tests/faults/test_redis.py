"""Redis dies under several processes, and comes back: editing goes on through the database, on the same sockets."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from deltapad_client import DocumentClient
from tests.collab.signing_in import Browser
from tests.live import LiveServer
from tests.services import PostgreSQL, Redis

LETTERS = "abcdef"
EDITS = 30


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest, postgresql: PostgreSQL, redis: Redis) -> Iterator[LiveServer]:
    with LiveServer(server=request.param, workers=2, postgresql=postgresql, redis_url=redis.url) as server:
        yield server
        # Not "Traceback": the Redis client logs one of its own when Redis goes.
        assert "unexpected" not in server.log, server.log


async def joined(server: LiveServer, document: str, stack: AsyncExitStack) -> list[DocumentClient]:
    url, people = server.ws_url(document), server.people
    return [
        await stack.enter_async_context(DocumentClient(url, token=people["bob" if number % 2 else "alice"].token))
        for number in range(len(LETTERS))
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


def test_people_come_and_go_while_redis_is_dead(server: LiveServer, redis: Redis) -> None:
    redis.kill()
    try:
        browser = Browser(server)
        browser.log_in("alice")
        assert "deltapad_session" in browser.cookie
        browser.post("/accounts/logout/")
        assert "deltapad_session" not in browser.cookie
        new = {"email": "dave@example.com", "password1": "a fine long password", "password2": "a fine long password"}
        Browser(server).post("/accounts/signup/", **new)
        Browser(server).post("/accounts/password/reset/", email=new["email"])
    finally:
        redis.start()


async def test_editing_goes_on_while_redis_is_dead(server: LiveServer, redis: Redis) -> None:
    document = server.document()
    async with AsyncExitStack() as stack:
        clients = await joined(server, document, stack)
        redis.kill()
        try:
            await asyncio.gather(*map(type_letters, clients, LETTERS))
            await settled(clients)
        finally:
            redis.start()
        text = clients[0].text
        assert {client.text for client in clients} == {text}
        assert {letter: text.count(letter) for letter in LETTERS} == dict.fromkeys(LETTERS, EDITS)
        assert all(client.connection == "online" for client in clients)
