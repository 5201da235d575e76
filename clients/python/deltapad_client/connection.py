"""One connection after the other: dialling, saying hello, and when to come back."""

import asyncio
import random
from typing import Literal

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from protocol.messages import SUBPROTOCOL, Error, Hello, Part, ServerMessage, Welcome, encode
from protocol.parsing import parse_server

FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 30.0
STABLE_AFTER = 10.0
"""A connection that lasted so many seconds was a good one: the next backoff begins anew."""
WELCOME_WITHIN = 30.0
PING_SECONDS = 20.0
# For a goodbye: a line that lies dead does not answer it.
CLOSE_SECONDS = 1.0


State = Literal["connecting", "online", "offline", "closed"]


class Closed(Exception):
    """The server said not to come back unchanged. Act on `code`, of the table of errors; `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Lost(Exception):
    """The connection ended in a way that passes; `after` is how long the server asks to wait, in seconds."""

    def __init__(self, after: float = 0) -> None:
        super().__init__(after)
        self.after = after


class Backoff:
    """Seconds between attempts: growing exponentially, with full jitter, so that those who were cut off together don't
    return together."""

    def __init__(self) -> None:
        self._attempts = 0

    def after(self, lasted: float) -> float:
        """How long to wait after a connection that lasted so many seconds, 0 where there was none."""
        self._attempts = 0 if lasted >= STABLE_AFTER else self._attempts + 1
        ceiling = FIRST_BACKOFF * 2 ** min(self._attempts, 16)
        return random.uniform(0, min(LONGEST_BACKOFF, ceiling))  # noqa: S311 - no secret


class Connection:
    """Frames in and out of one socket, as messages."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._error: Error | None = None

    @classmethod
    async def dial(cls, url: str) -> "Connection":
        """Opens a socket. Raises Lost where nobody answers."""
        try:
            socket = await connect(
                url,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                # The server bounds what it sends; a whole document in one frame is above the library's own bound.
                max_size=None,
                compression=None,
                ping_interval=PING_SECONDS,
                ping_timeout=PING_SECONDS,
                close_timeout=CLOSE_SECONDS,
            )
        except (OSError, TimeoutError, WebSocketException) as error:
            raise Lost from error
        return cls(socket)

    async def hello(self, hello: Hello) -> Welcome:
        """Says hello and returns the welcome. Raises Closed or Lost."""
        await self.send(hello)
        try:
            async with asyncio.timeout(WELCOME_WITHIN):
                # An error instead is followed by the close that makes it count.
                while not isinstance(message := await self.receive(), Welcome):
                    pass
        except TimeoutError as error:
            raise Lost from error
        return message

    async def send(self, message: Part) -> None:
        """Sends one message. Raises Closed or Lost."""
        try:
            await self._socket.send(encode(message))
        except ConnectionClosed as closed:
            raise self._meaning(closed) from closed

    async def receive(self) -> ServerMessage:
        """The next message of a type that this version knows. Raises Closed or Lost."""
        while True:
            try:
                message = parse_server(await self._socket.recv())
            except ConnectionClosed as closed:
                raise self._meaning(closed) from closed
            if isinstance(message, Error):
                self._error = message
            if message is not None:
                return message

    async def close(self) -> None:
        """Says goodbye."""
        await self._socket.close()

    def _meaning(self, closed: ConnectionClosed) -> Closed | Lost:
        """Close codes 4400 to 4499 are final; the error before the close says why, and when to come back."""
        said = self._error
        if closed.rcvd is not None and 4400 <= closed.rcvd.code < 4500:
            return Closed(said.code, said.message) if said else Closed(str(closed.rcvd.code), closed.rcvd.reason)
        return Lost(said.retry_after or 0 if said else 0)
