"""SIGTERM: what was taken is committed, everyone is told to come back, and the server goes."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from websockets.exceptions import ConnectionClosed

from tests.collab.listen import Live
from tests.collab.talk import Closed, Frame, Socket, Table
from tests.live import LiveServer


@pytest.fixture(params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    """A server that a test may stop and kill."""
    with LiveServer(server=request.param) as running:
        yield running
        assert "Traceback" not in running.log
        assert "Task was destroyed" not in running.log


@pytest.fixture
async def table(server: LiveServer) -> AsyncIterator[Table]:
    made = Table(server, await asyncio.to_thread(server.document))
    yield made
    await made.close()


async def typed_until_closed(typist: Socket) -> Closed:
    """Types until the server goes; how it went. What was acknowledged is in `typist.revisions`."""
    try:
        while True:
            await typist.types("x")
    except Closed as closed:
        return closed
    except ConnectionClosed:  # between two changes: the reason is still to be read
        return await typist.refused()


def history(table: Table) -> list[Frame]:
    """All revisions, page by page."""
    found: list[Frame] = []
    while page := table.server.rest("alice", "GET", f"/api/v1/documents/{table.document}/revisions?after={len(found)}")[
        "revisions"
    ]:
        found += page
    return found


async def test_it_works(table: Table) -> None:
    people = [await table.joins(name) for name in ("alice", "bob", "carol")]
    silent = await table.sits("mallory")
    typing = [asyncio.create_task(typed_until_closed(person)) for person in people[:2]]
    await asyncio.sleep(0.5)
    status = await asyncio.to_thread(table.server.terminate)
    assert status == 0
    ends = [*await asyncio.gather(*typing), await people[2].refused(), await silent.refused()]
    assert [(end.code, end.error and end.error["retry"]) for end in ends] == [(4503, "reconnect")] * 4

    await asyncio.to_thread(table.server.start)
    acknowledged = {(r["client_id"], r["seq"]) for person in people for r in person.revisions}
    committed = [(r["client_id"], r["seq"]) for r in history(table)]
    assert acknowledged <= set(committed)
    assert len(set(committed)) == len(committed)
    assert acknowledged, "nobody typed"


async def test_nobody_is_left_in_the_document(table: Table) -> None:
    await table.joins("alice")
    await asyncio.to_thread(table.server.restart)
    bob = await table.joins("bob")
    assert [one["user"]["name"] for one in bob.welcome["participants"]] == ["Bob"]


async def test_an_idle_server_goes_at_once(table: Table) -> None:
    async with asyncio.timeout(10):
        assert await asyncio.to_thread(table.server.terminate) == 0
    await asyncio.to_thread(table.server.start)


async def test_after_a_kill_one_goes_on_where_one_was(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    await alice.types("a")
    await bob.reaches(1)
    await alice.submit({"insert": "unseen"})
    await asyncio.to_thread(table.server.kill)
    for person in (alice, bob):
        assert (await person.refused()).code is None
    await asyncio.to_thread(table.server.start)

    last = {"client_id": alice.client_id, "seq": 1}
    again = await table.joins("alice", version=1, last=last)
    await again.submit({"insert": "unseen"}, base=1, seq=2)
    await again.acknowledged(2)
    assert table.text() == "unseena\n"
    bob = await table.joins("bob", version=1, last=last)
    await bob.reaches(2)
    await bob.types("b")
    await again.reaches(3)


async def test_streams_of_events_are_asked_to_come_back(table: Table) -> None:
    headers = {"Authorization": f"Bearer {table.server.people['bob'].token}"}
    ears = [await Live(table.server).open(table.document, headers) for _ in range(3)]
    assert await asyncio.to_thread(table.server.terminate) == 0
    assert [await ear.last_word() for ear in ears] == ["draining"] * 3
    for ear in ears:
        await ear.close()
    await asyncio.to_thread(table.server.start)
