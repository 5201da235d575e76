"""One document as one process has it open: its head in memory, who is connected, and the queue of submissions.

The head moves in one place, the room's own task, and only after the database has moved. Whatever is heard from
elsewhere only tells that task to look.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from uuid import UUID

from collab import logs, metrics
from collab.attempt import Attempt
from collab.checking import Checking
from collab.clients import Clients
from collab.connection import Connection
from collab.database import BROKEN
from collab.frames import Frame, encode_contents
from collab.log import Log
from collab.participants import Participants
from collab.presence import Selections
from collab.submissions import Waiting, settle
from collab.tasks import log_failure, spawn
from collab.telling import Telling
from collab.throttle import fair_share
from collab.turns import Turns
from documents import history, snapshots
from documents.history import OpenDocument
from protocol.authority import Head
from protocol.content import Content
from protocol.errors import ProtocolError
from protocol.ground import follow
from protocol.messages import DocumentChanged, DocumentState, Part, Participant, Revision

if TYPE_CHECKING:
    from collab.process import Process

# How long an outcome may stay unknown before those who wait for it are sent away to come back.
RECOVERY = 20.0
OFFERS_KEPT = 100
# Of contents longer than this, encodings and digests are made outside the event loop, in UTF-16 code units.
LONG = 64 * 1024


class Moment(NamedTuple):
    """A head, and the highest seq of one client that is committed in it."""

    head: Head
    acked_seq: int


class Room:
    """A document that is open here. Made by Process.room, which fills it before anyone gets it."""

    def __init__(self, process: "Process", document_id: UUID) -> None:
        self.document_id = document_id
        self.process = process
        self.connections: dict[UUID, Connection] = {}
        self.selections = Selections(self)
        self.participants = Participants(self)
        self.holders = 0
        self.heard_at = self.left_at = self.moved_at = process.clock()
        self._queue: list[Waiting] = []
        self._offers: list[dict[str, Any]] = []
        self._known = 0
        self._doubted = False
        self._missed = False
        self._lookers: list[asyncio.Future[None]] = []
        self._encoded: tuple[int, str] | None = None
        self._flushed = 0
        self._turns = Turns(self._work)
        self._telling = Telling(self)

    # -- opening and closing --

    async def open(self) -> None:
        """Reads the document. Raises not_found."""
        self._hold(await self.process.database.read(history.open_document, self.document_id))

    async def finish(self) -> None:
        """Returns when every submission that was taken has its answer."""
        await self.look(self.version)
        while self._queue:
            await self.look(self.version)
        self._telling.hurry()

    def forget(self) -> None:
        """Nobody has typed for a while: keeps nothing that can be read or made again."""
        self.log.forget()
        self._encoded = None

    async def close(self) -> None:
        """Ends the work; nobody may be connected any more."""
        await self._turns.close()
        self._telling.close()
        self.selections.close()

    def _hold(self, opened: OpenDocument) -> None:
        self.title, self.state, self.damaged = opened.title, cast(DocumentState, opened.state), opened.damaged
        self.head: Head = opened.head
        self.digest = opened.digest
        self.log = Log(self.document_id, opened.head.version, self.process.database, self.process.limits)
        self._hold_nothing_past(opened.removals)
        self._snapshot = opened.snapshot
        self._flushed = self.version
        self._telling.begin(self.version)

    def _hold_nothing_past(self, removals: int) -> None:
        """What was removed from the history is not told from memory."""
        self._removals = removals
        self.log.forget()
        self.clients = Clients(self.document_id, self.process.database)
        self.checking = Checking(self, self.head)

    @property
    def version(self) -> int:
        """The newest version that this room knows to be committed."""
        return self.head.version

    # -- what is heard --

    def submit(self, waiting: Waiting) -> None:
        """Takes a submission, to be answered in its turn; one from far behind is brought near first."""
        if waiting.version < self.log.in_memory_after:
            spawn(self._bring_and_submit(waiting))
        else:
            self._enqueue(waiting)

    def _enqueue(self, waiting: Waiting) -> None:
        self._queue.append(waiting)
        self._turns.come(waiting.connection)

    async def _bring_and_submit(self, waiting: Waiting) -> None:
        with suppress(*BROKEN):
            await self.bring_near(waiting)
        self._enqueue(waiting)

    def heard(self, version: int, since: int = 0) -> None:
        """Someone says that the document has this version; of those up to `since`, messages should have told."""
        self.heard_at = self.process.clock()
        self._missed = self._missed or since > max(self.version, self._known)
        if version > self.version:
            self._known = max(self._known, version)
            self._turns.ring()

    async def look(self, version: int) -> None:
        """Reads the log if this version is above the head; it may stay above it, if there is no such version."""
        looked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lookers.append(looked)
        self.heard(version)
        self._turns.ring()
        await looked

    def offered(self, message: dict[str, Any]) -> None:
        """Another process tells of revisions that it has committed, and may have sent them along."""
        if "revisions" in message:
            self._offers = [*self._offers[1 - OFFERS_KEPT :], message]
        self.heard(int(message["version"]), int(message["base_version"]))

    def changed(self, title: str, state: DocumentState, damaged: bool, removals: int) -> None:
        """The document's title or state may be another now, or something of its history gone."""
        told = {"title": title, "state": state, "damaged": damaged}
        news = {name: new for name, new in told.items() if new != getattr(self, name)}
        repaired = self.damaged and not damaged
        self.title, self.state, self.damaged = title, state, damaged
        if news:
            self.tell(DocumentChanged.model_validate(news))
        if repaired:
            self._doubted = True
            self._turns.ring()
        if removals != self._removals:
            self._hold_nothing_past(removals)

    # -- the work --

    async def _work(self) -> None:
        logs.bind({"document": self.document_id})
        batch, self._queue = fair_share(self._queue)
        lookers, self._lookers = self._lookers, []
        try:
            await self._turn(batch)
        except Exception as error:
            log_failure(error)
            for waiting in batch:
                waiting.connection.end("internal")
            _answer(lookers, ProtocolError("internal"))
        _answer(lookers)
        for waiting in batch:
            self.process.throttle.done(waiting.connection.principal.user_id)
        self._rest(self._flush(batch), batch)
        if self._queue:
            self._turns.ring()

    async def _turn(self, batch: list[Waiting]) -> None:
        if self._doubted:  # what it holds may have been read before the damage was repaired
            await self._start_over()
        self._take_offers()
        missed, self._missed = self._missed, False
        if self._known > self.version:
            metrics.healed_gaps.inc(missed)
            await self.recover()
        if batch:
            await settle(self, batch)

    def _flush(self, batch: list[Waiting]) -> float:
        """Tells of what is new, and answers how many seconds that took."""
        if self._flushed == self.version:
            return 0.0
        self._flushed = self.version
        self.checking.hold(self.head)
        self.moved_at = self.process.clock()
        return self._telling.tell({waiting.connection for waiting in batch})

    def _rest(self, cost: float, batch: list[Waiting]) -> None:
        answered = {waiting.connection for waiting in batch}
        answered.difference_update(waiting.connection for waiting in self._queue)
        if answered or not batch:
            self._turns.rest(cost, answered)

    def advance(self, done: Attempt, missed: Sequence[Revision]) -> None:
        """What was committed becomes the head, after what others had committed before it."""
        if missed:
            self._move(missed, done.ground.head, done.ground.digest)
        if not done.revisions:
            return
        base = self.version
        self.log.add(done.revisions)
        self.head, self.digest = done.head, done.digest
        self.clients.committed(done.clients)
        self.process.announce(self.document_id, base, self.version, self.digest, self.log.texts(base))
        self._take_snapshot()

    async def recover(self) -> None:
        """Reads head and log anew, insisting for a while: until then nobody can be told anything."""
        deadline, pause = self.process.clock() + RECOVERY, 0.05
        while True:
            try:
                return await self._catch_up()
            except Exception:
                if self.process.clock() > deadline:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)

    async def _catch_up(self) -> None:
        while True:
            try:
                page = await self.process.database.read(history.revisions_after, self.document_id, self.version)
            except ProtocolError:
                return await self._start_over()
            if not page:
                self._known = self.version  # whoever claimed more was wrong
                return None
            self._move(page, *follow(self.head, self.digest, page))

    async def _start_over(self) -> None:
        """What this room holds is not the log's, or no longer: everyone has to come in anew."""
        self._doubted = False
        self._hold(await self.process.database.read(history.open_document, self.document_id))
        self.end_all("internal")

    def _move(self, revisions: Sequence[Revision], head: Head, chained: str) -> None:
        self.log.add(revisions)
        self.head, self.digest = head, chained
        self.clients.reached(revisions)
        self._take_snapshot()

    def _take_offers(self) -> None:
        """Takes revisions that came along with messages; one that is garbled is as good as lost."""
        while self._offers:
            try:
                self._take(self._offers.pop(0))
            except Exception as error:
                log_failure(error)

    def _take(self, offer: dict[str, Any]) -> None:
        """Takes revisions that follow the head and prove to be the log's."""
        if offer["base_version"] != self.version:
            return
        revisions = [Revision.model_validate_json(text) for text in offer["revisions"]]
        head, chained = follow(self.head, self.digest, revisions)
        if chained == offer["digest"]:
            self._move(revisions, head, chained)

    def _take_snapshot(self) -> None:
        if self.version - self._snapshot >= snapshots.SNAPSHOT_EVERY:
            self._snapshot = self.version
            spawn(self.process.database.read(snapshots.take_if_due, self.document_id, self.head, self.digest))

    async def bring_near(self, waiting: Waiting) -> None:
        """Rewrites a submission from far behind over the log, up to what is in memory; not where it is gone."""
        while waiting.version < self.log.in_memory_after:
            try:
                revisions = await self.log.read(waiting.version)
            except ProtocolError:
                return
            await waiting.rebase([revision.delta for revision in revisions])

    # -- who is here --

    def enter(self, connection: Connection) -> None:
        """A connection begins; of one client's, the one that said hello last goes on. Raises rate_limited."""
        self.process.throttle.enter(connection.principal.user_id)
        self.participants.join(connection.participant)
        # While it is not yet among those who are told who leaves: the first that it hears is its welcome.
        self.replace(connection.participant, connection.since)
        self.connections[connection.session_id] = connection
        self.process.attendance.join(connection)
        # Not always this one: hellos may overtake each other on their way in.
        if max(self._of_client(connection.participant), key=attrgetter("since")) is not connection:
            connection.end("replaced")

    def leave(self, connection: Connection) -> None:
        """A connection ended."""
        if self.connections.pop(connection.session_id, None) is None:
            return
        self.left_at = self.process.clock()
        self.participants.leave(str(connection.session_id))
        self.process.throttle.leave(connection.principal.user_id)
        self.process.attendance.leave(connection)

    def replace(self, newer: Participant, since: datetime) -> None:
        """A client that said hello anew leaves its older connections behind. (Another person's never.)"""
        for connection in self._of_client(newer):
            if str(connection.session_id) != newer.session_id and connection.since <= since:
                connection.end("replaced")

    def _of_client(self, who: Participant) -> list[Connection]:
        return [
            connection
            for connection in self.connections.values()
            if (connection.client_id, connection.user.id) == (who.client_id, who.user.id)
        ]

    # -- what goes out --

    async def moment(self, connection: Connection) -> Moment:
        """The head, and the highest seq of this client's that is in it. Another person's client id shows nothing."""
        client = await self.clients.row(connection.client_id)
        while client and client.version > self.version:
            await self.look(client.version)
            client = await self.clients.row(connection.client_id)
        own = client is not None and client.user_id == connection.principal.user_id
        return Moment(self.head, client.acked_seq if client and own else 0)

    async def encoded(self, head: Head) -> str:
        """The JSON of the contents, made once for all who come at this version."""
        if self._encoded and self._encoded[0] == head.version:
            return self._encoded[1]
        text = await self.made_of(head, encode_contents)
        self._encoded = head.version, text
        return text

    async def made_of(self, head: Head, make: Callable[[Content], str]) -> str:
        """What `make` makes of the contents."""
        if head.content.length > LONG:
            return await self.process.database.read(make, head.content)
        return make(head.content)

    def end_all(self, code: str) -> None:
        """Ends every connection here."""
        for connection in list(self.connections.values()):
            connection.end(code)

    def tell(self, message: Part) -> None:
        """Sends a message that depends on no version to everyone here."""
        frame = Frame.of(message)
        for connection in self.connections.values():
            connection.outbound.post(frame)


def _answer(futures: list[asyncio.Future[None]], error: Exception | None = None) -> None:
    for future in [waiting for waiting in futures if not waiting.done()]:
        if error:
            future.set_exception(error)
        else:
            future.set_result(None)
