"""History is removed while people are in the document, and while they are away: everyone goes on."""

import asyncio

from tests.collab.talk import PATIENCE, Frame, Socket, Table


async def typed(table: Table) -> tuple[Socket, Socket]:
    """Alice and bob, who both hold "dcba", a letter a version."""
    alice, bob = await table.joins("alice"), await table.joins("bob")
    for letter in "abcd":
        await alice.types(letter)
    await bob.reaches(4)
    return alice, bob


async def removed(table: Table, first: int, last: int) -> None:
    address = f"/api/v1/documents/{table.document}/revisions?first={first}&last={last}"
    await asyncio.to_thread(table.server.rest, "alice", "DELETE", address)


async def welcomed(table: Table, version: int) -> Frame:
    """How bob is welcomed with that version, once the room has heard that what follows it is gone."""
    async with asyncio.timeout(PATIENCE):
        while True:
            socket = await table.joins("bob", "bob-0002", version=version)
            await socket.close()
            if "contents" in socket.welcome:
                return socket.welcome


async def test_those_who_are_here_go_on(table: Table) -> None:
    alice, bob = await typed(table)
    await removed(table, 2, 3)
    await bob.types("e")
    await alice.reaches(5)
    await removed(table, 4, 5)
    await alice.types("f")
    await bob.reaches(6)
    assert table.text() == "fedcba\n"


async def test_nothing_of_it_is_told_from_memory(table: Table) -> None:
    await typed(table)
    await removed(table, 2, 3)
    welcome = await welcomed(table, 1)
    assert welcome["resync"] == "history_gone"
    assert welcome["contents"] == [{"insert": "dcba\n"}]
    assert welcome["document"]["last"] == {"client_id": "alice-0001", "seq": 4}


async def test_who_asks_for_it_is_sent_away_to_come_back(table: Table) -> None:
    _, bob = await typed(table)
    await removed(table, 2, 3)
    await welcomed(table, 1)
    await bob.send("fetch", after=1)
    closed = await bob.refused()
    assert (closed.code, closed.error and closed.error["retry"]) == (4500, "reconnect")


async def test_who_stands_where_a_gap_ends_gets_what_follows(table: Table) -> None:
    await typed(table)
    await removed(table, 2, 3)
    await welcomed(table, 1)
    named = {"version": 3, "last": {"client_id": "alice-0001", "seq": 3}}
    again = await table.joins("bob", "bob-0003", **named)
    assert [revision["version"] for revision in again.welcome["revisions"]] == [4]
    named["last"] = {"client_id": "alice-0001", "seq": 2}
    other = await table.joins("bob", "bob-0004", **named)
    assert other.welcome["resync"] == "history_changed"


async def test_a_change_from_within_it_is_rejected_and_the_connection_stays(table: Table) -> None:
    _, bob = await typed(table)
    await removed(table, 2, 3)
    await welcomed(table, 1)
    await bob.submit({"insert": "x"}, base=2)
    assert (await bob.next("rejected"))["code"] == "history_gone"
    await bob.types("y")
