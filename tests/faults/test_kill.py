"""The kill test: people type while the server is killed, again and again; nothing is lost and nothing doubled."""

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from itertools import count

import httpx
import pytest

from deltapad_client import Acknowledged, DocumentClient
from tests.live import LiveServer
from tests.scale import rounds

TYPISTS = 10
KILLS = rounds(3, 10)
FIRST_CHARACTER = 0x4E00


@dataclass
class Typist:
    """Types characters that nobody else types, at random places, and takes down what is acknowledged."""

    client: DocumentClient
    characters: Iterator[str]
    random: random.Random
    typed: list[str] = field(default_factory=list)
    acknowledged: set[int] = field(default_factory=set)

    async def type(self) -> None:
        while True:
            await asyncio.sleep(self.random.uniform(0.01, 0.1))
            character = next(self.characters)
            self.client.insert(self.random.randrange(self.client.length), character)
            self.typed.append(character)

    async def listen(self) -> None:
        async with self.client.events() as happening:
            async for event in happening:
                if isinstance(event, Acknowledged):
                    self.acknowledged.add(event.seq)


@pytest.fixture(params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    with LiveServer(server=request.param) as server:
        yield server


@pytest.mark.timeout(400)
async def test_what_is_acknowledged_survives_sigkill(server: LiveServer) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    randomness = random.Random(seed)
    document = server.document()
    async with AsyncExitStack() as stack:
        typists = await _typists(server, document, randomness, stack)
        listening = [asyncio.create_task(typist.listen()) for typist in typists]
        for _ in range(KILLS):
            typing = [asyncio.create_task(typist.type()) for typist in typists]
            await asyncio.sleep(randomness.uniform(0.5, 2.5))
            server.kill()
            _prove_durable(server, typists)
            await asyncio.to_thread(server.start)
            await asyncio.sleep(randomness.uniform(0.0, 1.0))
            for task in typing:
                task.cancel()
        async with asyncio.timeout(90):
            await asyncio.gather(*(typist.client.committed() for typist in typists))
        text = await _settled(server, document, typists)
        for task in listening:
            task.cancel()
    typed = [character for typist in typists for character in typist.typed]
    assert len(typed) > 10 * KILLS, "the typists did not get to type"
    assert Counter(text) == Counter([*typed, "\n"])
    assert {typist.client.text for typist in typists} == {text}


async def _typists(server: LiveServer, document: str, randomness: random.Random, stack: AsyncExitStack) -> list[Typist]:
    characters = (chr(FIRST_CHARACTER + number) for number in count())
    return [
        Typist(
            await stack.enter_async_context(
                DocumentClient(server.ws_url(document), token=server.people["alice" if number % 2 else "bob"].token)
            ),
            characters,
            random.Random(randomness.random()),
        )
        for number in range(TYPISTS)
    ]


def _prove_durable(server: LiveServer, typists: list[Typist]) -> None:
    """Nobody serves now: what was acknowledged must be in the file."""
    with closing(sqlite3.connect(server.folder / "deltapad.sqlite3")) as database:
        committed = set(database.execute("SELECT client_id, seq FROM documents_revision"))
    for typist in typists:
        acknowledged = {(typist.client.client_id, seq) for seq in typist.acknowledged}
        assert acknowledged <= committed, f"acknowledged and lost: {acknowledged - committed}"


async def _settled(server: LiveServer, document: str, typists: list[Typist]) -> str:
    """The text that the database holds, once every client has heard of its version."""
    token = server.people["alice"].token
    async with httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {token}"}) as http:
        answer = (await http.get(f"/api/v1/documents/{document}/contents")).raise_for_status().json()
    async with asyncio.timeout(30):
        while any(typist.client.version < answer["version"] for typist in typists):
            await asyncio.sleep(0.05)
    return "".join(op["insert"] for op in answer["contents"])
