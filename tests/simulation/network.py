"""Sockets and a channel layer without a network: seeded delays, lost, doubled and reordered messages, cut lines."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from random import Random
from typing import Any

from channels.layers import BaseChannelLayer
from websockets.exceptions import ConnectionClosed, ConnectionClosedError
from websockets.frames import Close

from collab.consumer import DocumentConsumer
from collab.process import Process
from deltapad_client.connection import Connection, Lost


class Pipe:
    """One direction of a line: what goes in comes out later, in order."""

    def __init__(self, randomness: Random) -> None:
        self.out: asyncio.Queue[Any] = asyncio.Queue()
        self._random = randomness
        self._last = 0.0

    def put(self, item: Any) -> None:
        loop = asyncio.get_running_loop()
        self._last = max(self._last + 1e-6, loop.time() + self._random.expovariate(20))
        loop.call_at(self._last, self.out.put_nowait, item)


class Line:
    """A WebSocket between a client and the consumer that serves it; the client's end is a `websockets` connection."""

    def __init__(self, process: Process, document: str, randomness: Random) -> None:
        self._up, self._down = Pipe(randomness), Pipe(randomness)
        self._closed: ConnectionClosed | None = None
        scope = {
            "type": "websocket",
            "path": f"/ws/documents/{document}/",
            "headers": [],
            "subprotocols": ["deltapad.v1"],
        }
        self._up.put({"type": "websocket.connect"})
        consumer = DocumentConsumer(process)
        self.serving = asyncio.create_task(consumer(scope, self._to_server, self._from_server))

    def cut(self) -> None:
        """The line breaks: what was under way is lost, each side hears of it in its own time."""
        if self._closed is None:
            self._closed = ConnectionClosedError(None, None)
            self._down.out.put_nowait(None)
            self._up.put({"type": "websocket.disconnect", "code": 1006})

    async def send(self, text: str) -> None:
        if self._closed is not None:
            raise self._closed
        self._up.put({"type": "websocket.receive", "text": text})

    async def _to_server(self) -> dict[str, Any]:
        """What comes up the line. Of a cut one that may still be anything but a hello: that would be the older one."""
        while True:
            message: dict[str, Any] = await self._up.out.get()
            if self._closed is None or '"type":"hello"' not in message.get("text", ""):
                return message

    async def recv(self) -> str:
        frame = await self._down.out.get()
        if isinstance(frame, Close):
            self._closed = ConnectionClosedError(frame, None)
        if self._closed is not None:
            self._down.out.put_nowait(None)
            raise self._closed
        return str(frame)

    async def close(self) -> None:
        self.cut()

    async def _from_server(self, message: dict[str, Any]) -> None:
        if self._closed is not None:
            raise OSError("the line is cut")
        if message["type"] == "websocket.send":
            self._down.put(message["text"])
        elif message["type"] == "websocket.close":
            self._down.put(Close(message.get("code", 1000), message.get("reason") or ""))
            self._up.put({"type": "websocket.disconnect", "code": message.get("code", 1000)})


class Rumours(BaseChannelLayer):
    """A channel layer that loses a fifth of what it is told, doubles a tenth, and shuffles the rest."""

    def __init__(self, randomness: Random) -> None:
        super().__init__()
        self.faulty = True
        self._random = randomness
        self._groups: dict[str, dict[str, None]] = defaultdict(dict)
        self._channels: dict[str, asyncio.Queue[dict[str, Any]]] = {}

    async def new_channel(self, prefix: str = "specific") -> str:
        name = f"{prefix}.{len(self._channels)}"
        self._channels[name] = asyncio.Queue()
        return name

    async def receive(self, channel: str) -> dict[str, Any]:
        return await self._channels[channel].get()

    async def group_add(self, group: str, channel: str) -> None:
        self._groups[group][channel] = None

    async def group_discard(self, group: str, channel: str) -> None:
        self._groups[group].pop(channel, None)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        loop = asyncio.get_running_loop()
        for channel in self._groups[group]:
            for _ in range(self._copies()):
                loop.call_later(self._random.expovariate(10), self._channels[channel].put_nowait, dict(message))

    def _copies(self) -> int:
        if not self.faulty:
            return 1
        return self._random.choices((0, 1, 2), (20, 70, 10))[0]


class Network:
    """Where clients dial: any document at any of the processes that are up."""

    def __init__(self, processes: Callable[[], list[Process]], randomness: Random) -> None:
        self._processes = processes
        self._random = randomness
        self._lines: list[tuple[Process, Line]] = []
        self._serving: set[asyncio.Task[None]] = set()

    async def dial(self, url: str) -> Connection:
        await asyncio.sleep(self._random.expovariate(20))
        processes = self._processes()
        if not processes:
            raise Lost
        process = self._random.choice(processes)
        line = Line(process, url.split("/")[-2], self._random)
        self._lines.append((process, line))
        self._serving.add(line.serving)
        line.serving.add_done_callback(self._serving.discard)
        return Connection(line)  # type: ignore[arg-type]

    def cut_some(self, share: float) -> None:
        """Cuts each line with this probability."""
        for _, line in self._lines:
            if self._random.random() < share:
                line.cut()
        self._forget_cut()

    def cut_all_of(self, process: Process) -> None:
        for serving, line in self._lines:
            if serving is process:
                line.cut()
        self._forget_cut()

    async def quiet(self) -> None:
        """Returns once every consumer has heard that its line is cut."""
        await asyncio.gather(*self._serving)

    def _forget_cut(self) -> None:
        self._lines = [(process, line) for process, line in self._lines if line._closed is None]
