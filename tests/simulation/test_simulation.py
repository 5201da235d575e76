"""Whole systems in one process and in virtual time: clients, two processes, one database, and everything that fails.

A world holds many documents; each is a schedule of its own. Another seed: `DELTAPAD_SEED=7 pytest tests/simulation`.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from itertools import count
from random import Random

import pytest
from django.db import connection

from accounts import tokens
from accounts.models import User
from deltapad_client import DocumentClient
from documents import history, snapshots
from documents.integrity.walk import check as verified
from documents.models import Document
from documents.retention.purge import purge
from tests import cast
from tests.scale import rounds
from tests.seeds import seeds
from tests.simulation.clock import run
from tests.simulation.host import Host
from tests.simulation.network import Network, Rumours
from tests.simulation.typist import NamedOutbox, Typist

DOCUMENTS = 25
WORLDS = rounds(8, 800)
HOSTS = 2
TYPISTS = (2, 3)
EDITS = (4, 10)
FAULTS = 6
REMOVALS, REMOVED = 20, 0.1


@pytest.fixture
def database(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # one thread is all there is
    monkeypatch.setattr(snapshots, "SNAPSHOT_EVERY", 8)


@pytest.mark.parametrize("seed", seeds(WORLDS))
def test_everyone_converges_and_nothing_is_lost_or_doubled(seed: int, database: None, alice: User, bob: User) -> None:
    random.seed(seed)
    people = [tokens.create(user.pk, "simulation")[1] for user in (alice, bob)]
    documents = [str(cast.document(members={"bob": "editor"}).pk) for _ in range(DOCUMENTS)]
    run(World(seed, people).play(documents))


@pytest.mark.parametrize("seed", seeds(rounds(1, 100)))
def test_nothing_is_lost_or_doubled_while_history_is_removed(seed: int, database: None, alice: User, bob: User) -> None:
    random.seed(seed)
    people = [tokens.create(user.pk, "simulation")[1] for user in (alice, bob)]
    documents = [str(cast.document(members={"bob": "editor"}).pk) for _ in range(DOCUMENTS)]
    run(ForgetfulWorld(seed, people).play(documents))


class World:
    """Two processes that die and come back, lines that break, a layer that loses; and then calm."""

    def __init__(self, seed: int, people: list[str]) -> None:
        self._random = Random(seed)
        self._people = people

    async def play(self, documents: list[str]) -> None:
        # All tasks inherit this connection; without it, each would open one of its own and leave it open.
        with closing(connection), connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")  # no power fails here
            await self._play(documents)

    async def _play(self, documents: list[str]) -> None:
        self._layer = Rumours(self._random)
        self._hosts = [Host(self._layer, self._random) for _ in range(HOSTS)]
        self._network = Network(lambda: [host.process for host in self._hosts if host.process], self._random)
        faults = asyncio.create_task(self._faults())
        schedules = [asyncio.create_task(self._schedule(document)) for document in documents]
        await faults
        async with asyncio.timeout(900):
            await asyncio.gather(*schedules)
        for host in self._hosts:
            await host.die(self._network.cut_all_of)
        await self._network.quiet()

    async def _faults(self) -> None:
        for _ in range(FAULTS):
            await asyncio.sleep(self._random.uniform(0.1, 2))
            self._network.cut_some(0.2)
            if self._random.random() < 0.4:
                host = self._random.choice(self._hosts)
                await host.die(self._network.cut_all_of)
                await asyncio.sleep(self._random.expovariate(1))
                host.start()
        self._layer.faulty = False
        for host in self._hosts:
            host.calm()

    async def _schedule(self, document: str) -> None:
        """One document: a few people type, everything settles, and all is as it should be."""
        characters = unheard_of()
        async with AsyncExitStack() as stack:
            typists = [await self._typist(document, number, characters, stack) for number in self._numbers()]
            await asyncio.gather(*(typist.type(self._random.randint(*EDITS)) for typist in typists))
            await asyncio.gather(*(typist.client.committed() for typist in typists))
            head = Document.objects.get(pk=document).version
            while any(typist.client.version < head for typist in typists):
                await asyncio.sleep(0.5)
            self._check(document, typists)

    def _check(self, document: str, typists: list[Typist]) -> None:
        text = check(document, typists)
        typed = {character for typist in typists for character in typist.typed}
        deleted = {character for typist in typists for character in typist.deleted}
        assert Counter(text) == Counter([*(typed - deleted), "\n"])

    def _numbers(self) -> range:
        return range(self._random.randint(*TYPISTS))

    async def _typist(self, document: str, number: int, characters: Iterator[str], stack: AsyncExitStack) -> Typist:
        client = DocumentClient(
            f"ws://simulated/ws/documents/{document}/",
            token=self._random.choice(self._people),
            outbox=NamedOutbox(f"typist-{number}"),
            dial=self._network.dial,
        )
        return Typist(await stack.enter_async_context(client), characters, self._random)


class ForgetfulWorld(World):
    """Parts of the histories are removed, too, while people type and are cut off."""

    async def _faults(self) -> None:
        removing = asyncio.create_task(self._remove())
        await super()._faults()
        await removing

    async def _remove(self) -> None:
        for _ in range(REMOVALS):
            await asyncio.sleep(self._random.expovariate(4))
            for document in list(Document.objects.filter(version__gt=0)):
                if self._random.random() < REMOVED:
                    first = self._random.randint(1, document.version)
                    purge(document.pk, None, first, self._random.randint(first, document.version))

    def _check(self, document: str, typists: list[Typist]) -> None:
        """What is not in the text is kept for its author, who was welcomed with contents; nothing is in twice."""
        text = check(document, typists)
        kept = {character for typist in typists for one in typist.client.kept for character in str(one.delta.to_json())}
        typed = {character for typist in typists for character in typist.typed}
        deleted = {character for typist in typists for character in typist.deleted}
        assert max(Counter(text).values()) == 1
        assert typed - deleted <= set(text) | kept
        assert set(text) <= typed | {"\n"}


def unheard_of() -> Iterator[str]:
    """Characters that occur once, of one unit and of two."""
    return (chr((0x20000 if number % 4 == 0 else 0x4E00) + number) for number in count())


def check(document: str, typists: list[Typist]) -> str:
    """Everyone sees what the database holds, and that is right in itself; its text."""
    opened = history.open_document(Document.objects.get(pk=document).pk)
    assert {typist.client.text for typist in typists} == {opened.head.content.text()}
    assert all(typist.client.contents == opened.head.content.to_delta() for typist in typists)
    report = verified(opened.id)
    assert (report.complete, report.findings) == (True, [])
    return opened.head.content.text()
