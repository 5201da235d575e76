"""fetch and revisions: what was committed comes in order, without gaps, in pages, to whoever may see it."""

import pytest

from tests.collab.talk import Socket, Table


async def fetched(reader: Socket, after: int) -> list[int]:
    """The versions that come when `reader` asks for those after a version, up to the head."""
    head, reader.version = reader.version, after
    before = len(reader.heard)
    await reader.send("fetch", after=after)
    await reader.reaches(head)
    return [r["version"] for frame in reader.heard[before:] for r in frame.get("revisions", ())]


async def test_it_works(table: Table) -> None:
    alice = await table.joins("alice")
    for letter in "abc":
        await alice.types(letter)
    assert await fetched(alice, 0) == [1, 2, 3]
    assert await fetched(alice, 2) == [3]


async def test_at_the_head_there_is_no_more(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.types("x")
    for after in (1, 2, 2**53 - 1):
        await alice.send("fetch", after=after)
        assert (await alice.next("revisions"))["revisions"] == []


async def test_what_is_committed_meanwhile_follows(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    for letter in "abc":
        await alice.types(letter)
    await bob.reaches(3)
    bob.version = 0
    await bob.send("fetch", after=0)
    await alice.types("d")
    await bob.reaches(4)  # no gap, or this fails
    await alice.types("e")
    await bob.reaches(5)


async def test_long_answers_come_in_pages(table: Table) -> None:
    alice = await table.joins("alice")
    for _ in range(5):
        await alice.types("x" * 300_000)
    before = len(alice.heard)
    assert await fetched(alice, 0) == [1, 2, 3, 4, 5]
    pages = [frame["revisions"] for frame in alice.heard[before:] if frame["type"] == "revisions"]
    assert len(pages) >= 5


async def test_pages_leave_room_for_answers(table: Table) -> None:
    alice = await table.joins("alice")
    for _ in range(4):
        await alice.types("x" * 600_000)
    alice.version = 0
    await alice.send("fetch", after=0)
    await alice.send("ping", id="between")
    await alice.next("pong")
    await alice.reaches(4)


# -- rights --


async def test_who_has_no_right_to_the_history_gets_none_of_it(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.types("a secret draft")
    await alice.acknowledged(await alice.submit({"delete": 14}))
    carol = await table.joins("carol")
    assert carol.welcome["contents"] == [{"insert": "\n"}]
    await carol.send("fetch", after=0)
    assert (await carol.next("revisions"))["revisions"] == []
    await alice.types("x")
    await carol.reaches(3)
    assert await fetched(carol, 2) == [3]
    carol.version = 2
    await carol.send("fetch", after=0)
    assert [r["version"] for r in (await carol.next("revisions"))["revisions"]] == [3]


async def test_naming_a_version_gains_nothing(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.types("a secret draft")
    await alice.acknowledged(await alice.submit({"delete": 14}))
    carol = await table.joins("carol", version=0)
    assert "revisions" not in carol.welcome
    assert carol.welcome["contents"] == [{"insert": "\n"}]


# -- bad input --


@pytest.mark.parametrize("after", [-1, "0", None, 0.5, 2**53])
async def test_no_version_at_all(table: Table, after: object) -> None:
    alice = await table.joins("alice")
    await alice.send("fetch", after=after)
    assert (await alice.refused()).code == 4400


async def test_a_flood_is_cut_off(table: Table) -> None:
    mallory = await table.joins("bob")
    ended = await mallory.floods(lambda index: mallory.send("fetch", after=0))
    assert ended.code == 4529
