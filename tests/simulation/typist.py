"""Someone who types through the real client, and takes down what ought to be in the document for it."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from random import Random

from deltapad_client import DeltaError, DocumentClient
from deltapad_client.outbox import MemoryOutbox
from protocol import text
from protocol.replica import Replica, ReplicaState


class NamedOutbox(MemoryOutbox):
    """Client ids that are the same in every run of a seed."""

    def __init__(self, client_id: str) -> None:
        self._client_id = client_id

    def open(self, document: str) -> Replica:
        return Replica(ReplicaState(client_id=self._client_id))


class Typist:
    """Types characters that nobody else types; deletes, and formats, anyone's."""

    def __init__(self, client: DocumentClient, characters: Iterator[str], randomness: Random) -> None:
        self.client = client
        self.typed: list[str] = []
        self.deleted: set[str] = set()
        self._characters = characters
        self._random = randomness

    async def type(self, edits: int) -> None:
        for _ in range(edits):
            await asyncio.sleep(self._random.expovariate(4))
            act = self._random.choices((self._insert, self._delete, self._format), (7, 2, 1))[0]
            with suppress(DeltaError):  # it would have cut a character of two units
                act()

    def _insert(self) -> None:
        character = next(self._characters)
        self.client.insert(self._random.randrange(self.client.length), character)
        self.typed.append(character)

    def _delete(self) -> None:
        units = [character for character in self.client.text for _ in range(text.length(character))]
        start = self._random.randrange(self.client.length)
        end = min(start + self._random.randint(1, 3), self.client.length - 1)
        if end > start:
            self.client.delete(start, end - start)
            self.deleted.update(units[start:end])

    def _format(self) -> None:
        start = self._random.randrange(self.client.length)
        ops = [{"retain": start}] if start else []
        bold = self._random.choice((True, None))
        self.client.edit([*ops, {"retain": self.client.length - start, "attributes": {"bold": bold}}])
