"""The same client for programs without an event loop: `with DocumentClient(url, token=…) as document`.

Everything happens in a thread of its own, and each call waits until it is done there; so any thread may call.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from typing import Any, Self, TypeVar

from protocol.delta import Delta
from protocol.messages import ClientInfo, Participant, UserInfo
from protocol.replica import Kept

from . import client as asynchronous
from .connection import State
from .conversation import Token
from .events import Event, RemoteSelection
from .outbox import Outbox
from .saving import SaveState

Result = TypeVar("Result")


class Portal:
    """An event loop in a thread, into which other threads call."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="deltapad", daemon=True)

    def open(self) -> None:
        """Begins the thread."""
        self._thread.start()

    def wait(self, work: Callable[[], Awaitable[Result]], timeout: float | None = None) -> Result:
        """Runs the work there and returns what it does. Raises TimeoutError after so many seconds, None: never."""

        async def run() -> Result:
            async with asyncio.timeout(timeout):
                return await work()

        future = asyncio.run_coroutine_threadsafe(run(), self._loop)
        try:
            return future.result()
        finally:
            future.cancel()

    def call(self, function: Callable[[], Result]) -> Result:
        """Calls the function there and returns what it does; before and after, there is nobody to disturb."""
        if not self._thread.is_alive():
            return function()

        async def run() -> Result:
            return function()

        return self.wait(run)

    def close(self) -> None:
        """Ends the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Happening:
    """The events for one listener, who may go on after a TimeoutError."""

    def __init__(self, portal: Portal, happening: AsyncIterator[Event], timeout: float | None) -> None:
        self._portal = portal
        self._happening = happening
        self._timeout = timeout

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event:
        try:
            return self._portal.wait(self._happening.__anext__, self._timeout)
        except StopAsyncIteration:
            raise StopIteration from None


class DocumentClient:
    """As `deltapad_client.DocumentClient`, which says what each of these means."""

    def __init__(
        self,
        url: str,
        *,
        token: Token | None = None,
        outbox: Outbox | None = None,
        client: ClientInfo | None = None,
    ) -> None:
        self._document = asynchronous.DocumentClient(url, token=token, outbox=outbox, client=client)
        self._portal = Portal()

    def connect(self) -> None:
        """Joins; returns with the first contents. Raises Closed where the server turns this client away."""
        self._portal.open()
        try:
            self._portal.wait(self._document.connect)
        except BaseException:
            self._portal.close()
            raise

    def close(self) -> None:
        """Leaves for good, and ends the thread. It waits for nothing: `committed()` does."""
        try:
            self._portal.wait(self._document.close)
        finally:
            self._portal.close()

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- editing ----------------------------------------------------------------------------------

    def edit(self, change: Delta | Iterable[Mapping[str, Any]]) -> None:
        """Makes a change. Raises DeltaError, and changes nothing, where it can't be made."""
        self._portal.call(lambda: self._document.edit(change))

    def insert(self, index: int, text: str, attributes: Mapping[str, Any] | None = None) -> None:
        """Inserts text at `index`."""
        self._portal.call(lambda: self._document.insert(index, text, attributes))

    def delete(self, index: int, length: int) -> None:
        """Deletes `length` units at `index`."""
        self._portal.call(lambda: self._document.delete(index, length))

    def format(self, index: int, length: int, attributes: Mapping[str, Any]) -> None:
        """Sets attributes of `length` units at `index`; None removes one."""
        self._portal.call(lambda: self._document.format(index, length, attributes))

    def select(self, index: int | None, length: int = 0, *, typing: bool = False) -> None:
        """Tells the others where the author is; None: nowhere."""
        self._portal.call(lambda: self._document.select(index, length, typing=typing))

    def committed(self, timeout: float | None = None) -> None:
        """Returns once nothing waits. Raises Closed if it is over before, TimeoutError after so many seconds."""
        self._portal.wait(self._document.committed, timeout)

    def discard(self, kept: Kept) -> None:
        """The author has taken back, or given up, what was kept."""
        self._portal.call(lambda: self._document.discard(kept))

    @contextmanager
    def events(self, timeout: float | None = None) -> Iterator[Iterator[Event]]:
        """What happens from here on: `with document.events() as happening:`, and there `for event in happening:`.

        Waiting for the next one longer than `timeout` seconds raises TimeoutError.
        """
        listening = self._document.events()
        happening = self._portal.call(listening.__enter__)
        try:
            yield Happening(self._portal, happening, timeout)
        finally:
            self._portal.call(lambda: listening.__exit__(None, None, None))

    # -- what stands here -------------------------------------------------------------------------

    @property
    def client_id(self) -> str:
        """Names this copy of the document."""
        return self._document.client_id

    @property
    def session_id(self) -> str | None:
        """Names this connection to the others."""
        return self._portal.call(lambda: self._document.session_id)

    @property
    def connection(self) -> State:
        """`connecting`, `online`, `offline` or `closed`."""
        return self._portal.call(lambda: self._document.connection)

    @property
    def user(self) -> UserInfo | None:
        """Who the author is to the server."""
        return self._portal.call(lambda: self._document.user)

    @property
    def role(self) -> str | None:
        """The author's role in the document."""
        return self._portal.call(lambda: self._document.role)

    @property
    def capabilities(self) -> frozenset[str]:
        """What the author may do here."""
        return self._portal.call(lambda: self._document.capabilities)

    @property
    def title(self) -> str:
        """The document's title."""
        return self._portal.call(lambda: self._document.title)

    @property
    def document_state(self) -> str:
        """`open`, `frozen` or `trashed`."""
        return self._portal.call(lambda: self._document.document_state)

    @property
    def document_damaged(self) -> bool:
        """Whether the document failed the server's integrity check."""
        return self._portal.call(lambda: self._document.document_damaged)

    @property
    def contents(self) -> Delta:
        """The document as it is here, with what is not yet committed."""
        return self._portal.call(lambda: self._document.contents)

    @property
    def text(self) -> str:
        """Its text, the last newline included; U+FFFC stands for an embed."""
        return self._portal.call(lambda: self._document.text)

    @property
    def length(self) -> int:
        """Its length in UTF-16 code units, the last newline included."""
        return self._portal.call(lambda: self._document.length)

    @property
    def version(self) -> int:
        """The version that is confirmed here."""
        return self._portal.call(lambda: self._document.version)

    @property
    def participants(self) -> Mapping[str, Participant]:
        """Who is here, by session, this one included."""
        return self._portal.call(lambda: dict(self._document.participants))

    @property
    def presence(self) -> tuple[RemoteSelection, ...]:
        """Where the others are on this screen."""
        return self._portal.call(lambda: self._document.presence)

    @property
    def kept(self) -> tuple[Kept, ...]:
        """Changes of the author's that are not in the document."""
        return self._portal.call(lambda: self._document.kept)

    @property
    def unsent(self) -> bool:
        """Whether leaving now leaves something that is not committed."""
        return self._portal.call(lambda: self._document.unsent)

    @property
    def save_state(self) -> SaveState:
        """How safe the author's text is."""
        return self._portal.call(lambda: self._document.save_state)
