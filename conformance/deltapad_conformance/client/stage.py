"""The stage of one client: a played server, whose lines are cut or go wrong as a scenario wants it, and the program."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from ..data import Frame, errors, misfit
from ..program import Program
from ..scenario import PATIENCE, Failed, Record, equal, same
from .document import Document, revisions

STORED_WITHIN = 0.4
"""Seconds that a client has to store what was typed, before its process is killed."""
POLL = 0.02
TOKEN = "dp_conformance"  # noqa: S105 - no secret
# Sent when it is the client's to say: no scenario counts them unless it asks for them.
BESIDES = ("ping", "seen", "presence")


class Gone(Failed):
    """The client ended the connection, or it was cut."""


class Line:
    """One connection of the client's, from the server's side.

    `heard_at` is when the frame came that was heard last, `patience` how long the next one is waited for, in seconds.
    """

    def __init__(self, socket: ServerConnection, record: Record, patience: float = PATIENCE) -> None:
        self.hello: Frame = {}
        self.welcomed = False
        self._socket = socket
        self._record = record
        self.heard_at = 0.0
        self.patience: float | None = patience
        self._heard: asyncio.Queue[tuple[float, Frame | None]] = asyncio.Queue()
        self._probes = 0

    @property
    def client_id(self) -> str:
        return str(self.hello["client_id"])

    @property
    def path(self) -> str:
        request = self._socket.request
        return request.path if request is not None else ""

    @property
    def headers(self) -> Any:
        return self._socket.request.headers if self._socket.request is not None else {}

    async def listen(self) -> None:
        """Takes in all that the client says, until the line ends; answers its pings."""
        with suppress(ConnectionClosed):
            async for text in self._socket:
                frame = _read(text)
                self._record.note("client", "→", frame)
                if frame.get("type") == "ping":
                    await self.says({"type": "pong"} | ({"id": frame["id"]} if "id" in frame else {}))
                self._heard.put_nowait((time.monotonic(), frame))
        self._heard.put_nowait((time.monotonic(), None))

    async def says(self, *frames: Frame) -> None:
        """Sends frames to the client; on a line that is gone they are lost."""
        for frame in frames:
            self._record.note("server", "→", frame)
            self.welcomed = self.welcomed or frame["type"] == "welcome"
            with suppress(ConnectionClosed):
                await self._socket.send(json.dumps(frame))

    async def hears(self, *types: str) -> Frame:
        """The client's next frame, which has to be of one of these types. Raises Failed."""
        while True:
            frame = await self._next(types)
            if frame is None:
                raise Gone("the client ended the connection", expected=list(types))
            if unfit := misfit(frame, "ClientMessage"):
                raise Failed(f"what the client sends does not fit the schema: {unfit[:300]}", seen=frame)
            if frame["type"] in types:
                return frame
            if frame["type"] not in BESIDES:
                raise Failed("the client said something else", expected=list(types), seen=frame)

    async def _next(self, types: tuple[str, ...]) -> Frame | None:
        try:
            async with asyncio.timeout(self.patience):
                self.heard_at, frame = await self._heard.get()
        except TimeoutError:
            raise Failed(f"the client said nothing within {self.patience:g} seconds", expected=list(types)) from None
        return frame

    async def is_silent(self) -> None:
        """Returns when the client took in all that was said; it may have said nothing that counts. Raises Failed."""
        self._probes += 1
        await self.says({"type": "probe", "id": self._probes})
        answer = await self.hears("seen")
        equal(answer, {"type": "seen", "id": self._probes}, "`seen` gives back the probe's id")

    async def cut(self) -> None:
        """Breaks the line as a network does: no close code, and what is under way is lost."""
        self._record.note("server", "✂", "the line is cut")
        self._socket.transport.abort()
        await self._socket.wait_closed()

    async def close(self, code: int, error: str = "", **fields: Any) -> None:
        """Ends the connection with a close code; `error` is the code of the frame before it."""
        if error:
            row = errors().get(error, {"retry": "never", "message": ""})
            frame = {"type": "error", "code": error, "message": row["message"], "retry": row["retry"]}
            await self.says(frame | fields)
        self._record.note("server", "✂", f"closed with {code}")
        await self._socket.close(code)


def _read(text: str | bytes) -> Frame:
    try:
        frame = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        frame = None
    return frame if isinstance(frame, dict) else {"type": f"no JSON object in a text frame: {text[:100]!r}"}


class ClientStage:
    """A scenario's scene: `lines` come as the client dials, `document` is what a good server would hold."""

    def __init__(self, program: Program, can: frozenset[str], folder: Path, patience: float = PATIENCE) -> None:
        self.record = Record()
        self.can = can
        self.document = Document()
        self.url = ""
        self._patience = patience
        self._program = program
        self._folder = folder
        self._lines: asyncio.Queue[Line] = asyncio.Queue()
        self.dialled = 0
        self._beside: list[asyncio.Task[None]] = []

    async def accept(self, socket: ServerConnection) -> None:
        """A connection that the client opened, until it ends."""
        self.dialled += 1
        line = Line(socket, self.record, self._patience)
        self.record.note("client", "☎", socket.request.path if socket.request is not None else "")
        self._lines.put_nowait(line)
        await line.listen()

    # -- the client, over its pipe --

    async def asks(self, do: str, **fields: Any) -> Frame:
        """Has the client do something; its answer."""
        self.record.note("kit", "»", {"do": do, **fields})
        return await self._program.ask({"do": do, **fields})

    async def opens(self) -> None:
        """The client is to open the document."""
        await self.asks("open", url=self.url, token=TOKEN, storage=str(self._folder))

    async def edits(self, *ops: Frame) -> None:
        """The client's person makes a change."""
        await self.asks("edit", delta=list(ops))

    async def shows(self, what: str, **expected: Any) -> Frame:
        """Waits until the client's state is as expected in what is named. Raises Failed, with what it was instead."""
        return await self._until(what, lambda: expected)

    async def _until(self, what: str, expected: Callable[[], Frame]) -> Frame:
        state: Frame = {}
        try:
            async with asyncio.timeout(self._patience):
                while not _includes(state, expected()):
                    self._surface()
                    await asyncio.sleep(POLL if state else 0)
                    state = await self._program.ask({"do": "state"})
        except TimeoutError:
            raise Failed(what, expected(), {key: state.get(key) for key in expected()}) from None
        return state

    async def crashes(self) -> None:
        """The client's process is killed, and begins anew with what it had stored."""
        self.record.note("kit", "»", "the process is killed and started again")
        await asyncio.sleep(STORED_WITHIN)
        await self._program.kill()
        await self.opens()

    # -- the server --

    async def line(self) -> Line:
        """The client's next connection, which has said hello. Raises Failed."""
        while True:
            line = await self.dials()
            with suppress(Gone):
                line.hello = await line.hears("hello")
                return line

    async def dials(self) -> Line:
        """The client's next connection. Raises Failed where none comes."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._lines.get()
        except TimeoutError:
            raise Failed(f"the client did not connect within {self._patience:g} seconds") from None

    async def joins(self) -> Line:
        """The client opens the document, and is welcomed."""
        await self.opens()
        line = await self.line()
        await line.says(self.document.welcome(line.hello))
        await self.shows("the document that it was welcomed to", contents=self.document.contents)
        return line

    async def returns(self) -> Line:
        """The client comes back, and is welcomed."""
        line = await self.line()
        await line.says(self.document.welcome(line.hello))
        return line

    async def commits(self, line: Line) -> Frame:
        """Hears a submission and answers it; the submission."""
        submission = await line.hears("submit")
        await line.says(self.document.take(line.client_id, submission))
        return submission

    async def bob(self, line: Line, *ops: Frame) -> None:
        """Bob makes a change, and the client is told."""
        await line.says(revisions(self.document.bob(*ops)))

    def serves(self, answer: Callable[[Line], Awaitable[None]] | None = None) -> None:
        """From here on every connection is served in good order (or by `answer`)."""
        self.meanwhile(self._serve(answer or self.serve))

    def meanwhile(self, beside: Coroutine[Any, Any, None]) -> None:
        """Goes on beside the scenario, until its end; what goes wrong in it fails the scenario."""
        self._beside.append(asyncio.create_task(beside))

    async def _serve(self, answer: Callable[[Line], Awaitable[None]]) -> None:
        while True:
            line = await self._lines.get()
            with suppress(Gone):
                line.hello = await line.hears("hello")
                await answer(line)

    async def serve(self, line: Line) -> None:
        """Welcomes a client and answers all that it may ask, as a server in good order does."""
        await line.says(self.document.welcome(line.hello))
        await self.answers(line)

    async def answers(self, line: Line) -> None:
        """Answers all that a client may ask, until the line ends."""
        line.patience = None
        with suppress(Gone):
            while True:
                frame = await line.hears("submit", "fetch")
                if frame["type"] == "submit":
                    await line.says(self.document.take(line.client_id, frame))
                else:
                    await line.says(revisions(*self.document.revisions[frame["after"] :]), revisions())

    async def converges(self) -> None:
        """Waits until the client holds the document, and has nothing unsent. Raises Failed."""
        await self._until("the client comes to hold the document", self._wanted)

    def _wanted(self) -> Frame:
        return {"contents": self.document.contents, "version": self.document.version, "unsent": False}

    def _surface(self) -> None:
        """Raises what went wrong in what serves beside."""
        for task in self._beside:
            if task.done() and not task.cancelled():
                task.result()

    async def end(self) -> None:
        for task in self._beside:
            task.cancel()
        for ended in await asyncio.gather(*self._beside, return_exceptions=True):
            if isinstance(ended, Failed):
                raise ended


def _includes(state: Frame, expected: Frame) -> bool:
    return all(key in state and same(state[key], value) for key, value in expected.items())
