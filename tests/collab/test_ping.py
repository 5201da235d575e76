"""ping: the server is there, and so is the client."""

import pytest

from tests.collab.talk import Table


@pytest.mark.parametrize("fields", [{}, {"id": 7}, {"id": "seven"}])
async def test_it_works(table: Table, fields: dict[str, object]) -> None:
    alice = await table.joins("alice")
    await alice.send("ping", **fields)
    assert await alice.next("pong") == {"type": "pong", **fields}


async def test_honest_pings_are_never_too_many(table: Table) -> None:
    alice = await table.joins("alice")
    for number in range(300):
        await alice.send("ping", id=number)
        assert (await alice.next("pong"))["id"] == number


async def test_a_flood_is_cut_off(table: Table) -> None:
    carol = await table.joins("carol")
    closed = await carol.floods(lambda index: carol.send("ping", id=index))
    assert (closed.code, closed.error and closed.error["retry"]) == (4529, "reconnect")
