"""Coming back: a client that names what it holds gets what it missed, once, whatever happened meanwhile."""

from typing import Any

import pytest

from tests.collab.talk import Socket, Table


async def left_behind(table: Table) -> tuple[Socket, dict[str, Any]]:
    """Alice holds version 2 and is away; bob has typed on. Bob, and what she says when she comes back."""
    alice, bob = await table.joins("alice"), await table.joins("bob")
    await alice.types("a")
    await bob.reaches(1)
    await bob.types("b")
    await alice.reaches(2)
    await alice.close()
    await bob.types("c")
    await bob.types("d")
    return bob, {"version": 2, "last": {"client_id": bob.client_id, "seq": 1}}


async def test_it_works(table: Table) -> None:
    bob, held = await left_behind(table)
    alice = await table.joins("alice", **held)
    assert "contents" not in alice.welcome
    assert [r["version"] for r in alice.welcome["revisions"]] == [3, 4]
    assert alice.welcome["document"]["version"] == 4
    assert alice.welcome["acked_seq"] == 1
    await bob.types("e")
    await alice.reaches(5)


async def test_with_nothing_missed_nothing_comes(table: Table) -> None:
    bob, _ = await left_behind(table)
    alice = await table.joins("alice", version=4, last={"client_id": bob.client_id, "seq": 3})
    assert alice.welcome["revisions"] == []
    await bob.types("e")
    await alice.reaches(5)


async def test_from_the_very_beginning(table: Table) -> None:
    await left_behind(table)
    alice = await table.joins("alice", version=0)
    assert [r["version"] for r in alice.welcome["revisions"]] == [1, 2, 3, 4]


async def test_a_long_absence_comes_in_pages(table: Table) -> None:
    bob, held = await left_behind(table)
    for _ in range(4):
        await bob.types("x" * 300_000)
    alice = await table.joins("alice", **held)
    assert alice.welcome["document"]["version"] == 8
    assert alice.version < 8
    await alice.reaches(8)


async def test_a_change_that_went_in_unseen_comes_as_its_revision(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.submit({"insert": "unseen"}, base=0)
    await alice.socket.close()
    again = await table.joins("alice", version=0)
    await again.submit({"insert": "unseen"}, base=0, seq=1)
    assert await again.acknowledged(1) == 1
    assert table.text() == "unseen\n"


async def test_another_history_is_noticed(table: Table) -> None:
    await left_behind(table)
    alice = await table.joins("alice", version=2, last={"client_id": "somebody-else", "seq": 9})
    assert alice.welcome["resync"] == "history_changed"
    assert alice.welcome["contents"] == [{"insert": "dcba\n"}]
    assert alice.welcome["acked_seq"] == 1


async def test_a_version_above_the_head_is_another_history(table: Table) -> None:
    await left_behind(table)
    alice = await table.joins("alice", version=99, last={"client_id": "alice-0001", "seq": 1})
    assert alice.welcome["resync"] == "history_changed"
    assert alice.welcome["document"]["version"] == 4


@pytest.mark.parametrize("version", [1, 2, 3])
async def test_without_a_name_the_version_is_believed(table: Table, version: int) -> None:
    await left_behind(table)
    alice = await table.joins("alice", version=version)
    assert [r["version"] for r in alice.welcome["revisions"]] == list(range(version + 1, 5))


async def test_the_newcomer_is_told_what_to_name(table: Table) -> None:
    bob, _ = await left_behind(table)
    alice = await table.joins("alice")
    assert alice.welcome["document"]["last"] == {"client_id": bob.client_id, "seq": 3}


async def test_who_may_not_see_the_history_gets_the_contents(table: Table) -> None:
    await left_behind(table)
    carol = await table.joins("carol", version=1)
    assert carol.welcome["resync"] == "history_gone"
    assert carol.welcome["contents"]
    assert "revisions" not in carol.welcome
