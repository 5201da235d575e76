"""What client and server say to each other about one document, and what that means for what stands here."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

from protocol.delta import Delta
from protocol.errors import ERRORS
from protocol.messages import (
    Ack,
    Checked,
    ClientInfo,
    Joined,
    Left,
    Ping,
    Presence,
    Probe,
    Rejected,
    Revisions,
    Seen,
    Selection,
    ServerMessage,
    SlowDown,
    Submit,
    Welcome,
    encode,
)
from protocol.presence import Selections
from protocol.replica import Replica, Update

from . import events
from .checking import Checker
from .connection import Backoff, Closed, Connection, Lost, State
from .saving import Count, SaveState, save_state
from .standing import Standing
from .telling import Telling

HEARTBEAT = 20.0

Token = str | Callable[[], str | Awaitable[str]]
Dial = Callable[[str], Awaitable[Connection]]


class Conversation:
    """One document's, over one connection after the other. `store` remembers the replica durably."""

    def __init__(
        self, replica: Replica, store: Callable[[], None], dial: Dial, token: Token | None, client: ClientInfo
    ):
        self.replica = replica
        self.standing = Standing()
        self.telling = Telling()
        self.connection: State = "offline"
        self.welcome: Welcome | None = None
        self.selections = Selections(replica.version)
        self._store = store
        self._dial = dial
        self._token = token
        self._client = client
        self._checker = Checker(replica)
        self._count = Count()
        self._selection: tuple[Selection | None, bool] = None, False
        self._selection_moved = False
        self._selection_told = False
        self._something_to_send = asyncio.Event()
        self._stored = True

    # -- what its author does ---------------------------------------------------------------------

    def edited(self, delta: Delta) -> None:
        """The author made this change of the replica."""
        self._count.made()
        self._stored = False
        if self.connection != "online":
            self._remember()
        self._something_to_send.set()
        self.telling.emit(events.Edit(delta))
        self._tell_news()

    def select(self, selection: Selection | None, typing: bool) -> None:
        """The author is there."""
        self._selection = selection, typing
        self._selection_moved = True
        self._something_to_send.set()

    def kept_changed(self) -> None:
        """There are more or fewer kept changes."""
        self._remember()
        self.telling.emit(events.Kept(self.replica.kept))
        self._tell_news()

    @property
    def presence(self) -> tuple[events.RemoteSelection, ...]:
        """Where the others are on this screen."""
        participants = self.selections.participants
        return tuple(
            events.RemoteSelection(session_id, participants[session_id].user, one.selection, bool(one.typing))
            for session_id, one in self.selections.on_screen(self.replica.unsent).items()
            if session_id in participants
        )

    @property
    def save_state(self) -> SaveState:
        """How safe the author's text is."""
        return save_state(self.replica, self.connection == "online", self._count.of(self.replica))

    # -- the connection ---------------------------------------------------------------------------

    async def run(self, url: str) -> None:
        """Connects, and goes on connecting. Raises Closed where the server says not to come back unchanged."""
        backoff = Backoff()
        try:
            while True:
                began = _now()
                try:
                    self._enter("connecting")
                    connection = await self._dial(url)
                    try:
                        await self._join(connection)
                        began = _now()
                        await self._converse(connection)
                    finally:
                        await connection.close()
                except Lost as lost:
                    lasted = _now() - began if self.connection == "online" else 0
                    await self._offline("offline")
                    await asyncio.sleep(max(lost.after, backoff.after(lasted)))
        except Closed as closed:
            await self._offline("closed")
            self.telling.emit(closed)
            raise
        finally:
            self._enter("closed")
            self.telling.end()

    async def _join(self, connection: Connection) -> None:
        token = self._token() if callable(self._token) else self._token
        if inspect.isawaitable(token):
            token = await token
        welcome = await connection.hello(self.replica.hello(token, self._client))
        self.welcome = welcome
        self.standing.welcome(welcome)
        self._take(self.replica.welcome(welcome))
        self.selections = Selections(self.replica.version, welcome.participants)
        self._tell_participants()
        self._enter("online")
        self._selection_moved = self._selection[0] is not None
        await self._advance()

    async def _offline(self, state: State) -> None:
        self.replica.disconnected()
        self._remember()
        self._enter(state)
        await self.telling.wake()

    def _enter(self, state: State) -> None:
        self.connection = state
        self.telling.news(events.Connection(state))
        self._tell_news()

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
            submission = self.replica.sendable()
            if submission is not None or not self._stored:
                self._remember()
            if submission is not None:
                await self._submit(connection, submission)
                self._tell_news()
            await self._say_where(connection)

    async def _say_where(self, connection: Connection) -> None:
        """The latest place only, not too often, and not while what stands here is ahead of what the others know."""
        presence = self.replica.presence(*self._selection)
        if not self._selection_moved or self._selection_told or presence is None:
            return
        self._selection_moved, self._selection_told = False, True
        await connection.send(presence)
        interval = 0.05 if self.welcome is None else self.welcome.limits.presence_interval
        asyncio.get_running_loop().call_later(interval, self._may_say_where)

    def _may_say_where(self) -> None:
        self._selection_told = False
        self._something_to_send.set()

    async def _submit(self, connection: Connection, submission: Submit) -> None:
        limit = None if self.welcome is None else self.welcome.limits.frame_in
        if limit is None or len(encode(submission).encode()) <= limit:
            await connection.send(submission)
        else:  # sent, it would end the connection
            self._understand(Rejected(seq=submission.seq, code="too_large", message=ERRORS["too_large"].message))
            await self._advance()

    async def _receive(self, connection: Connection) -> None:
        while True:
            message = await connection.receive()
            if isinstance(message, Probe):
                await connection.send(Seen(id=message.id))
            update = self._understand(message)
            if update.fetch is not None:
                await connection.send(update.fetch)
            await self._advance()

    async def _advance(self) -> None:
        self._something_to_send.set()
        self._tell_news()
        await self.telling.wake()

    # -- understanding ----------------------------------------------------------------------------

    def _understand(self, message: ServerMessage) -> Update:
        update = Update()
        match message:
            case Revisions():
                update = self.replica.receive(message.revisions)
                self.selections.advance(message.revisions)
            case Ack():
                update = self.replica.acknowledge(message)
            case Rejected():
                update = self.replica.rejected(message)
            case Checked():
                update = self._checked(message)
            case SlowDown():
                asyncio.get_running_loop().call_later(message.retry_after, self._again, message)
            case Joined() | Left() | Presence():
                self._others(message)
            case _:
                self.standing.heard(message)
        self._take(update)
        if isinstance(message, Rejected) and (kept := update.kept) is not None:
            self.telling.emit(events.Rejected(kept.delta, kept.code, kept.message))
        return update

    def _others(self, message: Joined | Left | Presence) -> None:
        match message:
            case Joined():
                self.selections.joined(message.participant)
            case Left():
                self.selections.left(message.session_id)
            case Presence():
                others = tuple(one for one in message.participants if one.session_id != self.standing.session_id)
                self.selections.heard(Presence(participants=others))
        if not isinstance(message, Presence):
            self._tell_participants()

    def _checked(self, message: Checked) -> Update:
        if self._checker.answered(message):
            self.telling.emit(events.Mismatched(message.version, self._checker.mismatches))
        elif message.result == "same":
            self.telling.emit(events.Verified(message.version))
        return self.replica.checked(message)

    def _take(self, update: Update) -> None:
        if update.contents is not None:
            self.telling.emit(events.Reset(update.contents.to_delta()))
        for change in update.changes:
            self.telling.emit(events.Change(change))
        if update.acknowledged is not None:
            self.telling.emit(events.Acknowledged(update.acknowledged, self.replica.version))
        if update.kept is not None:
            self.telling.emit(events.Kept(self.replica.kept))

    def _again(self, message: SlowDown) -> None:
        self.replica.slow_down(message)
        self._something_to_send.set()

    def _remember(self) -> None:
        self._store()
        self._stored = True

    def _tell_participants(self) -> None:
        self.telling.emit(events.Participants(dict(self.selections.participants)))

    def _tell_news(self) -> None:
        self.telling.news(events.Save(self.save_state))
        if self.welcome is not None:
            self.telling.news(events.Presence(self.presence))
            for event in self.standing.news():
                self.telling.news(event)


def _now() -> float:
    return asyncio.get_running_loop().time()
