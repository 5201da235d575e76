"""A document that a program is in: it edits at once, and everything else happens beside it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Self
from urllib.parse import urlsplit

from protocol.delta import Delta
from protocol.messages import ClientInfo, Participant, Selection, UserInfo
from protocol.replica import Kept

from .connection import Closed, Connection, State
from .conversation import Conversation, Dial, Token
from .events import Event, RemoteSelection
from .outbox import MemoryOutbox, Outbox
from .saving import SaveState


class DocumentClient:
    """One document, shared with everyone who is in it: `async with DocumentClient(url, token=…) as document`.

    `url` is `ws://…/ws/documents/<id>/`; `token` an API token, or a function that gets one, asked for each connection.
    Edits apply here at once and are sent one after the other; while there is no connection they are kept in the outbox.
    `dial` opens a connection; tests have one that needs no socket.
    """

    def __init__(
        self,
        url: str,
        *,
        token: Token | None = None,
        outbox: Outbox | None = None,
        client: ClientInfo | None = None,
        dial: Dial = Connection.dial,
    ) -> None:
        self._url = url
        self._document = urlsplit(url).path
        self._outbox = outbox or MemoryOutbox()
        self._replica = self._outbox.open(self._document)
        client = client or ClientInfo(name="deltapad-client")
        self._conversation = Conversation(self._replica, self._store, dial, token, client)
        self._running: asyncio.Task[None] | None = None
        self._left = False

    async def connect(self) -> None:
        """Joins, and stays joined until `close` or until the server says not to come back.

        Returns with the first contents. Raises Closed where the server turns this client away.
        """
        self._running = asyncio.create_task(self._conversation.run(self._url))
        try:
            await self._until(lambda: self._conversation.welcome is not None)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Leaves for good; what is not committed stays in the outbox. It waits for nothing: `committed()` does."""
        if self._left:
            return
        self._left = True
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        self._store()
        self._outbox.close()

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # -- editing ----------------------------------------------------------------------------------

    def edit(self, change: Delta | Iterable[Mapping[str, Any]]) -> None:
        """Makes a change. Raises DeltaError, and changes nothing, where it can't be made."""
        delta = change if isinstance(change, Delta) else Delta(change)
        self._replica.local(delta)
        self._conversation.edited(delta)

    def insert(self, index: int, text: str, attributes: Mapping[str, Any] | None = None) -> None:
        """Inserts text at `index`."""
        self.edit([*_retain(index), {"insert": text} | _attributes(attributes)])

    def delete(self, index: int, length: int) -> None:
        """Deletes `length` units at `index`."""
        self.edit([*_retain(index), {"delete": length}])

    def format(self, index: int, length: int, attributes: Mapping[str, Any]) -> None:
        """Sets attributes of `length` units at `index`; None removes one."""
        self.edit([*_retain(index), {"retain": length} | _attributes(attributes)])

    def select(self, index: int | None, length: int = 0, *, typing: bool = False) -> None:
        """Tells the others where the author is, in the positions of what stands here; None: nowhere."""
        self._conversation.select(None if index is None else Selection(index=index, length=length), typing)

    async def committed(self) -> None:
        """Returns once nothing waits: all is committed, or rejected and kept. Raises Closed if it is over before."""
        await self._until(lambda: not self.unsent)

    def discard(self, kept: Kept) -> None:
        """The author has taken back, or given up, what was kept."""
        self._replica.release(kept)
        self._conversation.kept_changed()

    def events(self) -> AbstractContextManager[AsyncIterator[Event]]:
        """What happens from here on: `with document.events() as happening:` and `async for event in happening:`."""
        return self._conversation.telling.listening()

    # -- what stands here -------------------------------------------------------------------------

    @property
    def client_id(self) -> str:
        """Names this copy of the document; with a seq, it names a submission for ever."""
        return self._replica.client_id

    @property
    def session_id(self) -> str | None:
        """Names this connection to the others."""
        return self._conversation.standing.session_id

    @property
    def connection(self) -> State:
        """`connecting`, `online`, `offline` (it comes back by itself) or `closed`."""
        return self._conversation.connection

    @property
    def user(self) -> UserInfo | None:
        """Who the author is to the server."""
        return self._conversation.standing.user

    @property
    def role(self) -> str | None:
        """The author's role in the document."""
        return self._conversation.standing.role

    @property
    def capabilities(self) -> frozenset[str]:
        """What the author may do here."""
        return self._conversation.standing.capabilities

    @property
    def title(self) -> str:
        """The document's title."""
        return self._conversation.standing.title

    @property
    def document_state(self) -> str:
        """`open`, `frozen` (nobody edits) or `trashed`."""
        return self._conversation.standing.document_state

    @property
    def document_damaged(self) -> bool:
        """Whether the document failed the server's integrity check: it stays frozen until it passes."""
        return self._conversation.standing.document_damaged

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
    def participants(self) -> Mapping[str, Participant]:
        """Who is here, by session, this one included."""
        return self._conversation.selections.participants

    @property
    def presence(self) -> tuple[RemoteSelection, ...]:
        """Where the others are on this screen."""
        return self._conversation.presence

    @property
    def kept(self) -> tuple[Kept, ...]:
        """Changes of the author's that are not in the document and wait to be taken back or discarded."""
        return self._replica.kept

    @property
    def unsent(self) -> bool:
        """Whether leaving now leaves something that is not committed."""
        return not self._replica.synchronized

    @property
    def save_state(self) -> SaveState:
        """How safe the author's text is."""
        return self._conversation.save_state

    async def _until(self, predicate: Callable[[], bool]) -> None:
        """Returns once `predicate` holds. Raises what ended the connection for good, should that come first."""
        if self._running is None:
            raise RuntimeError("not in the document yet: use `async with`, or `connect`")
        if predicate():
            return
        waiting = asyncio.create_task(self._conversation.telling.wait_for(predicate))
        try:
            await asyncio.wait({waiting, self._running}, return_when=asyncio.FIRST_COMPLETED)
            is_there = waiting.done()
        finally:
            waiting.cancel()
        if not is_there:
            if self._running.cancelled():
                raise Closed("closed", "The client was closed.")
            self._running.result()

    def _store(self) -> None:
        self._outbox.store(self._document, self._replica)


def _retain(index: int) -> list[dict[str, Any]]:
    return [{"retain": index}] if index else []


def _attributes(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"attributes": dict(attributes)} if attributes else {}
