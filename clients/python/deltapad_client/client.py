"""A document that a program is in: it edits at once, and everything else happens beside it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self
from urllib.parse import urlsplit

from protocol.delta import Delta
from protocol.messages import (
    Access,
    Ack,
    Checked,
    ClientInfo,
    DocumentChanged,
    Joined,
    Left,
    ParticipantPresence,
    Ping,
    Presence,
    Probe,
    Rejected,
    Revisions,
    Seen,
    Selection,
    ServerMessage,
    SlowDown,
    Welcome,
)
from protocol.presence import Selections
from protocol.replica import Kept, Update

from .checking import Checker
from .connection import Connection, Lost, Refused, waits
from .events import Acknowledged, Changed, Event, Mismatched, Offline, Online, Reset, Told
from .events import Rejected as RejectedEvent
from .outbox import MemoryOutbox, Outbox

HEARTBEAT = 20.0


class DocumentClient:
    """One document, shared with everyone who is in it: `async with DocumentClient(url, token=…) as document`.

    `url` is `ws://…/ws/documents/<id>/`. Edits apply here at once and are sent one after the other; while there is no
    connection they are kept in the outbox. Leaving the block waits for nothing: `await document.committed()` does.
    `dial` opens a connection; tests have one that needs no socket.
    Raises Refused where the server doesn't let this client in.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        outbox: Outbox | None = None,
        client: ClientInfo | None = None,
        dial: Callable[[str], Awaitable[Connection]] = Connection.dial,
    ) -> None:
        self.welcome: Welcome | None = None
        self.title = ""
        self.role = ""
        self.capabilities: frozenset[str] = frozenset()
        self.online = False
        self._url = url
        self._document = urlsplit(url).path
        self._token = token
        self._dial = dial
        self._client = client or ClientInfo(name="deltapad-client")
        self._outbox = outbox or MemoryOutbox()
        self._replica = self._outbox.open(self._document)
        self._checker = Checker(self._replica)
        self._selections = Selections(self._replica.version)
        self._selection: Selection | None = None
        self._selection_moved = False
        self._listeners: set[asyncio.Queue[Event]] = set()
        self._something_to_send = asyncio.Event()
        self._changed = asyncio.Condition()
        self._stored = True
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self._run())
        try:
            await self._until(lambda: self.welcome is not None)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        self._store()
        self._outbox.close()

    # -- what stands here -------------------------------------------------------------------------

    @property
    def client_id(self) -> str:
        """Names this copy of the document; with a seq, it names a submission for ever."""
        return self._replica.client_id

    @property
    def kept(self) -> tuple[Kept, ...]:
        """Changes of ours that will not be in the document, for their author to use elsewhere."""
        return self._replica.kept

    @property
    def contents(self) -> Delta:
        """The document as it is here, with what is not yet committed."""
        return self._replica.screen.to_delta()

    @property
    def text(self) -> str:
        """Its text, the last newline included; U+FFFC stands for an embed."""
        return self._replica.screen.text()

    @property
    def length(self) -> int:
        """Its length in UTF-16 code units, the last newline included."""
        return self._replica.screen.length

    @property
    def version(self) -> int:
        """The version that is confirmed here."""
        return self._replica.version

    @property
    def synchronized(self) -> bool:
        """Whether everything typed here is committed."""
        return self._replica.synchronized

    @property
    def selections(self) -> Mapping[str, ParticipantPresence]:
        """Where the others are on this screen, by session."""
        return self._selections.on_screen(self._replica.unsent)

    # -- editing ----------------------------------------------------------------------------------

    def edit(self, change: Delta | Iterable[Mapping[str, Any]]) -> None:
        """Makes a change. Raises DeltaError, and changes nothing, where it can't be made."""
        delta = change if isinstance(change, Delta) else Delta(change)
        self._replica.local(delta)
        self._stored = False
        if not self.online:
            self._store()
        self._something_to_send.set()

    def insert(self, index: int, text: str, attributes: Mapping[str, Any] | None = None) -> None:
        """Inserts text at `index`."""
        insert = {"insert": text} | ({"attributes": dict(attributes)} if attributes else {})
        self.edit([*_retain(index), insert])

    def delete(self, index: int, length: int) -> None:
        """Deletes `length` units at `index`."""
        self.edit([*_retain(index), {"delete": length}])

    def select(self, index: int, length: int = 0) -> None:
        """Tells the others where this client is."""
        self._selection = Selection(index=index, length=length)
        self._selection_moved = True
        self._something_to_send.set()

    async def committed(self) -> None:
        """Returns once everything typed here so far, and meanwhile, is committed, or rejected and told as such."""
        await self._until(lambda: self.synchronized)

    @asynccontextmanager
    async def events(self) -> AsyncIterator[AsyncIterator[Event]]:
        """What happens from here on: `async with document.events() as happening: async for event in happening`."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield self._drain(queue)
        finally:
            self._listeners.discard(queue)

    # -- the connection ---------------------------------------------------------------------------

    async def _run(self) -> None:
        seconds = waits()
        while True:
            try:
                connection = await self._dial(self._url)
                try:
                    await self._join(connection)
                    seconds = waits()
                    await self._converse(connection)
                finally:
                    await connection.close()
            except Refused:
                await self._offline()
                raise
            except Lost as lost:
                await self._offline()
                await asyncio.sleep(lost.after + next(seconds))

    async def _join(self, connection: Connection) -> None:
        welcome = await connection.hello(self._replica.hello(self._token, self._client))
        self.welcome = welcome
        self.title, self.role = welcome.document.title, welcome.role
        self.capabilities = frozenset(welcome.capabilities)
        self._take(self._replica.welcome(welcome))
        self._selections = Selections(self._replica.version, welcome.participants)
        self.online = True
        self._something_to_send.set()
        await self._tell(Online())

    async def _offline(self) -> None:
        self.online = False
        self._replica.disconnected()
        self._store()
        await self._tell(Offline())

    async def _converse(self, connection: Connection) -> None:
        talks = [self._receive(connection), self._send(connection), self._beat(connection)]
        if self.welcome is not None and (interval := self.welcome.limits.check_interval) is not None:
            talks.append(self._checker.ask(connection, interval))
        tasks = {asyncio.create_task(talk) for talk in talks}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _beat(self, connection: Connection) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            await connection.send(Ping())

    async def _send(self, connection: Connection) -> None:
        while True:
            await self._something_to_send.wait()
            self._something_to_send.clear()
            submission = self._replica.sendable()
            if submission is not None or not self._stored:
                self._store()
            if submission is not None:
                await connection.send(submission)
            if self._selection_moved and (presence := self._replica.presence(self._selection)) is not None:
                self._selection_moved = False
                await connection.send(presence)

    async def _receive(self, connection: Connection) -> None:
        while True:
            message = await connection.receive()
            if isinstance(message, Probe):
                await connection.send(Seen(id=message.id))
            update = self._understand(message)
            if update.fetch is not None:
                await connection.send(update.fetch)
            self._something_to_send.set()
            await self._notify()

    # -- understanding ----------------------------------------------------------------------------

    def _understand(self, message: ServerMessage) -> Update:
        update = Update()
        match message:
            case Revisions():
                update = self._replica.receive(message.revisions)
                self._selections.advance(message.revisions)
            case Ack():
                update = self._replica.acknowledge(message)
            case Rejected():
                update = self._replica.rejected(message)
            case Checked():
                if self._checker.answered(message):
                    self._emit(Mismatched(message.version, self._checker.mismatches))
                update = self._replica.checked(message)
            case SlowDown():
                asyncio.get_running_loop().call_later(message.retry_after, self._again, message)
            case _:
                self._note(message)
                self._emit(Told(message))
        self._take(update)
        return update

    def _note(self, message: ServerMessage) -> None:
        match message:
            case Access():
                self.role, self.capabilities = message.role, frozenset(message.capabilities)
            case DocumentChanged(title=str(title)):
                self.title = title
            case Joined():
                self._selections.joined(message.participant)
            case Left():
                self._selections.left(message.session_id)
            case Presence():
                self._selections.heard(message)

    def _take(self, update: Update) -> None:
        if update.contents is not None:
            self._emit(Reset(update.contents.to_delta()))
        for change in update.changes:
            self._emit(Changed(change))
        if update.acknowledged is not None:
            self._emit(Acknowledged(update.acknowledged, self._replica.version))
        if update.kept is not None:
            self._emit(RejectedEvent(update.kept))

    def _again(self, message: SlowDown) -> None:
        self._replica.slow_down(message)
        self._something_to_send.set()

    # -- telling ----------------------------------------------------------------------------------

    def _emit(self, event: Event) -> None:
        for queue in self._listeners:
            queue.put_nowait(event)

    async def _tell(self, event: Event) -> None:
        self._emit(event)
        await self._notify()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _until(self, predicate: Callable[[], bool]) -> None:
        """Returns once `predicate` holds. Raises what ended the connection for good, should that come first."""
        if self._running is None:
            raise RuntimeError("not in the document yet: use `async with`")
        waiting = asyncio.create_task(self._wait_for(predicate))
        await asyncio.wait({waiting, self._running}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            self._running.result()

    async def _wait_for(self, predicate: Callable[[], bool]) -> None:
        async with self._changed:
            await self._changed.wait_for(predicate)

    def _store(self) -> None:
        self._outbox.store(self._document, self._replica)
        self._stored = True

    async def _drain(self, queue: asyncio.Queue[Event]) -> AsyncIterator[Event]:
        while True:
            yield await queue.get()


def _retain(index: int) -> list[dict[str, Any]]:
    return [{"retain": index}] if index else []
