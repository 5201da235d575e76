"""People who type characters that nobody else types, so that what was lost or doubled is seen in the text."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count

import httpx

from deltapad_client import DocumentClient, events
from tests.live import LiveServer

TYPISTS = 10
FIRST_CHARACTER = 0x4E00


@dataclass
class Typist:
    """Types characters at random places, and takes down what is acknowledged, and what was waited for, in seconds."""

    client: DocumentClient
    characters: Iterator[str]
    random: random.Random
    typed: list[str] = field(default_factory=list)
    acknowledged: set[int] = field(default_factory=set)
    longest_wait: float = 0.0
    cut_off: int = 0
    _unsynchronized: float | None = None

    async def type(self) -> None:
        while True:
            await asyncio.sleep(self.random.uniform(0.01, 0.1))
            character = next(self.characters)
            self.client.insert(self.random.randrange(self.client.length), character)
            self.typed.append(character)
            self._unsynchronized = self._unsynchronized or time.monotonic()

    async def listen(self) -> None:
        with self.client.events() as happening:
            async for event in happening:
                if isinstance(event, events.Acknowledged):
                    self.acknowledged.add(event.seq)
                    self._answered()
                elif isinstance(event, events.Connection) and event.state == "offline":
                    self.cut_off += 1

    def _answered(self) -> None:
        # What was typed meanwhile is in flight from now on.
        now = time.monotonic()
        self.longest_wait = max(self.longest_wait, now - (self._unsynchronized or now))
        self._unsynchronized = now if self.client.unsent else None


async def typists(server: LiveServer, document: str, randomness: random.Random, stack: AsyncExitStack) -> list[Typist]:
    """Alice and Bob at many keyboards; they leave with `stack`."""
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


async def settle(server: LiveServer, document: str, everyone: list[Typist]) -> None:
    """Waits until all is committed and told, and proves that everyone has the same text, each character once."""
    async with asyncio.timeout(90):
        await asyncio.gather(*(typist.client.committed() for typist in everyone))
    text = await _settled(server, document, everyone)
    typed = [character for typist in everyone for character in typist.typed]
    assert Counter(text) == Counter([*typed, "\n"])
    assert {typist.client.text for typist in everyone} == {text}


async def _settled(server: LiveServer, document: str, everyone: list[Typist]) -> str:
    """The text that the database holds, once every client has heard of its version."""
    token = server.people["alice"].token
    async with httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {token}"}) as http:
        answer = (await http.get(f"/api/v1/documents/{document}/contents")).raise_for_status().json()
    async with asyncio.timeout(30):
        while any(typist.client.version < answer["version"] for typist in everyone):
            await asyncio.sleep(0.05)
    return "".join(op["insert"] for op in answer["contents"])
