"""The smallest server that passes the scenarios of editing, and ways to break it, one each."""

import asyncio
import json
from typing import Any

from websockets.asyncio.server import ServerConnection

from deltapad_conformance import delta
from deltapad_conformance.client.document import Document, rejected, revisions
from deltapad_conformance.data import Frame, Ops


class SmallServer:
    """One document; whoever comes is its owner."""

    def __init__(self) -> None:
        self.document = Document()
        self.lines: dict[ServerConnection, str] = {}
        self.refused: dict[str, int] = {}

    async def accept(self, socket: ServerConnection) -> None:
        hello = json.loads(await socket.recv())
        await self.say(socket, self.welcome(hello))
        self.lines[socket] = hello["client_id"]
        try:
            async for text in socket:
                await self.answer(socket, json.loads(text))
        finally:
            del self.lines[socket]

    def welcome(self, hello: Frame) -> Frame:
        return self.document.welcome(hello)

    async def say(self, socket: ServerConnection, frame: Frame) -> None:
        await socket.send(json.dumps(frame))

    async def tell(self, frame: Frame) -> None:
        """Says it to everyone."""
        await asyncio.gather(*(self.say(socket, frame) for socket in self.lines))

    async def answer(self, socket: ServerConnection, frame: Frame) -> None:
        if frame["type"] == "ping":
            await self.say(socket, frame | {"type": "pong"})
        elif frame["type"] == "submit":
            await self.submit(socket, self.lines[socket], frame)

    async def submit(self, socket: ServerConnection, client_id: str, frame: Frame) -> None:
        at = self.place(client_id, frame["seq"])
        if at is not None:
            await self.say(socket, {"type": "ack", "seq": frame["seq"], "version": at})
        elif (code := self.refusal(client_id, frame)) is not None:
            self.refused[client_id] = max(frame["seq"], self.refused.get(client_id, 0))
            await self.say(socket, rejected(frame["seq"], code))
        else:
            await self.tell(revisions(self.commit(client_id, frame)))

    def place(self, client_id: str, seq: int) -> int | None:
        """The version that a submission made, if it is in."""
        return self.document.place(client_id, seq)

    def refusal(self, client_id: str, frame: Frame) -> str | None:
        if frame["seq"] <= self.refused.get(client_id, 0):
            return "seq_too_old"
        return "base_version_ahead" if frame["base_version"] > self.document.version else None

    def commit(self, client_id: str, frame: Frame) -> Frame:
        return self.document.commit(client_id, frame["seq"], frame["base_version"], frame["delta"])


class AcksTwice(SmallServer):
    """Says `ack` before it tells the revision, too."""

    async def tell(self, frame: Frame) -> None:
        (revision,) = frame["revisions"]
        ack = {"type": "ack", "seq": revision["seq"], "version": revision["version"]}
        for socket, client_id in self.lines.items():
            if client_id == revision["client_id"]:
                await self.say(socket, ack)
        await super().tell(frame)


class AppliesTwice(SmallServer):
    """Does not know a submission again."""

    def place(self, client_id: str, seq: int) -> int | None:
        return None


class Reorders(SmallServer):
    """Tells those who did not write it of every second revision before the one before it."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[ServerConnection, Frame] = {}

    async def tell(self, frame: Frame) -> None:
        author = frame["revisions"][0]["client_id"]
        for socket, client_id in self.lines.items():
            if client_id != author and socket not in self.held:
                self.held[socket] = frame
                continue
            await self.say(socket, frame)
            if socket in self.held:
                await self.say(socket, self.held.pop(socket))


class ForgetsTheName(SmallServer):
    """Does not say which revision made the version."""

    def welcome(self, hello: Frame) -> Frame:
        frame = super().welcome(hello)
        return frame | {"document": {key: value for key, value in frame["document"].items() if key != "last"}}


class TakesWhatItRefused(SmallServer):
    """Does not remember what it has rejected."""

    def refusal(self, client_id: str, frame: Frame) -> str | None:
        self.refused.clear()
        return super().refusal(client_id, frame)


class TiesTheOtherWay(SmallServer):
    """Lets the earlier change stand left, and win."""

    def commit(self, client_id: str, frame: Frame) -> Frame:
        change: Ops = frame["delta"]
        for revision in self.document.revisions[frame["base_version"] :]:
            change = delta.transform(revision["delta"], change, priority=True)
        return self.document.commit(client_id, frame["seq"], self.document.version, change)


class LosesPings(SmallServer):
    """Answers a ping without its id."""

    async def answer(self, socket: ServerConnection, frame: Frame) -> None:
        kept: dict[str, Any] = {key: value for key, value in frame.items() if key != "id" or value == "quiet"}
        await super().answer(socket, kept)
