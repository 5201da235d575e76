"""A socket at `/ws/documents/`: it rings when its person's list of documents may look different.

It begins and lives like a document's socket: `hello` and `welcome`, `ping` and `pong`, and the same closes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from accounts import people
from accounts.models import User
from accounts.principals import Principal
from collab import metrics
from collab import process as processes
from collab.authentication import authenticate
from collab.frames import Frame
from collab.gone import GONE
from collab.process import Process
from collab.tasks import log_failure, spawn
from protocol.errors import ProtocolError
from protocol.messages import (
    SUBPROTOCOL,
    VERSION,
    ClientMessage,
    Error,
    Hello,
    ListChanged,
    ListWelcome,
    Part,
    Ping,
    Pong,
    UserInfo,
)
from protocol.parsing import parse_client

# How long a last word may take, in seconds.
GOODBYE = 10.0

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


async def watching(scope: Any, receive: Receive, send: Send) -> None:
    """The ASGI application of these sockets."""
    await Watch(processes.current(), scope, send).run(receive)


class Watch:
    """One socket of someone who watches their list."""

    def __init__(self, process: Process, scope: Any, send: Send) -> None:
        self._process = process
        self._scope = scope
        self._send = send
        self._principal: Principal | None = None
        self._is_rung = self._ended = False
        self._ringing: asyncio.Task[None] | None = None
        self.gone: asyncio.Future[None] = process.loop.create_future()

    @property
    def principal(self) -> Principal:
        """Who watches; known once they are let in."""
        assert self._principal
        return self._principal

    async def run(self, receive: Receive) -> None:
        """From the handshake to the end."""
        await receive()  # that it wants to connect
        deadline = self._process.loop.call_later(self._process.limits.hello_timeout, self._expire)
        self._process.strangers.enter(self.end)
        try:
            await self._accept()
            while (message := await receive())["type"] != "websocket.disconnect":
                await self._take(message)
        except GONE:
            pass
        finally:
            deadline.cancel()
            self._leave()
            self.gone.set_result(None)

    def ring(self) -> None:
        """The list may look different; who has not read the last ring yet hears one more at most."""
        self._is_rung = True
        if self._ringing is None and not self._ended:
            self._ringing = spawn(self._ring())

    def end(self, code: str, message: str | None = None, retry_after: float | None = None) -> None:
        """Closes the socket for a reason of the error table."""
        if not self._ended:
            self._leave()
            metrics.refused(code)
            spawn(self._say_goodbye(ProtocolError(code, message, retry_after)))

    # -- coming in --

    async def _accept(self) -> None:
        offered = self._scope["subprotocols"]
        known = SUBPROTOCOL in offered
        chosen = SUBPROTOCOL if known else next(iter(offered), None)
        await self._send({"type": "websocket.accept", "subprotocol": chosen})
        if offered and not known:
            self.end("unsupported_protocol")
        elif self._process.draining:
            self.end("draining")

    async def _take(self, message: Any) -> None:
        if self._ended:
            return
        try:
            await self._answer(self._read(message.get("text")))
        except ProtocolError as error:
            self.end(error.code if error.row.close else "bad_message", error.message)
        except GONE:
            raise
        except Exception as error:
            log_failure(error)
            self.end("internal")

    def _read(self, text: str | None) -> ClientMessage:
        if not text:
            raise ProtocolError("bad_message", "Frames are JSON text.")
        if Frame.from_text(text).size > self._process.limits.hello_frame:
            raise ProtocolError("too_large")
        return parse_client(text)

    async def _answer(self, message: ClientMessage) -> None:
        if isinstance(message, Hello) and self._principal is None:
            await self._begin(message)
        elif self._principal is None:
            raise ProtocolError("unauthenticated", "The first message is `hello`.")
        elif isinstance(message, Ping):
            await self._say(Pong(id=message.id))
        else:
            raise ProtocolError("bad_message", "After `hello` this socket takes `ping`.")

    async def _begin(self, hello: Hello) -> None:
        principal, user = await self._process.database.read(_admit, self._scope, hello.token)
        self._principal = principal
        self._process.strangers.leave(self.end)
        if self._ended:  # meanwhile
            return
        self._process.watches.enter(self)
        # Rights that went while this was under way were told of to those who were in.
        await self._process.watches.check(principal.user_id)
        if not self._ended:
            await self._say(ListWelcome(protocol=VERSION, user=user))

    # -- going out, and away --

    async def _ring(self) -> None:
        try:
            while self._is_rung and not self._ended:
                self._is_rung = False
                await self._say(ListChanged())
        except (OSError, RuntimeError):  # it was gone
            pass
        finally:
            self._ringing = None

    async def _say(self, message: Part) -> None:
        await self._send({"type": "websocket.send", "text": Frame.of(message).text})

    async def _say_goodbye(self, error: ProtocolError) -> None:
        try:
            async with asyncio.timeout(GOODBYE):
                await self._say(Error.of(error))
                await self._send({"type": "websocket.close", "code": error.row.close})
        except (OSError, TimeoutError, RuntimeError):  # it was gone, or does not read
            pass

    def _expire(self) -> None:
        if self._principal is None:
            self.end("hello_timeout")

    def _leave(self) -> None:
        self._ended = True
        self._process.strangers.leave(self.end)
        if self._principal:
            self._process.watches.leave(self)


def _admit(scope: Any, token: str | None) -> tuple[Principal, UserInfo]:
    principal = authenticate(scope, token)
    if "read" not in principal.scopes:
        raise ProtocolError("forbidden")
    user = User.objects.select_related("keeper").get(pk=principal.user_id)
    return principal, people.shown(user)
