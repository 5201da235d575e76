"""/api/v1/documents/{id}/events as server-sent events: what happens to a document, for as long as one listens.

It stands beside Django, whose requests keep a thread and a connection to the database until they are answered. A stream
ends after so many bytes, which is all that a server can hold for someone who does not read; whoever reads comes back
with `Last-Event-ID`, as browsers do by themselves.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pydantic_core
from django.http import HttpResponse
from pydantic import TypeAdapter, ValidationError

from accounts.origins import is_listed
from accounts.principals import Principal
from collab import metrics, revocation
from collab import process as processes
from collab.authentication import authenticate
from collab.gone import GONE
from collab.process import Process
from collab.tasks import log_failure, spawn, stopped
from documents import rights
from documents.api.problems import refusal
from documents.events import feed
from documents.events.cursors import Cursors, Position
from documents.rights import Access
from protocol.errors import ProtocolError
from protocol.messages import Error, Part

PATH = re.compile(r"/api/v1/documents/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/events", re.ASCII)
MEDIA_TYPE = b"text/event-stream"
# Milliseconds after which a client whose stream ended comes back.
RETRY = 2000
HEADERS = [
    (b"content-type", MEDIA_TYPE),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-accel-buffering", b"no"),  # a proxy passes each event on as it comes
]
Application = Callable[..., Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
BOOL = TypeAdapter(bool)


class Streaming:
    """An ASGI application that serves streams of events, and leaves all else to `pages`."""

    def __init__(self, pages: Application) -> None:
        self._pages = pages

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        match = PATH.fullmatch(scope["path"])
        if match and scope["method"] == "GET" and _wants_events(scope):
            await serve(processes.current(), UUID(match[1]), scope, receive, send)
        else:
            await self._pages(scope, receive, send)


async def serve(process: Process, document_id: UUID, scope: Any, receive: Receive, send: Send) -> None:
    """Answers with a stream, or says why there is none."""
    try:
        if process.draining:
            raise ProtocolError("draining", retry_after=RETRY / 1000)
        principal, access, position = await process.database.read(_admit, scope, document_id)
        stream = Stream(process, document_id, principal, access, position, _with_deltas(scope), _headers(scope), send)
        await process.streams.enter(stream)
    except ProtocolError as error:
        metrics.refused(error.code)
        await _refuse(send, refusal(error))
    except Exception as error:
        log_failure(error)
        await _refuse(send, refusal(ProtocolError("internal")))
    else:
        await stream.run(receive)


class Stream:
    """One stream of someone who listens to a document."""

    def __init__(
        self,
        process: Process,
        document_id: UUID,
        principal: Principal,
        access: Access,
        position: Position,
        deltas: bool,
        headers: list[tuple[bytes, bytes]],
        send: Send,
    ) -> None:
        self._process = process
        self.document_id = document_id
        self.principal = principal
        self.access = access
        self.rights_turn = 0
        self._position = position
        self._deltas = deltas
        self._headers = headers
        self._send = send
        self._bytes = 0
        self._news = asyncio.Event()
        self._unsaid: Part | None = None
        self._last_word: ProtocolError | None = None
        self._is_gone = False
        self.gone: asyncio.Future[None] = process.loop.create_future()

    def ring(self) -> None:
        """There may be news."""
        self._news.set()

    def end(self, code: str, message: str | None = None, retry_after: float | None = None) -> None:
        """Ends the stream for a reason of the error table; nothing of the document is sent any more."""
        if self._last_word is None:
            metrics.refused(code)
            self._last_word = ProtocolError(code, message, retry_after)
            self._news.set()

    def tell(self, message: Part) -> None:
        """Sends a message that is no event of the document's; of several that wait, the last."""
        self._unsaid = message
        self._news.set()

    async def run(self, receive: Receive) -> None:
        """From the first byte to the last."""
        watch = spawn(self._watch(receive))
        try:
            await self._send({"type": "http.response.start", "status": 200, "headers": self._headers})
            # Rights that went while this was under way were told of to those who were in.
            await revocation.check(self._process, [self])
            await self._say(f"retry: {RETRY}\n".encode() + self._place())
            await self._tell_until_the_end()
            await self._say_goodbye()
        except GONE:  # a time-out is one of them
            pass
        finally:
            await stopped(watch)
            await self._process.streams.leave(self)
            self.gone.set_result(None)

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._is_gone = True
        self._news.set()

    async def _tell_until_the_end(self) -> None:
        heard_at = self._process.clock()
        while not self._is_over:
            self._news.clear()
            if self._unsaid is not None:
                message, self._unsaid = self._unsaid, None
                await self._say(_block({"message": message}))
            if await self._tell_news():
                heard_at = self._process.clock()
                continue
            if self._process.clock() - heard_at >= self._process.limits.heartbeat_timeout / 4:
                await self._say(b": still here\n" + self._place())
                heard_at = self._process.clock()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._process.timing.heads):
                    await self._news.wait()

    @property
    def _is_over(self) -> bool:
        return self._is_gone or self._last_word is not None or self._bytes >= self._process.limits.stream_bytes

    async def _tell_news(self) -> bool:
        """Sends what happened since; says whether anything did."""
        try:
            page = await self._process.streams.page(self.document_id, self._position)
        except ProtocolError as error:
            self.end(error.code, error.message)
            return False
        except Exception as error:
            log_failure(error)
            self.end("internal")
            return False
        cursors = self._cursors
        for happening in page.happenings:
            if self._is_over:
                break
            event = feed.told(happening, cursors, self._deltas)
            self._position = happening.position
            await self._say(_block(event, event.cursor))
        return bool(page.happenings)

    @property
    def _cursors(self) -> Cursors:
        return _cursors(self.document_id, self.principal, self.access)

    def _place(self) -> bytes:
        """Where one is, which a client keeps as its `Last-Event-ID`; it is no event."""
        return f"id: {self._cursors.write(self._position)}\n\n".encode()

    async def _say(self, block: bytes) -> None:
        self._bytes += len(block)
        async with asyncio.timeout(self._process.limits.seen_timeout):
            await self._send({"type": "http.response.body", "body": block, "more_body": True})

    async def _say_goodbye(self) -> None:
        error = self._last_word
        if error is not None and not self._is_gone:
            retry = f"retry: {round(error.retry_after * 1000)}\n".encode() if error.retry_after is not None else b""
            await self._say(retry + _block({"message": Error.of(error)}))
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})


def _headers(scope: Any) -> list[tuple[bytes, bytes]]:
    """Those of the answer; pages of listed origins may read it, as over REST (documents.api.cors)."""
    origins = [value for name, value in scope["headers"] if name.lower() == b"origin"]
    listed = [(b"access-control-allow-origin", value) for value in origins if is_listed(value.decode("latin-1"))]
    return [*HEADERS, *listed, (b"vary", b"origin")]


def _wants_events(scope: Any) -> bool:
    accepted = b",".join(value for name, value in scope["headers"] if name.lower() == b"accept")
    return any(part.partition(b";")[0].strip().lower() == MEDIA_TYPE for part in accepted.split(b","))


def _admit(scope: Any, document_id: UUID) -> tuple[Principal, Access, Position]:
    """Who asks, what they may, and where they go on."""
    principal = authenticate(scope, None, document_id, is_stream=True)
    access = rights.access_of(document_id, principal)
    access.require("read")
    after = _last_event_id(scope) or _asked(scope).get("after")
    if after is None:
        return principal, access, feed.head(document_id)
    return principal, access, _cursors(document_id, principal, access).read(after)


def _cursors(document_id: UUID, principal: Principal, access: Access) -> Cursors:
    return Cursors(document_id, principal.user_id, whole="history" in access.capabilities)


def _last_event_id(scope: Any) -> str | None:
    values = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"last-event-id"]
    return values[0] if values else None


def _asked(scope: Any) -> dict[str, str]:
    query = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=100)
    return {name: values[-1] for name, values in query.items()}


def _with_deltas(scope: Any) -> bool:
    try:
        return BOOL.validate_python(_asked(scope).get("deltas", True))
    except ValidationError:
        raise ProtocolError("invalid_field", "`deltas` is true or false.") from None


def _block(data: Part | dict[str, Part], cursor: str | None = None) -> bytes:
    """An event of the stream; without a cursor it is none that one comes back to."""
    place = f"id: {cursor}\n".encode() if cursor else b""
    return place + b"data: " + pydantic_core.to_json(data) + b"\n\n"


async def _refuse(send: Send, answer: HttpResponse) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.items()]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
