"""A client that speaks the protocol frame by frame, so that tests read as conversations."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from itertools import count
from typing import Any

import websockets
from channels.testing import WebsocketCommunicator

from collab.consumer import DocumentConsumer
from collab.process import Process
from collab.throttle import BURST
from protocol.limits import LIMITS
from tests.live import LiveServer
from tests.specification.fitting import misfit

PATIENCE = 60.0
Frame = dict[str, Any]


class Closed(Exception):
    """The server closed the connection with `code`; `error` is the frame that said why."""

    def __init__(self, code: int | None, error: Frame | None) -> None:
        super().__init__(code, error and error["code"])
        self.code = code
        self.error = error


class Talker:
    """One connection. Subclasses know how a text goes out and comes in.

    What comes in has to fit the schema of what `hears` names.
    """

    def __init__(self, client_id: str, hears: str = "ServerMessage") -> None:
        self.client_id = client_id
        self.hears = hears
        self.seq = 0
        self.version = 0
        self.heard: list[Frame] = []
        self.welcome: Frame = {}
        self.answers_probes = True

    async def send_text(self, text: str) -> None:
        raise NotImplementedError

    async def receive_text(self) -> str:
        """The next frame. Raises Closed."""
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError

    async def send(self, kind: str, **fields: Any) -> None:
        await self.send_text(json.dumps({"type": kind, **fields}))

    async def floods(self, send: Callable[[int], Awaitable[object]]) -> Closed:
        """Sends as much as may come at once, then only just too fast; how the server ends that.

        A line that is closed with much unread, on either side, is reset, which costs what was said last.
        """
        ended = asyncio.create_task(self.refused())
        with suppress(websockets.ConnectionClosed):
            for index in count():
                if ended.done():
                    break
                await send(index)
                await asyncio.sleep(0 if index < LIMITS.frames_per_second * BURST else 0.5 / LIMITS.frames_per_second)
        return await ended

    async def hello(self, **fields: Any) -> Frame:
        """Says hello; the welcome. Raises Closed."""
        await self.send("hello", client_id=self.client_id, **fields)
        self.welcome = await self.next("welcome")
        if "contents" in self.welcome:
            self.version = self.welcome["document"]["version"]
        else:
            revisions = self.welcome["revisions"]
            self.version = revisions[-1]["version"] if revisions else fields["version"]
        return self.welcome

    async def next(self, *types: str) -> Frame:
        """The next frame of one of these types; others are kept in `heard`. Raises Closed."""
        async with asyncio.timeout(PATIENCE):
            while True:
                frame: Frame = json.loads(await self.receive_text())
                self._note(frame)
                if frame["type"] == "probe" and self.answers_probes:
                    await self.send("seen", id=frame["id"])
                if frame["type"] in types:
                    return frame

    def _note(self, frame: Frame) -> None:
        assert misfit(frame, self.hears) == ""
        self.heard.append(frame)
        if frame["type"] == "revisions":
            for revision in frame["revisions"]:
                assert revision["version"] <= self.version or revision["version"] == self.version + 1, "a gap"
                self.version = max(self.version, revision["version"])

    async def submit(self, *ops: Frame, base: int | None = None, seq: int | None = None) -> int:
        """Sends a change made on `base` (else on the version held); its seq."""
        self.seq = self.seq + 1 if seq is None else seq
        base = self.version if base is None else base
        await self.send("submit", seq=self.seq, base_version=base, delta=list(ops))
        return self.seq

    async def types(self, text: str, at: int = 0) -> int:
        """Inserts text and waits until it is committed; the version."""
        before = [{"retain": at}] if at else []
        seq = await self.submit(*before, {"insert": text})
        return await self.acknowledged(seq)

    async def acknowledged(self, seq: int) -> int:
        """The version that a submission of this client made, once it is told. Rejections fail the test."""
        while True:
            frame = await self.next("revisions", "ack", "rejected")
            assert frame["type"] != "rejected", frame
            if frame["type"] == "ack" and frame["seq"] == seq:
                return int(frame["version"])
            for revision in frame.get("revisions", ()):
                if (revision["client_id"], revision["seq"]) == (self.client_id, seq):
                    return int(revision["version"])

    async def reaches(self, version: int) -> None:
        """Returns when every revision up to `version` has come."""
        while self.version < version:
            await self.next("revisions")

    async def refused(self) -> Closed:
        """How the server ends this connection."""
        try:
            await self.next("never")
        except Closed as closed:
            return closed
        raise AssertionError

    async def refused_hello(self, **fields: Any) -> Closed:
        """How the server ends this connection after its hello."""
        await self.send("hello", client_id=self.client_id, **fields)
        return await self.refused()

    async def quiet(self) -> list[Frame]:
        """What had come when the answer to a ping came: nothing is under way any more."""
        before = len(self.heard)
        await self.send("ping", id="quiet")
        while (await self.next("pong")).get("id") != "quiet":
            pass
        return [frame for frame in self.heard[before:] if frame["type"] != "pong"]

    @property
    def revisions(self) -> list[Frame]:
        """All that came after the welcome."""
        frames = [frame for frame in self.heard if frame["type"] == "revisions"]
        return [revision for frame in frames for revision in frame["revisions"]]

    @property
    def error(self) -> Frame | None:
        return next((frame for frame in reversed(self.heard) if frame["type"] == "error"), None)


class Socket(Talker):
    """A connection over the network."""

    def __init__(self, client_id: str, socket: websockets.ClientConnection, hears: str) -> None:
        super().__init__(client_id, hears)
        self.socket = socket

    @classmethod
    async def open(
        cls, url: str, client_id: str = "client-0001", headers: Mapping[str, str] | None = None, **options: Any
    ) -> "Socket":
        options.setdefault("subprotocols", ["deltapad.v1"])
        socket = await websockets.connect(
            url, additional_headers=headers, max_size=None, compression=None, proxy=None, **options
        )
        hears = "ListServerMessage" if url.endswith("/ws/documents/") else "ServerMessage"
        return cls(client_id, socket, hears)

    async def send_text(self, text: str) -> None:
        await self.socket.send(text)

    async def receive_text(self) -> str:
        try:
            frame = await self.socket.recv()
        except websockets.ConnectionClosed as closed:
            raise Closed(closed.rcvd.code if closed.rcvd else None, self.error) from None
        assert isinstance(frame, str)
        return frame

    async def close(self) -> None:
        closing = asyncio.create_task(self.socket.close())
        # The server's goodbye comes after all that was not read, and is waited for.
        with suppress(websockets.ConnectionClosed, websockets.ConcurrencyError):
            while True:
                await self.socket.recv()
        await closing


class Inside(Talker):
    """A connection to a consumer in this very process."""

    def __init__(
        self,
        client_id: str,
        process: Process,
        document_id: object,
        headers: Mapping[str, str] | None = None,
        query: str = "",
    ) -> None:
        super().__init__(client_id)
        consumer = DocumentConsumer.as_asgi(process=process)
        self.communicator = WebsocketCommunicator(
            consumer,
            f"/ws/documents/{document_id}/{query}",
            headers=[(name.encode(), value.encode()) for name, value in (headers or {}).items()],
            subprotocols=["deltapad.v1"],
        )

    async def open(self) -> "Inside":
        await self.communicator.connect(timeout=PATIENCE)
        return self

    async def send_text(self, text: str) -> None:
        await self.communicator.send_to(text_data=text)

    async def receive_text(self) -> str:
        output = await self.communicator.receive_output(timeout=PATIENCE)
        if output["type"] == "websocket.close":
            raise Closed(output["code"], self.error)
        return str(output["text"])

    async def close(self) -> None:
        await self.communicator.disconnect()


class Table:
    """Where the cast sits down at one document of a live server: `await table.joins("alice")`."""

    def __init__(self, server: LiveServer, document: str) -> None:
        self.server = server
        self.document = document
        self._open: list[Talker] = []

    async def sits(self, name: str, client_id: str | None = None, **options: Any) -> Socket:
        """A connection of this person's that has not said hello."""
        socket = await Socket.open(self.server.ws_url(self.document), client_id or f"{name}-0001", **options)
        self._open.append(socket)
        return socket

    async def joins(self, name: str, client_id: str | None = None, **fields: Any) -> Socket:
        """A connection that was welcomed."""
        socket = await self.sits(name, client_id)
        await socket.hello(token=self.server.people[name].token, **fields)
        return socket

    def contents(self) -> Frame:
        """The document, as REST tells it to alice."""
        answer: Frame = self.server.rest("alice", "GET", f"/api/v1/documents/{self.document}/contents")
        return answer

    def text(self) -> str:
        """Its text."""
        return "".join(op["insert"] for op in self.contents()["contents"] if isinstance(op["insert"], str))

    async def close(self) -> None:
        for talker in self._open:
            await talker.close()
