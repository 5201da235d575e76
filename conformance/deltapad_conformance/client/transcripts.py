"""The protocol's session transcripts, played on a real line to a whole client."""

import asyncio
import json
from typing import Any

from .. import delta
from ..data import Frame, rules_of, transcripts
from ..scenario import Failed, Scenario, same
from .scenarios import book
from .stage import ClientStage, Line

ALICE = "alice-client"
# What only a runner inside the client can see.
INSIDE = ("pending", "buffer")


class Transcript:
    """One transcript on one stage. The README of the transcripts says what each step means."""

    def __init__(self, stage: ClientStage) -> None:
        self._stage = stage
        self._line: Line | None = None
        self._hello: Frame | None = None
        self._client_id = ""

    async def connect(self, _: bool) -> None:
        self._line = await self._stage.line()
        self._hello = self._line.hello
        self._client_id = self._client_id or self._line.client_id

    async def disconnect(self, _: bool) -> None:
        await self.line.cut()
        self._line = None
        await self._stage.shows("the client notices that the line is gone", connection="offline")

    async def restart(self, _: bool) -> None:
        self._line = None
        await self._stage.crashes()

    async def edit(self, change: list[Frame]) -> None:
        await self._stage.edits(*change)

    async def select(self, selection: Frame) -> None:
        await self._stage.asks("select", **selection)

    async def server(self, frame: Frame) -> None:
        await self.line.says(self._mine(frame))
        if frame["type"] == "welcome" and "contents" in frame:
            await self._shown()

    async def _shown(self) -> None:
        """Nobody types into a document that is not there yet."""
        state = await self._stage.asks("state")
        while state["contents"] is None:
            state = await self._stage.asks("state")
            await asyncio.sleep(0.01)

    async def wait(self, seconds: float) -> None:
        """A client's timers run by themselves here."""

    async def client(self, allowed: list[Frame]) -> None:
        if allowed[0]["type"] == "hello":
            if not any(self._hello_fits(frame) for frame in allowed):
                raise Failed("the hello", [self._mine(frame) for frame in allowed], self._hello)
            return
        heard = await self.line.hears(allowed[0]["type"])
        while allowed[0]["type"] == "presence" and not self._is_one_of(heard, allowed):
            heard = await self.line.hears("presence")
        if not self._is_one_of(heard, allowed):
            raise Failed("what the client sends", [self._mine(frame) for frame in allowed], heard)

    def _hello_fits(self, frame: Frame) -> bool:
        assert self._hello is not None
        compared = ("type", "client_id", "version", "last")
        seen = {key: value for key, value in self._hello.items() if key in compared}
        return same(seen, self._mine(frame))

    def _is_one_of(self, heard: Frame, allowed: list[Frame]) -> bool:
        if "delta" in heard:
            heard = heard | {"delta": delta.canonical(heard["delta"])}
        if heard["type"] == "presence":
            heard = {"typing": False} | heard
        return any(same(heard, self._mine(frame)) for frame in allowed)

    async def expect(self, expected: Frame) -> None:
        names = {"screen": "contents", "presence": "selections"}
        wanted = {names.get(key, key): value for key, value in expected.items() if key not in INSIDE}
        await self.is_silent()
        await self._stage.shows("the state", **wanted)

    async def is_silent(self) -> None:
        """Returns when the client has taken in what it was told; it may have said nothing more."""
        if self._line is not None and self._line.welcomed:
            await self._line.is_silent()

    @property
    def line(self) -> Line:
        assert self._line is not None
        return self._line

    def _mine(self, value: Any) -> Any:
        """With the name that this client gave itself, in place of the transcript's."""
        return json.loads(json.dumps(value).replace(f'"{ALICE}"', json.dumps(self._client_id)))


def scenario(name: str, transcript: Frame) -> Scenario[ClientStage]:
    """A transcript as a scenario."""
    verbs = {verb for step in transcript["steps"] for verb in step}
    presence = "select" in verbs or any("presence" in step.get("expect", {}) for step in transcript["steps"])
    needs = [*(["select"] if presence else []), *(["storage"] if "restart" in verbs else [])]

    async def play(stage: ClientStage) -> None:
        session = Transcript(stage)
        await stage.opens()
        for number, step in enumerate(transcript["steps"]):
            ((verb, argument),) = step.items()
            stage.record.note("kit", "»", f"step {number}: {verb}")
            await getattr(session, verb)(argument)
        await session.is_silent()

    return Scenario(
        f"client/transcript-{name.replace('_', '-')}",
        transcript["about"],
        rules_of(f"transcripts/v1/{name}.json"),
        tuple(needs),
        play,
    )


for name, transcript in transcripts().items():
    # When a client checks itself is its own affair.
    if not any("check" in step for step in transcript["steps"]):
        book.add(scenario(name, transcript))
