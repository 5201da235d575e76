"""SIGUSR2 renews all workers, one after another, while people type: nothing is lost, and nobody waits for long."""

import asyncio
import os
import random
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from tests.faults.typists import settle, typists
from tests.live import LiveServer, eventually
from tests.scale import rounds
from tests.services import PostgreSQL, Redis

# Seconds from a key to its acknowledgement. What is promised is three, on a machine that does nothing else.
LONGEST_WAIT = rounds(20.0, 3.0)


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest, postgresql: PostgreSQL, redis: Redis) -> Iterator[LiveServer]:
    workers = rounds(2, 4)
    with LiveServer(server=request.param, workers=workers, postgresql=postgresql, redis_url=redis.url) as server:
        yield server
        assert "Traceback" not in server.log
        assert "did not finish in time" not in server.log


@pytest.mark.timeout(240)
async def test_it_works(server: LiveServer) -> None:
    randomness, document, before = random.Random(), server.document(), server.workers()
    async with AsyncExitStack() as stack:
        everyone = await typists(server, document, randomness, stack)
        busy = [asyncio.create_task(work) for typist in everyone for work in (typist.type(), typist.listen())]
        await asyncio.to_thread(server.renew)
        for task in busy[::2]:
            task.cancel()
        await settle(server, document, everyone)
        for task in busy:
            task.cancel()
    assert not set(before) & set(server.workers())
    assert all(typist.cut_off for typist in everyone), "someone kept an old worker"
    waited = max(typist.longest_wait for typist in everyone)
    print(f"longest wait {waited:.2f} s, cut off {sum(typist.cut_off for typist in everyone)} times")
    assert waited < LONGEST_WAIT


def test_where_a_new_one_does_not_start_the_old_ones_stay(server: LiveServer) -> None:
    before = set(server.workers())
    server.ask_to_renew()
    assert eventually(lambda: len(server.workers()) > len(before))
    (new,) = set(server.workers()) - before
    os.kill(new, signal.SIGKILL)
    assert eventually(lambda: "the restart ends here" in server.log)
    assert set(server.workers()) == before
    server.renew()  # and another time it goes well
    assert not set(server.workers()) & before
