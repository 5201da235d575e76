"""Joining while others type: nothing falls between what the welcome holds and what follows it."""

import asyncio
from collections.abc import Callable

import pytest

from collab.process import Process
from collab.room import Moment, Room
from tests.collab.conftest import Join
from tests.collab.talk import Inside


async def types_on(typist: Inside) -> None:
    while True:
        await typist.types("x")


@pytest.mark.parametrize("held", [None, 0, 3])
async def test_nothing_falls_between(join: Join, processes: Callable[..., Process], held: int | None) -> None:
    process = processes()
    alice = await join("alice", process=process)
    for letter in "abc":
        await alice.types(letter)
    typing = asyncio.create_task(types_on(alice))
    fields = {} if held is None else {"version": held}
    for number in range(10):
        bob = await join("bob", f"bob-{number:06}", process=process, **fields)
        await bob.reaches(bob.version + 3)  # a gap fails
        await bob.close()
    typing.cancel()


async def test_a_revision_between_reading_and_welcoming(
    join: Join, processes: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    process = processes()
    alice = await join("alice", process=process)
    await alice.types("a")
    moment = Room.moment

    async def later(room: Room, connection: object) -> Moment:
        await alice.types("b")
        return await moment(room, connection)  # type: ignore[arg-type]

    monkeypatch.setattr(Room, "moment", later)
    bob = await join("bob", process=process, version=1)
    assert bob.welcome["revisions"] == []
    await bob.reaches(2)
    assert [r["version"] for r in bob.revisions] == [2]


async def test_the_acknowledged_seq_is_that_of_the_contents(join: Join, processes: Callable[..., Process]) -> None:
    process = processes()
    first = await join("alice", process=process)
    for letter in "abc":
        await first.types(letter)
    again = await join("alice", process=process)
    assert (again.welcome["document"]["version"], again.welcome["acked_seq"]) == (3, 3)


async def test_long_contents_are_encoded_once_for_all(
    join: Join, processes: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    process = processes()
    alice = await join("alice", process=process)
    await alice.types("é" * 200_000)
    encoded = 0

    def counted(content: object) -> str:
        nonlocal encoded
        encoded += 1
        return '[{"insert":"counted\\n"}]'

    monkeypatch.setattr("collab.room.encode_contents", counted)
    for number in range(5):
        late = await join("carol", f"carol-{number:04}", process=process)
        assert late.welcome["contents"] == [{"insert": "counted\n"}]
    assert encoded == 1
