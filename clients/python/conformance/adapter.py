"""The Python client behind the conformance kit's client interface: a JSON object a line in, one a line out."""

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from deltapad_client import Closed, DocumentClient, SQLiteOutbox

Line = dict[str, Any]


class Adapter:
    """At most one document is open at a time."""

    def __init__(self) -> None:
        self._document: DocumentClient | None = None
        self._opening: asyncio.Task[None] | None = None
        self._refused = ""
        self._holds = False

    def about(self) -> Line:
        return {"name": "deltapad-client", "version": "0.1.0", "can": ["check", "select", "storage"]}

    async def open(self, url: str, token: str, storage: str) -> None:
        await self.close()
        file = Path(storage) / "outbox.sqlite3"
        self._holds = file.exists()
        self._document = DocumentClient(url, token=token, outbox=SQLiteOutbox(file))
        self._opening = asyncio.create_task(self._stay(self._document))

    async def _stay(self, document: DocumentClient) -> None:
        with document.events() as happening:
            with suppress(Closed):
                await document.connect()
            async for event in happening:
                if isinstance(event, Closed):
                    self._refused = event.code

    def edit(self, delta: list[Line]) -> None:
        self.document.edit(delta)

    def select(self, index: int, length: int) -> None:
        self.document.select(index, length)

    def state(self) -> Line:
        document = self.document
        connection = "closed" if self._refused else "online" if document.connection == "online" else "offline"
        holds = self._holds or document.session_id is not None
        return {
            "contents": document.contents.to_json() if holds else None,
            "version": document.version,
            "unsent": document.unsent,
            "connection": connection,
            "reason": self._refused,
            "kept": [{"code": kept.code, "delta": kept.delta.to_json()} for kept in document.kept],
            "selections": {one.session_id: one.selection and one.selection.model_dump() for one in document.presence},
        }

    async def close(self) -> None:
        if self._document is None or self._opening is None:
            return
        self._opening.cancel()
        with suppress(asyncio.CancelledError):
            await self._opening
        await self._document.close()
        self._document, self._refused = None, ""

    @property
    def document(self) -> DocumentClient:
        assert self._document is not None
        return self._document


async def main() -> None:
    adapter = Adapter()
    lines = asyncio.StreamReader(limit=2**26)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while text := await lines.readline():
        given = json.loads(text)
        do = getattr(adapter, given.pop("do"))
        try:
            answer = do(**given)
            answer = await answer if asyncio.iscoroutine(answer) else answer
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer or {}), flush=True)
    await adapter.close()


if __name__ == "__main__":
    asyncio.run(main())
