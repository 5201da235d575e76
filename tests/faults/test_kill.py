"""The kill test: people type while the server is killed, again and again; nothing is lost and nothing doubled."""

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing

import pytest

from tests.faults.typists import Typist, settle, typists
from tests.live import LiveServer
from tests.scale import rounds

KILLS = rounds(3, 10)


@pytest.fixture(params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    with LiveServer(server=request.param) as server:
        yield server


@pytest.mark.timeout(400)
async def test_what_is_acknowledged_survives_sigkill(server: LiveServer) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    randomness = random.Random(seed)
    document = server.document()
    async with AsyncExitStack() as stack:
        everyone = await typists(server, document, randomness, stack)
        listening = [asyncio.create_task(typist.listen()) for typist in everyone]
        for _ in range(KILLS):
            typing = [asyncio.create_task(typist.type()) for typist in everyone]
            await asyncio.sleep(randomness.uniform(0.5, 2.5))
            server.kill()
            _prove_durable(server, everyone)
            await asyncio.to_thread(server.start)
            await asyncio.sleep(randomness.uniform(0.0, 1.0))
            for task in typing:
                task.cancel()
        await settle(server, document, everyone)
        for task in listening:
            task.cancel()
    assert sum(len(typist.typed) for typist in everyone) > 10 * KILLS, "the typists did not get to type"


def _prove_durable(server: LiveServer, everyone: list[Typist]) -> None:
    """Nobody serves now: what was acknowledged must be in the file."""
    with closing(sqlite3.connect(server.folder / "deltapad.sqlite3")) as database:
        committed = set(database.execute("SELECT client_id, seq FROM documents_revision"))
    for typist in everyone:
        acknowledged = {(typist.client.client_id, seq) for seq in typist.acknowledged}
        assert acknowledged <= committed, f"acknowledged and lost: {acknowledged - committed}"
