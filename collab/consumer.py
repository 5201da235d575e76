"""One socket: frames in, parsed and dispatched by a table; outcomes out. What a message does is its session's."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from collab import logs, metrics
from collab import process as processes
from collab.connection import Connection
from collab.frames import Frame
from collab.gone import GONE
from collab.join import admit, document_of, join
from collab.outbound import Outbound
from collab.process import Process
from collab.revocation import check
from collab.session import Session
from collab.tasks import log_failure, spawn
from protocol.errors import ProtocolError
from protocol.messages import SUBPROTOCOL, ClientMessage, Error, Hello
from protocol.parsing import parse_client

logger = logging.getLogger(__name__)

# Frames that came after `hello` and before its answer, which takes a moment.
MOST_EARLY = 16
# How long a last word may take, in seconds.
GOODBYE = 20.0


class DocumentConsumer(AsyncJsonWebsocketConsumer):
    """A WebSocket on one document. It is accepted at once and judged at `hello`, so that the reason can be read."""

    # The process has one channel for all its sockets; by this name there is no layer for the consumer.
    channel_layer_alias: ClassVar[str] = "none"

    _outbound: Outbound

    def __init__(self, process: Process | None = None) -> None:
        super().__init__()
        self._process = process or processes.current()
        self._id = uuid4()
        self._names: dict[str, object] = {"connection": self._id}
        self._session: Session | None = None
        self._joining = self._ended = False
        self._early: list[str] = []
        self._deadline: asyncio.TimerHandle | None = None

    # -- Channels' side --

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """As Channels' own, without a task for each message: there is no layer to be heard beside the socket."""
        self.scope, self.base_send = scope, send
        self._outbound = Outbound(send, self._failed, self._process.limits)
        self._names["document"] = document_of(scope["path"])
        logs.bind(self._names)
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:
            self._gone()
            if self._session:
                logger.info("left")

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As Channels' own, without its look at the database before each message: none is used here."""
        try:
            await self._events[message["type"]](self, message)
        except StopConsumer:
            raise
        except ProtocolError as error:
            self._refuse(error)
        except GONE:
            self._gone()
        except Exception as error:
            log_failure(error)
            self.end("internal")

    async def connect(self) -> None:
        offered = self.scope["subprotocols"]
        known = SUBPROTOCOL in offered
        # Browsers give up, unread, on a socket that answers with none of what they offered.
        await self.accept(SUBPROTOCOL if known else next(iter(offered), None))
        self._deadline = self._process.loop.call_later(self._process.limits.hello_timeout, self.end, "hello_timeout")
        self._process.strangers.enter(self.end)
        if offered and not known:
            self.end("unsupported_protocol")
        elif self._process.draining:
            self.end("draining")

    async def websocket_disconnect(self, message: Any) -> None:
        self._gone()
        raise StopConsumer

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        if self._ended:
            return
        if not text_data:
            raise ProtocolError("bad_message", "Frames are JSON text.")
        if self._joining:
            self._keep(text_data)
            return
        size = Frame.from_text(text_data).size
        if size > self._process.limits.frame_in:
            raise ProtocolError("too_large")
        if self._session is None and size > self._process.limits.hello_frame:
            raise ProtocolError("too_large", "The first frame is a short one.")
        await super().receive(text_data, size=size)

    @classmethod
    async def decode_json(cls, text_data: str) -> ClientMessage:
        return parse_client(text_data)

    async def receive_json(self, content: ClientMessage, size: int = 0, **kwargs: Any) -> None:
        if self._session:
            self._session.take(content, size)
        elif isinstance(content, Hello):
            self._joining = True
            self._stop_the_clock()
            spawn(self._join(content, self._process.hello_came()))
        else:
            raise ProtocolError("unauthenticated", "The first message is `hello`.")

    # -- coming in --

    def _keep(self, text: str) -> None:
        self._early.append(text)
        if len(self._early) > MOST_EARLY or sum(map(len, self._early)) > self._process.limits.frame_in:
            raise ProtocolError("rate_limited")

    async def _join(self, hello: Hello, since: datetime) -> None:
        try:
            connection = await self._welcome(hello, since)
            self._joining = False
            early, self._early = self._early, []
            for text in early:
                await self.dispatch({"type": "websocket.receive", "text": text})
            # Rights that went while this was under way were told of to those who were in.
            await check(self._process, [connection])
        except ProtocolError as error:
            self._refuse(error)
        except Exception as error:
            log_failure(error)
            self.end("internal")

    async def _welcome(self, hello: Hello, since: datetime) -> Connection:
        process = self._process
        guest = await process.database.read(admit, self.scope, hello.token)
        # A kilobyte and more for as long as the connection, secrets among it, that nobody reads any more.
        self.scope["headers"] = []
        connection = Connection(
            session_id=self._id,
            document_id=guest.document_id,
            client_id=hello.client_id,
            principal=guest.principal,
            user=guest.user,
            access=guest.access,
            client=hello.client,
            outbound=self._outbound,
            end=self.end,
            since=since,
        )
        room = await join(process, connection, hello)
        self._session = Session(process, room, connection)
        self._names["user"] = guest.principal.user_id
        logger.info("joined as %s", guest.access.role)
        process.strangers.leave(self.end)
        if self._ended:  # meanwhile
            self._leave()
        return connection

    # -- going out, and away --

    def end(self, code: str, message: str | None = None, retry_after: float | None = None) -> None:
        """Closes the connection for a reason of the error table; nothing of it is served from now on."""
        if self._ended:
            return
        self._ended = True
        metrics.refused(code)
        self._leave()
        spawn(self._say_goodbye(ProtocolError(code, message, retry_after)))

    def _refuse(self, error: ProtocolError) -> None:
        if self._session is None or error.seq is None:
            self.end(error.code if error.row.close else "bad_message", error.message)
        elif not self._session.reject(error.seq, error):
            self.end("rate_limited")

    def _failed(self, error: Exception) -> None:
        logs.bind(self._names)  # whoever woke what sends this way was of another connection, or a room
        if isinstance(error, GONE):
            self._gone()
            return
        if not isinstance(error, ProtocolError):  # that would be: what it has to be sent is no longer kept
            log_failure(error)
        self.end("internal")

    async def _say_goodbye(self, error: ProtocolError) -> None:
        logs.bind(self._names)
        logger.info("ended: %s", error.code)
        self._outbound.stop()
        await self._outbound.drained()
        try:
            async with asyncio.timeout(GOODBYE):
                await self.send(text_data=Frame.of(Error.of(error)).text)
                await self.close(error.row.close)
        except (OSError, TimeoutError, RuntimeError):  # it was gone, or does not read
            pass

    def _gone(self) -> None:
        self._ended = True
        self._leave()
        self._outbound.stop()
        if self._session and not self._session.connection.gone.done():
            self._session.connection.gone.set_result(None)

    def _leave(self) -> None:
        self._stop_the_clock()
        self._process.strangers.leave(self.end)
        if self._session:
            self._session.leave()

    def _stop_the_clock(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    _events: ClassVar[dict[str, Callable[..., Any]]] = {
        "websocket.connect": AsyncJsonWebsocketConsumer.websocket_connect,
        "websocket.receive": AsyncJsonWebsocketConsumer.websocket_receive,
        "websocket.disconnect": websocket_disconnect,
    }
