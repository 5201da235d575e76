"""Someone who listens to a document by server-sent events: at a live server, or at one within the test's process."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx

from collab.process import Process
from collab.streaming import serve
from tests.collab.talk import PATIENCE
from tests.live import LiveServer

Told = dict[str, Any]


class Ear:
    """What comes out of a stream. `last_id` is what a browser would come back with, `said` all that came."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: Mapping[str, str] = {}
        self.last_id = ""
        self.retry = 0
        self.said = ""
        self.told: list[Told] = []
        self._blocks: asyncio.Queue[str | None] = asyncio.Queue()
        self._rest = ""

    async def next(self) -> Told | None:
        """The next event or other message; None at the end of the stream."""
        async with asyncio.timeout(PATIENCE):
            while (block := await self._blocks.get()) is not None:
                told = self._read(block)
                if told is not None:
                    self.told.append(told)
                    return told
        return None

    async def message(self) -> Told:
        """The message of the next."""
        told = await self.next()
        assert told is not None
        message: Told = told["message"]
        return message

    async def reaches(self, version: int) -> None:
        """Returns when it has told of that version."""
        while True:
            message = await self.message()
            if message["type"] == "revisions" and message["revisions"][-1]["version"] >= version:
                return

    async def last_word(self) -> str:
        """The code that it ends with."""
        last = None
        while (told := await self.next()) is not None:
            last = told
        assert last is not None
        assert last["message"]["type"] == "error"
        code: str = last["message"]["code"]
        return code

    @property
    def problem(self) -> tuple[int, str]:
        """Status and code of a refusal."""
        assert self.headers["content-type"] == "application/problem+json"
        return self.status, json.loads(self.said)["code"]

    def heard(self, text: str) -> None:
        """More of the stream came."""
        self.said += text
        *blocks, self._rest = (self._rest + text).split("\n\n")
        for block in blocks:
            self._blocks.put_nowait(block)

    def ended(self) -> None:
        """The stream is over."""
        self._blocks.put_nowait(None)

    def _read(self, block: str) -> Told | None:
        data = None
        for line in block.split("\n"):
            name, _, value = line.partition(": ")
            match name:
                case "id":
                    self.last_id = value
                case "retry":
                    self.retry = int(value)
                case "data":
                    assert data is None
                    data = json.loads(value)
                case _:
                    assert line.startswith(":"), line
        return data


class Within(Ear):
    """At a process within this one."""

    def __init__(self) -> None:
        super().__init__()
        self._incoming: asyncio.Queue[Told] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self.reads = asyncio.Event()
        self.reads.set()

    async def open(
        self, process: Process, document_id: UUID, headers: Mapping[str, str] | None = None, query: str = ""
    ) -> "Within":
        """Opens it, and returns when there is an answer."""
        scope = {
            "type": "http",
            "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
            "query_string": query.encode(),
        }
        answered = asyncio.Event()

        async def send(message: Told) -> None:
            await self.reads.wait()
            if message["type"] == "http.response.start":
                self.status = message["status"]
                self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                self.heard(message["body"].decode())
                answered.set()
            if not message.get("more_body", message["type"] == "http.response.start"):
                self.ended()

        self._incoming.put_nowait({"type": "http.request"})
        self._task = asyncio.create_task(serve(process, document_id, scope, self._incoming.get, send))
        async with asyncio.timeout(PATIENCE):
            await answered.wait()
        return self

    async def close(self) -> None:
        """Goes away."""
        self.reads.set()
        self._incoming.put_nowait({"type": "http.disconnect"})
        if self._task:
            async with asyncio.timeout(PATIENCE):
                await self._task


class Live(Ear):
    """At a live server."""

    def __init__(self, server: LiveServer) -> None:
        super().__init__()
        self._server = server
        self._client = httpx.AsyncClient(timeout=PATIENCE)
        self._task: asyncio.Task[None] | None = None

    async def open(self, document: str, headers: Mapping[str, str], query: str = "") -> "Live":
        """Opens it, and returns when there is an answer."""
        url = f"{self._server.url}/api/v1/documents/{document}/events?{query}"
        answered = asyncio.Event()

        async def listen() -> None:
            try:
                async with self._client.stream(
                    "GET", url, headers={"Accept": "text/event-stream", **headers}
                ) as answer:
                    self.status, self.headers = answer.status_code, answer.headers
                    async for text in answer.aiter_text():
                        self.heard(text)
                        answered.set()
            except httpx.RemoteProtocolError:  # it was cut
                pass
            finally:
                self.ended()
                answered.set()

        self._task = asyncio.create_task(listen())
        async with asyncio.timeout(PATIENCE):
            await answered.wait()
        return self

    async def close(self) -> None:
        """Goes away."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._client.aclose()
