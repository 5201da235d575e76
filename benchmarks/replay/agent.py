"""One person of a trace: a socket, a screen, and what was received but not yet looked at."""

import asyncio
import json
from collections import deque
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect

from protocol.content import Content
from protocol.delta import Delta


class Agent:
    """Makes a trace's changes on the bases that the trace names.

    A trace says at which version its author looked at others' work. What arrives earlier waits in `unseen`, each
    revision in the form in which the screen would get it, so that a change made before can be brought to any
    later version: by transforming it through `unseen`, one revision at a time.
    """

    def __init__(self, socket: ClientConnection, client_id: str) -> None:
        self._socket = socket
        self._client_id = client_id
        self._seq = 0
        self._submission = ""
        self._arrived: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._reading = asyncio.create_task(self._read())
        self._received = 0
        self._committed = 0
        self._unseen: deque[tuple[int, Delta]] = deque()
        self.screen = Content.EMPTY

    @classmethod
    async def join(cls, url: str, token: str, client_id: str) -> Self:
        """Connects to an empty document and says hello."""
        socket = await connect(url, subprotocols=["deltapad.v1"], max_size=None, compression=None)  # type: ignore[list-item]
        await socket.send(json.dumps({"type": "hello", "client_id": client_id, "token": token}))
        welcome = json.loads(await socket.recv())
        if welcome["type"] != "welcome" or welcome["document"]["version"] != 0:
            raise RuntimeError(f"no welcome to an empty document: {welcome['type']} {welcome.get('code', '')}")
        return cls(socket, client_id)

    async def commit(self, change: Delta, base: int, version: int) -> None:
        """Makes `change` on version `base`, and returns when it is committed as `version`."""
        await self.receive_until(version - 1)
        self._look_at(base)
        self.screen = self.screen.apply(change)
        named = max(base, self._committed)
        await self._submit(self._bring_to(change, named), named)
        await self.receive_until(version)

    async def receive_until(self, version: int) -> None:
        """Returns when the revision `version` was received."""
        while self._received < version:
            revision = await self._arrived.get()
            if revision is None:  # there will be no more
                await self._reading
            else:
                self._take(revision)

    async def _read(self) -> None:
        """Reads frames as they come: a server cuts off who has nothing to do meanwhile and so does not read."""
        try:
            async for text in self._socket:
                frame = json.loads(text)
                if frame["type"] == "revisions":
                    for revision in frame["revisions"]:
                        self._arrived.put_nowait(revision)
                elif frame["type"] == "probe":
                    await self._socket.send(json.dumps({"type": "seen", "id": frame["id"]}))
                elif frame["type"] == "slow_down":
                    await asyncio.sleep(frame["retry_after"])
                    if "seq" in frame:
                        await self._socket.send(self._submission)
                elif frame["type"] in ("rejected", "error"):
                    raise RuntimeError(f"the server says {frame}")
        finally:
            self._arrived.put_nowait(None)

    async def finish(self, version: int) -> str:
        """Looks at everything up to `version`, leaves, and returns the text without the last newline."""
        await self.receive_until(version)
        self._look_at(version)
        await self._socket.close()
        await self._reading
        return self.screen.text()[:-1]

    def _take(self, revision: dict[str, Any]) -> None:
        if revision["version"] != self._received + 1:
            raise RuntimeError(f"version {revision['version']} after {self._received}")
        self._received += 1
        if revision["client_id"] == self._client_id:
            self._committed = self._received
        else:
            self._unseen.append((self._received, Delta(revision["delta"])))

    def _look_at(self, version: int) -> None:
        while self._unseen and self._unseen[0][0] <= version:
            self.screen = self.screen.apply(self._unseen.popleft()[1])

    def _bring_to(self, change: Delta, version: int) -> Delta:
        """`change` as it reads at `version`; `unseen` as it reads after `change`."""
        brought = change
        for number, (at, revision) in enumerate(self._unseen):
            self._unseen[number] = (at, change.transform(revision, True))
            change = revision.transform(change, False)
            if at <= version:
                brought = change
        return brought

    async def _submit(self, change: Delta, base_version: int) -> None:
        self._seq += 1
        frame = {"type": "submit", "seq": self._seq, "base_version": base_version, "delta": change.to_json()}
        self._submission = json.dumps(frame)
        await self._socket.send(self._submission)
