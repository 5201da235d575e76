"""Where clients are judged: programs that wait for the next scenario, and a stage with a server for each."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from ..data import Frame
from ..program import Program
from ..scenario import PATIENCE, Failed
from .stage import ClientStage

SUBPROTOCOL = Subprotocol("deltapad.v1")
DOCUMENT = "9f3b2c1e-0000-4000-8000-000000000001"


class House:
    """Starts `command` as often as there are scenarios at a time, and gives each process to one after the other."""

    def __init__(self, command: str, patience: float = PATIENCE) -> None:
        self._command = command
        self._patience = patience
        self._free: list[Program] = []

    async def about(self) -> Frame:
        """What the program says of itself. Raises Failed."""
        program = Program(self._command)
        self._free.append(program)
        return await program.ask({"do": "about"})

    @asynccontextmanager
    async def stage(self) -> AsyncIterator[ClientStage]:
        """A stage with a client that holds nothing yet."""
        program = self._free.pop() if self._free else Program(self._command)
        about = await program.ask({"do": "about"})
        with tempfile.TemporaryDirectory(prefix="deltapad-conformance-") as folder:
            stage = ClientStage(program, frozenset(about.get("can", ())), Path(folder), self._patience)
            async with serve(
                stage.accept,
                "127.0.0.1",
                0,
                select_subprotocol=_choose,
                max_size=None,
                compression=None,
                close_timeout=1,
            ) as server:
                stage.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/ws/documents/{DOCUMENT}/"
                try:
                    yield stage
                    await stage.end()
                finally:
                    await self._leave(program)
        self._free.append(program)

    async def _leave(self, program: Program) -> None:
        try:
            await program.ask({"do": "close"})
        except Failed:
            await program.kill()

    async def end(self) -> None:
        for program in self._free:
            await program.end()


def _choose(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return SUBPROTOCOL if SUBPROTOCOL in offered else None
