"""presence, joined, left: who is here, and where."""

import asyncio

import pytest

from tests.collab.talk import Table

CARET = {"index": 0, "length": 0}


async def test_it_works(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    await alice.send("presence", version=0, selection={"index": 0, "length": 1}, typing=True)
    assert await bob.next("presence") == {
        "type": "presence",
        "participants": [
            {
                "session_id": alice.welcome["session_id"],
                "version": 0,
                "selection": {"index": 0, "length": 1},
                "typing": True,
            }
        ],
    }


async def test_who_reads_has_a_place_too(table: Table) -> None:
    alice, carol = await table.joins("alice"), await table.joins("carol")
    await carol.send("presence", version=0, selection=CARET)
    assert (await alice.next("presence"))["participants"][0]["session_id"] == carol.welcome["session_id"]


async def test_who_comes_is_told_who_is_here_and_where(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.send("presence", version=0, selection=CARET)
    await alice.next("presence")
    bob = await table.joins("bob")
    assert [one["user"]["name"] for one in bob.welcome["participants"]] == ["Alice", "Bob"]
    assert (await bob.next("presence"))["participants"][0]["session_id"] == alice.welcome["session_id"]


async def test_coming_and_going_is_told(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    session = bob.welcome["session_id"]
    assert (await alice.next("joined"))["participant"]["session_id"] == session
    await bob.close()
    assert (await alice.next("left"))["session_id"] == session


async def test_a_line_that_breaks_is_leaving_too(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    bob.socket.transport.abort()
    assert (await alice.next("left"))["session_id"] == bob.welcome["session_id"]


async def test_rest_knows_who_is_here(table: Table) -> None:
    await table.joins("alice")
    await table.joins("bob")

    def present() -> list[str]:
        (row,) = [
            d for d in table.server.rest("alice", "GET", "/api/v1/documents")["documents"] if d["id"] == table.document
        ]
        return [one["user"]["name"] for one in row["participants"]]

    async with asyncio.timeout(10):
        while present() != ["Alice", "Bob"]:
            await asyncio.sleep(0.05)


async def test_many_moves_are_told_as_a_few(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    for index in range(200):
        await alice.send("presence", version=0, selection={"index": index, "length": 0})
    places: list[int] = []
    while not places or places[-1] != 199:
        (entry,) = (await bob.next("presence"))["participants"]
        places.append(entry["selection"]["index"])
    assert places == sorted(places)
    assert len(places) < 100


async def test_nothing_of_it_is_stored(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.send("presence", version=0, selection=CARET)
    await alice.next("presence")
    await alice.close()
    bob = await table.joins("bob")
    await bob.next("left") if len(bob.welcome["participants"]) > 1 else None
    assert [frame for frame in await bob.quiet() if frame["type"] == "presence"] == []


# -- rights --


async def test_a_place_without_the_capability_is_refused(table: Table) -> None:
    """In the trash a document is to be looked at, and nobody is anywhere in it."""
    alice = await table.joins("alice")
    await asyncio.to_thread(table.server.rest, "alice", "DELETE", f"/api/v1/documents/{table.document}")
    assert "presence" not in (await alice.next("access"))["capabilities"]
    await alice.send("presence", version=0, selection=CARET)
    assert (await alice.next("error"))["code"] == "not_allowed"
    await alice.quiet()


# -- bad input --


async def test_a_version_that_there_is_not_is_refused_and_told_to_nobody(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    await alice.send("presence", version=9, selection=CARET)
    assert (await alice.next("error"))["code"] == "base_version_ahead"
    assert [frame for frame in await bob.quiet() if frame["type"] == "presence"] == []
    await alice.types("still in")


@pytest.mark.parametrize("field", ["session_id", "user", "participants"])
async def test_nobody_speaks_for_another(table: Table, field: str) -> None:
    alice = await table.joins("alice")
    await alice.send("presence", version=0, selection=CARET, **{field: "x"})
    assert (await alice.refused()).code == 4400


async def test_a_flood_is_cut_off(table: Table) -> None:
    bob = await table.joins("bob")
    ended = await bob.floods(lambda index: bob.send("presence", version=0, selection={"index": index, "length": 0}))
    assert ended.code == 4529
