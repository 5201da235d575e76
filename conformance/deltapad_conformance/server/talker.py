"""One connection to the server that is judged: it says what a scenario wants, and looks at all that comes."""

import asyncio
import hashlib
import json
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from .. import delta
from ..data import Frame, Ops, errors, misfit, schema
from ..scenario import PATIENCE, Failed, Record, equal

SUBPROTOCOL = Subprotocol("deltapad.v1")
MODELS = [model.get("properties", {}) for model in schema()["$defs"].values()]
KNOWN_TYPES = {fields["type"]["const"] for fields in MODELS if "type" in fields}


class Closed(Failed):
    """The server ended the connection with `code`; `error` is the frame that said why."""

    def __init__(self, code: int | None, error: Frame | None) -> None:
        super().__init__("the server ended the connection", seen={"close": code, "error": error})
        self.code = code
        self.error = error


class Talker:
    """Knows what it was told: `version` and `contents` follow the revisions that come, which may leave no gap.

    What comes has to fit the schema's `direction`, and to come within `patience` seconds.
    """

    def __init__(self, socket: ClientConnection, name: str, client_id: str, record: Record) -> None:
        self.client_id = client_id
        self.welcome: Frame = {}
        self.version = 0
        self.contents: Ops = []
        self.seq = 0
        self.direction = "ServerMessage"
        self.patience = PATIENCE
        self.revisions: list[Frame] = []
        self._socket = socket
        self._name = name
        self._record = record
        self._error: Frame | None = None

    @classmethod
    async def dial(
        cls,
        url: str,
        name: str,
        client_id: str,
        record: Record,
        subprotocols: tuple[str, ...] = (SUBPROTOCOL,),
        headers: dict[str, str] | None = None,
    ) -> "Talker":
        """Opens a connection. Raises Failed where the server doesn't take it."""
        try:
            socket = await connect(
                url,
                subprotocols=[Subprotocol(offered) for offered in subprotocols] or None,
                additional_headers=headers,
                max_size=None,
                compression=None,
                proxy=None,
            )
        except (OSError, WebSocketException) as error:
            raise Failed(f"the server does not take a connection at {url}", seen=str(error)) from error
        return cls(socket, name, client_id, record)

    @property
    def subprotocol(self) -> str | None:
        return self._socket.subprotocol

    # -- saying --

    async def says(self, kind: str, **fields: Any) -> None:
        await self.says_text(json.dumps({"type": kind, **fields}))

    async def says_text(self, text: str | bytes) -> None:
        shown = text if isinstance(text, str) else f"binary: {text!r}"
        self._record.note(self._name, "→", _shown(shown))
        with suppress(ConnectionClosed):
            await self._socket.send(text)

    async def hello(self, **fields: Any) -> Frame:
        """Says hello; the welcome. Raises Failed."""
        await self.says("hello", client_id=self.client_id, **fields)
        frame = await self._receive()
        if frame["type"] != "welcome":
            raise Failed("the welcome is the first frame", "welcome", frame)
        self._enter(frame, fields)
        return frame

    def _enter(self, frame: Frame, said: Frame) -> None:
        self.welcome = frame
        self.seq = frame["acked_seq"]
        if "contents" in frame:
            self.version, self.contents = frame["document"]["version"], frame["contents"]
        else:
            self.version = said["version"]
            self._apply(frame["revisions"])

    async def submit(self, *ops: Frame, base: int | None = None, seq: int | None = None) -> int:
        """Sends a change made on `base` (else on the version held); its seq."""
        self.seq = self.seq + 1 if seq is None else seq
        base = self.version if base is None else base
        await self.says("submit", seq=self.seq, base_version=base, delta=list(ops))
        return self.seq

    async def edits(self, *ops: Frame, base: int | None = None) -> int:
        """Sends a change and waits until it is in; the version that it made. Raises Failed."""
        return await self.committed(await self.submit(*ops, base=base))

    # -- hearing --

    async def hears(self, *types: str) -> Frame:
        """The next frame of one of these types; others are taken in. Raises Failed."""
        while True:
            frame = await self._receive()
            if frame["type"] in types:
                return frame

    async def _receive(self) -> Frame:
        try:
            async with asyncio.timeout(self.patience):
                text = await self._socket.recv()
        except TimeoutError:
            raise Failed(f"the server said nothing to {self._name} within {self.patience:g} seconds") from None
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else None
            self._record.note("server", "✂", f"closed {self._name} with {code}")
            raise Closed(code, self._error) from None
        frame: Frame = json.loads(text)
        self._record.note("server", f"→ {self._name}", frame)
        await self._note(frame)
        return frame

    async def _note(self, frame: Frame) -> None:
        if frame.get("type") in KNOWN_TYPES and (unfit := misfit(frame, self.direction)):
            raise Failed(f"what the server sends does not fit the schema: {unfit[:300]}", seen=frame)
        match frame["type"]:
            case "error":
                self._error = frame
            case "probe":
                await self.says("seen", id=frame["id"])
            case "revisions":
                self._apply(frame["revisions"])
            case "ack" if frame["version"] > self.version:
                raise Failed("an `ack` comes behind every revision up to its version", self.version, frame)

    def _apply(self, revisions: list[Frame]) -> None:
        for revision in revisions:
            if revision["version"] <= self.version:
                continue
            equal(revision["version"], self.version + 1, f"versions come to {self._name} in order and without gaps")
            equal(revision["delta"], delta.canonical(revision["delta"]), "a revision's delta is in canonical form")
            if self.contents:
                self.contents = delta.apply(self.contents, revision["delta"])
            self.version = revision["version"]
            self.revisions.append(revision)

    async def committed(self, seq: int) -> int:
        """The version that one's own submission made, once that is told. Raises Failed."""
        while True:
            frame = await self.hears("revisions", "ack", "rejected")
            if frame["type"] == "rejected":
                raise Failed("the change is committed", seen=frame)
            if frame["type"] == "ack" and frame["seq"] == seq:
                return int(frame["version"])
            for revision in frame.get("revisions", ()):
                if (revision["client_id"], revision["seq"]) == (self.client_id, seq):
                    return int(revision["version"])

    async def rejected(self, *codes: str) -> Frame:
        """The answer to the last submission, which is to be `rejected` with one of these codes. Raises Failed."""
        while True:
            frame = await self.hears("rejected", "ack", "revisions", "error")
            if frame["type"] == "revisions" and not self._is_mine(frame):
                continue
            if frame["type"] != "rejected" or frame["code"] not in codes or frame["seq"] != self.seq:
                raise Failed("the submission is rejected", {"seq": self.seq, "code": " or ".join(codes)}, frame)
            return frame

    def _is_mine(self, frame: Frame) -> bool:
        return any((each["client_id"], each["seq"]) == (self.client_id, self.seq) for each in frame["revisions"])

    async def reaches(self, version: int) -> None:
        """Returns when every revision up to `version` has come. Raises Failed."""
        while self.version < version:
            await self.hears("revisions")

    async def quiet(self) -> list[Frame]:
        """What came until a ping was answered: nothing is under way any more."""
        heard = []
        await self.says("ping", id="quiet")
        while (frame := await self._receive()) != {"type": "pong", "id": "quiet"}:
            heard.append(frame)
        return heard

    async def is_closed(self, code: str) -> Frame:
        """Waits for the end of the connection, by `code` of the error table; the error. Raises Failed."""
        row = errors()[code]
        try:
            while True:
                await self._receive()
        except Closed as closed:
            wanted = {"close": row["close"], "code": code, "retry": row["retry"]}
            error = closed.error or {}
            seen = {"close": closed.code, "code": error.get("code"), "retry": error.get("retry")}
            equal(seen, wanted, "the connection is closed, and an error before says why")
            return error

    async def leave(self) -> None:
        await self._socket.close()

    async def cut(self) -> None:
        """Breaks the line as a network does."""
        self._socket.transport.abort()
        await self._socket.wait_closed()


def digest(contents: Ops) -> str:
    """The digest of contents that hold nothing but texts."""
    text = json.dumps(delta.canonical(contents), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _shown(text: str) -> Any:
    """A frame as it goes into the record: without its token."""
    try:
        frame = json.loads(text)
    except ValueError:
        return text[:1000]
    return frame | {"token": "…"} if isinstance(frame, dict) and "token" in frame else frame
