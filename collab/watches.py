"""Who watches a list of documents in this process, and when to ring for them; what is on a list they read themselves.

A ring says that something may be another than it was, never what: so it may be lost, doubled, and late.
"""

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.principals import alive
from collab.tasks import log_failure, spawn, stopped
from documents import rights

if TYPE_CHECKING:
    from collab.layer import Message
    from collab.process import Process
    from collab.watching import Watch

# Seconds between two rounds: what happens meanwhile is rung for once.
ROUND = 0.25
# Whoever hears a ring reads a list: more than so many in a round would keep each other waiting.
AT_ONCE = 25
# Of more documents in a round nobody asks whose they are: it is rung for everyone.
MOST_ASKED = 500
# Sockets of one person; the one that has been there longest gives way.
MOST_EACH = 50


def message(documents: Iterable[UUID] = (), people: Iterable[str] = ()) -> "Message":
    """Tells the processes that these documents look different in lists, and that these people's lists do."""
    return {"type": "lists", "documents": [str(document_id) for document_id in documents], "people": list(people)}


class Watches:
    """The watches of one process, by person."""

    def __init__(self, process: "Process") -> None:
        self._process = process
        self._by_person: dict[str, dict[Watch, None]] = {}
        self._documents: set[UUID] = set()
        self._people: set[str] = set()
        self._due: dict[Watch, None] = {}
        self._something = asyncio.Event()
        self._task = spawn(self._work())

    def __len__(self) -> int:
        return sum(map(len, self._by_person.values()))

    def enter(self, watch: "Watch") -> None:
        """One more."""
        mine = self._by_person.setdefault(watch.principal.user_id, {})
        mine[watch] = None
        if len(mine) > MOST_EACH:
            next(iter(mine)).end("rate_limited")

    def leave(self, watch: "Watch") -> None:
        """One less."""
        mine = self._by_person.get(watch.principal.user_id, {})
        mine.pop(watch, None)
        self._due.pop(watch, None)
        if not mine:
            self._by_person.pop(watch.principal.user_id, None)

    def heard(self, message: "Message") -> None:
        """Something happened, here or in another process."""
        if self._by_person:
            self._documents.update(map(UUID, message["documents"]))
            self._people.update(message["people"])
            self._something.set()

    async def check(self, user_id: str | None = None) -> None:
        """Ends those who (None: anyone) may not act any more."""
        watches = list(self._of(self._by_person if user_id is None else [user_id]))
        if watches:
            living = await self._process.database.read(alive, {watch.principal for watch in watches})
            for watch in watches:
                if watch.principal not in living:
                    watch.end("unauthenticated")

    def all(self) -> "list[Watch]":
        """Every one of them."""
        return list(self._of(self._by_person))

    async def close(self) -> None:
        """Rings for nobody any more."""
        await stopped(self._task)

    async def _work(self) -> None:
        while True:
            if not self._due:
                await self._something.wait()
            await asyncio.sleep(ROUND)
            try:
                await self._read()
            except Exception as error:  # everyone reads their list again now and then
                log_failure(error)
            for watch in list(islice(self._due, AT_ONCE)):
                del self._due[watch]
                watch.ring()

    async def _read(self) -> None:
        """Finds out whom it is to be rung for; a few before many, who take their time."""
        self._something.clear()
        documents, self._documents = self._documents, set()
        people, self._people = self._people, set()
        if len(documents) > MOST_ASKED:
            people = set(self._by_person)
        elif documents:
            people |= await self._process.database.read(rights.people_of, documents)
        concerned = dict.fromkeys(self._of(people))
        self._due = concerned | self._due if len(concerned) <= AT_ONCE else self._due | concerned

    def _of(self, people: Iterable[str]) -> "Iterable[Watch]":
        return (watch for user_id in list(people) for watch in list(self._by_person.get(user_id, ())))
