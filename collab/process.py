"""What one server process holds: its open rooms, its threads, its place among the other processes.

There is one for each event loop, made when the first connection comes (or by ASGI's lifespan), under any server.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from channels.layers import BaseChannelLayer
from django.utils import timezone

from collab import metrics, participants, revocation
from collab.attendance import Attendance
from collab.banner import Told
from collab.committer import Committer
from collab.config import config
from collab.connection import Connection
from collab.database import Database
from collab.lately import Lately
from collab.layer import Layer, Message, addressed
from collab.portions import portions
from collab.readiness import Readiness
from collab.room import Room
from collab.scrape import FOLDER, Scrape
from collab.strangers import Strangers
from collab.streams import Streams
from collab.tasks import every, spawn, stopped
from collab.throttle import Throttle
from collab.timing import Timing
from collab.watches import Watches
from documents import history
from documents.integrity.verify import damaged
from protocol.limits import LIMITS, Limits
from protocol.messages import Participant
from protocol.messages import Presence as PresenceMessage

# Revisions ride along with a message up to this size; the log has the others.
MOST_CARRIED = 16 * 1024
# Joins that read from the database and encode contents at once; the others wait their turn.
JOINS_AT_ONCE = 16


class Process:
    """Rooms and everything that they share. Tests bring their own limits, timing, layer and database."""

    def __init__(
        self,
        *,
        limits: Limits = LIMITS,
        timing: Timing | None = None,
        layer: BaseChannelLayer | None = None,
        database: Database | None = None,
        folder: str | None = None,
    ) -> None:
        self.id = uuid4().hex
        self.limits = limits
        self.timing = timing or Timing()
        self.loop = asyncio.get_running_loop()
        self.clock = self.loop.time
        self.database = database or Database()
        self.committer = Committer(self.database)
        self.layer = Layer(self._heard, layer)
        self.attendance = Attendance(self)
        self.readiness = Readiness(self)
        self.banner = Told(self)
        self.lately = Lately(self.clock)
        self.scrape = Scrape(self, folder)
        self.throttle = Throttle(limits, self.clock)
        self.strangers = Strangers()
        self.watches = Watches(self)
        self.streams = Streams(self)
        self.at_drain: list[Callable[[], object]] = []
        self.at_end: list[Callable[[], object]] = []
        self.joins = asyncio.Semaphore(JOINS_AT_ONCE)
        self.draining = self.stopped = False
        self.damaged_documents = 0
        self._latest_hello = timezone.now()
        self._rooms: dict[UUID, Room] = {}
        self._opening: dict[UUID, asyncio.Task[Room]] = {}
        self._tasks = [
            spawn(every(self.timing.heads, self._ask_heads)),
            spawn(every(self.timing.rights, lambda: revocation.check_everything(self))),
            spawn(every(self.timing.attendance, self._renew)),
            spawn(every(self.timing.beat, self._beat)),
            spawn(every(self.timing.sweep, self._sweep)),
            spawn(metrics.watch_lag(self.clock)),
            spawn(every(60.0, self.lately.note)),
            spawn(self.scrape.open()),
        ]

    async def stop(self) -> None:
        """Ends everything, once. Connections are not said goodbye to: `drain` does that."""
        if self.stopped:
            return
        self.stopped = True
        for end in self.at_end:
            end()
        await stopped(*self._tasks)
        self.scrape.close()
        await self.watches.close()
        await self.attendance.close()
        for room in self.rooms():
            await room.close()
        await self.layer.close()
        await self.database.close()

    def hello_came(self) -> datetime:
        """When: later than every one before, lest a clock that is set back makes the newcomer of two the older."""
        self._latest_hello = max(timezone.now(), self._latest_hello + timedelta(microseconds=1))
        return self._latest_hello

    # -- rooms --

    def rooms(self) -> list[Room]:
        return list(self._rooms.values())

    def room_of(self, document_id: UUID) -> Room | None:
        """The document's room, if it is open here."""
        return self._rooms.get(document_id)

    def connections(self) -> Iterator[Connection]:
        for room in self.rooms():
            yield from list(room.connections.values())

    @asynccontextmanager
    async def held(self, document_id: UUID) -> AsyncIterator[Room]:
        """The document's room, opened if need be, and kept open meanwhile. Raises not_found."""
        room = self._rooms.get(document_id) or await self._opened(document_id)
        room.holders += 1
        try:
            yield room
        finally:
            room.holders -= 1
            room.left_at = self.clock()

    async def _opened(self, document_id: UUID) -> Room:
        task = self._opening.get(document_id)
        if task is None:
            task = self._opening[document_id] = spawn(self._open(document_id))
        # Shielded: whoever waits may give up, the others still want it.
        return await asyncio.shield(task)

    async def _open(self, document_id: UUID) -> Room:
        room = Room(self, document_id)
        try:
            # Subscribed first, read second: so nothing falls between.
            await self.layer.subscribe(document_id)
            await room.open()
            found = await self.database.read(participants.read, [document_id])
            room.participants.reconcile(found[document_id])
            if not self.banner.is_known:
                await self.banner.look()
            self._rooms[document_id] = room
        except BaseException:
            await room.close()
            await self.unsubscribe(document_id)
            raise
        finally:
            del self._opening[document_id]
        return room

    async def _close_idle(self) -> None:
        for room in self.rooms():
            busy = room.connections or room.holders
            if not busy and self.clock() - room.left_at > self.timing.idle_room:
                del self._rooms[room.document_id]
                await room.close()
                await self.unsubscribe(room.document_id)

    async def unsubscribe(self, document_id: UUID) -> None:
        """Hears of the document no more, unless someone here is still in it or listens to it."""
        if document_id not in self._rooms and document_id not in self.streams:
            await self.layer.unsubscribe(document_id)

    # -- telling the other processes --

    def announce(self, document_id: UUID, base: int, version: int, digest: str, texts: list[str]) -> None:
        """Tells of revisions that this process committed; small ones go along."""
        message: Message = {"type": "revisions", "base_version": base, "version": version}
        if sum(map(len, texts)) <= MOST_CARRIED:
            message |= {"digest": digest, "revisions": texts}
        self.layer.send(message, document_id)
        self.streams.ring(document_id)

    def notice(self, message: Message, document_id: UUID | None) -> None:
        """Something happened in this very process, but not in a room: hear it, and tell the others."""
        self._heard(addressed(message, document_id)[1])
        self.layer.send(message, document_id)

    def _heard(self, message: Message) -> None:
        if "document" not in message:
            self._heard_of_all(message)
            return
        document_id = UUID(message["document"])
        concerned = self.streams.heard(message, document_id)
        if concerned:
            spawn(revocation.check(self, concerned))
        self._heard_in_room(message, document_id)

    def _heard_in_room(self, message: Message, document_id: UUID) -> None:
        room = self._rooms.get(document_id)
        if room is None:
            opening = self._opening.get(document_id)
            if opening:  # it may or may not have read this already
                opening.add_done_callback(
                    lambda task: None if task.exception() else self._heard_in_room(message, document_id)
                )
            return
        match message["type"]:
            case "revisions":
                room.offered(message)
            case "access":
                spawn(revocation.check_access(self, room, message["user_id"]))
            case "document":
                spawn(revocation.check_document(self, room))
            case "presence":
                room.selections.heard(PresenceMessage.model_validate_json(message["presence"]))
            case "joined":
                newcomer = Participant.model_validate_json(message["participant"])
                room.participants.join(newcomer)
                room.replace(newcomer, datetime.fromisoformat(message["since"]))
            case "left":
                room.participants.leave(message["session_id"])

    def _heard_of_all(self, message: Message) -> None:
        match message["type"]:
            case "principal_ended" | "people" as kind:
                spawn(revocation.ABOUT_PEOPLE[kind](self, message))
            case "disconnect":
                revocation.disconnect(self, message)
            case "lists":
                self.watches.heard(message)
            case "banner":
                spawn(self.banner.look())
            case "drain" if message["process"] == self.id:
                os.kill(os.getpid(), signal.SIGTERM)

    # -- what is looked after now and then --

    async def _ask_heads(self) -> None:
        quiet = [room for room in self.rooms() if self.clock() - room.heard_at >= self.timing.heads]
        for rooms in portions(quiet):
            versions = await self.database.read(history.head_version, [room.document_id for room in rooms])
            for room in rooms:
                if room.document_id in versions:
                    room.heard(versions[room.document_id], since=versions[room.document_id])
                else:
                    room.end_all("not_found")

    async def _renew(self) -> None:
        await self.layer.renew()
        await self.attendance.renew()
        await self.banner.look()
        await self._reconcile()

    async def _beat(self) -> None:
        if await self.attendance.beat():
            await self._reconcile()

    async def _reconcile(self) -> None:
        for rooms in portions(self.rooms()):
            for room in rooms:
                room.participants.begin_reading()
            found = await self.database.read(participants.read, [room.document_id for room in rooms])
            for room in rooms:
                room.participants.reconcile(found[room.document_id])
        self.damaged_documents = await self.database.read(damaged)

    async def _sweep(self) -> None:
        for connection in self.connections():
            if connection.outbound.overdue():
                connection.end("too_slow")
        self.throttle.sweep()
        for room in self.rooms():
            if self.clock() - room.moved_at > self.timing.quiet_room:
                room.forget()
        await self._close_idle()


_current: Process | None = None


def current() -> Process:
    """The process object of the running event loop, made if need be."""
    global _current
    if _current is None or _current.loop is not asyncio.get_running_loop():
        _current = Process(
            limits=LIMITS.model_copy(
                update={"seen_timeout": config.seen_timeout, "heartbeat_timeout": float(config.heartbeat_timeout)}
            ),
            timing=Timing(
                heads=config.head_check_seconds,
                rights=config.access_check_seconds,
                attendance=config.heartbeat_timeout / 4,
                beat=config.heartbeat_timeout / 30,
            ),
            folder=os.environ.get(FOLDER),
        )
    return _current


def running() -> Process | None:
    """The process object of this program, if there is one and its loop runs; from any thread."""
    return _current if _current and _current.loop.is_running() else None


def forget(process: Process) -> None:
    """`current` makes a new one from now on."""
    global _current
    if _current is process:
        _current = None
