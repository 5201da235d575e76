"""Who listens to documents by server-sent events in this process: rung like a room, and read from the database.

Those who listen to one document at one place share what is read for them.
"""

import asyncio
from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

from collab.tasks import spawn
from documents.events import feed
from documents.events.cursors import Position
from protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collab.layer import Message
    from collab.process import Process
    from collab.streaming import Stream

Place = tuple[UUID, Position]


class Streams:
    """The streams of one process, by document."""

    def __init__(self, process: "Process") -> None:
        self._process = process
        self._by_document: dict[UUID, dict[Stream, None]] = {}
        self._people: Counter[str] = Counter()
        self._reading: dict[Place, asyncio.Task[feed.Page | ProtocolError]] = {}

    def __len__(self) -> int:
        return self._people.total()

    def __contains__(self, document_id: UUID) -> bool:
        return document_id in self._by_document

    def all(self) -> "list[Stream]":
        """Every one of them."""
        return [stream for streams in self._by_document.values() for stream in streams]

    def of(self, document_id: UUID, user_id: str | None = None) -> "list[Stream]":
        """Those of a document and (None: anyone) a person."""
        streams = self._by_document.get(document_id, ())
        return [stream for stream in streams if user_id in (None, stream.principal.user_id)]

    async def enter(self, stream: "Stream") -> None:
        """One more, which is rung from now on. Raises rate_limited where its person has too many."""
        user_id = stream.principal.user_id
        if self._people[user_id] >= self._process.limits.streams:
            raise ProtocolError("rate_limited", "You have too many event streams open.")
        self._people[user_id] += 1
        self._by_document.setdefault(stream.document_id, {})[stream] = None
        try:
            await self._process.layer.subscribe(stream.document_id)
        except BaseException:  # nobody would take it out again
            await self.leave(stream)
            raise

    async def leave(self, stream: "Stream") -> None:
        """One less."""
        streams = self._by_document.get(stream.document_id, {})
        if stream not in streams:
            return
        del streams[stream]
        self._people -= Counter([stream.principal.user_id])
        if not streams:
            del self._by_document[stream.document_id]
            await self._process.unsubscribe(stream.document_id)

    def heard(self, message: "Message", document_id: UUID) -> "list[Stream]":
        """Something happened to a document, here or elsewhere; those are told of whose rights it may have changed."""
        if document_id not in self._by_document or message["type"] in ("presence", "joined", "left"):
            return []
        self.ring(document_id)
        if message["type"] in ("access", "document"):
            return self.of(document_id, message.get("user_id"))
        return []

    def ring(self, document_id: UUID) -> None:
        """There may be news of a document; what was being read may not hold them."""
        for place in [place for place in self._reading if place[0] == document_id]:
            del self._reading[place]
        for stream in self.of(document_id):
            stream.ring()

    async def page(self, document_id: UUID, after: Position) -> feed.Page:
        """What happened after a position, as of some time after the last ring. Raises as `feed.page` does."""
        place = document_id, after
        task = self._reading.get(place)
        if task is None:
            task = self._reading[place] = spawn(self._read(place))
            task.add_done_callback(lambda done: self._forget(place, done))
        # Shielded: whoever waits may give up, the others still want it.
        found = await asyncio.shield(task)
        if isinstance(found, ProtocolError):
            raise ProtocolError(found.code, found.message)
        return found

    async def _read(self, place: Place) -> feed.Page | ProtocolError:
        try:
            return await self._process.database.read(feed.page, *place)
        except ProtocolError as error:
            return error

    def _forget(self, place: Place, done: "asyncio.Task[feed.Page | ProtocolError]") -> None:
        if self._reading.get(place) is done:
            del self._reading[place]
