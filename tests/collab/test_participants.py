"""Who is here, over several processes: by rows that outlive messages, and end with their lease."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from channels.layers import InMemoryChannelLayer
from django.utils import timezone

from collab.process import Process
from collab.timing import Timing
from documents import connections
from documents.models import Connection, Document
from protocol.limits import Limits
from tests.collab.conftest import STILL, Join
from tests.collab.talk import PATIENCE, Inside

OFTEN = Timing(heads=3600, rights=3600, attendance=0.1, sweep=3600)


def names(talker: Inside) -> list[str]:
    return sorted(one["user"]["name"] for one in talker.welcome["participants"])


async def rows(process: Process) -> list[Connection]:
    return await process.database.read(lambda: list(Connection.objects.all()))


async def until(process: Process, count: int) -> list[Connection]:
    """The rows, once there are so many."""
    async with asyncio.timeout(PATIENCE):
        while len(found := await rows(process)) != count:
            await asyncio.sleep(0.01)
    return found


async def test_a_row_begins_and_ends_with_the_connection(join: Join, processes: Callable[..., Process]) -> None:
    process = processes()
    alice = await join("alice", process=process)
    (row,) = await until(process, 1)
    assert (str(row.session_id), row.process, row.client_id) == (
        alice.welcome["session_id"],
        process.id,
        alice.client_id,
    )
    await alice.close()
    await until(process, 0)


async def test_without_messages_the_rows_tell(join: Join, processes: Callable[..., Process]) -> None:
    first, second = (processes(layer=InMemoryChannelLayer(), timing=OFTEN) for _ in range(2))
    alice = await join("alice", process=first)
    await until(first, 1)
    bob = await join("bob", process=second)
    assert names(bob) == ["Alice", "Bob"]
    assert (await alice.next("joined"))["participant"]["user"]["name"] == "Bob"
    await bob.close()
    assert (await alice.next("left"))["session_id"] == bob.welcome["session_id"]


async def test_leases_are_renewed_and_lost_rows_written_anew(join: Join, processes: Callable[..., Process]) -> None:
    process = processes(timing=OFTEN, limits=Limits(heartbeat_timeout=1))
    await join("alice", process=process)
    (row,) = await until(process, 1)
    await process.database.write(Connection.objects.all().delete)
    (again,) = await until(process, 1)
    assert again.session_id == row.session_id
    async with asyncio.timeout(PATIENCE):
        while (await rows(process))[0].lease <= again.lease:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("hours", [1, -1])
async def test_leases_go_by_one_clock_whatever_the_hosts_think(
    join: Join, processes: Callable[..., Process], monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    process, now = processes(timing=OFTEN), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=hours))
    await join("alice", process=process)
    (row,) = await until(process, 1)
    assert timedelta() < row.lease - now < timedelta(minutes=2)
    async with asyncio.timeout(PATIENCE):
        while (renewed := (await rows(process))[0].lease) == row.lease:
            await asyncio.sleep(0.01)
    assert timedelta() < renewed - row.lease < timedelta(seconds=10)


async def test_those_of_a_process_that_died_go_with_their_lease(
    join: Join, processes: Callable[..., Process], document: Document
) -> None:
    dead, process = processes(), processes(timing=OFTEN)
    await join("bob", process=dead)
    (row,) = await until(dead, 1)
    alice = await join("alice", process=process)
    assert names(alice) == ["Alice", "Bob"]
    row.lease = timezone.now() - timedelta(seconds=1)
    await process.database.write(row.save)
    assert (await alice.next("left"))["session_id"] == str(row.session_id)


async def test_those_of_a_process_that_falls_silent_go_before_their_lease(
    join: Join, processes: Callable[..., Process]
) -> None:
    silent, process = processes(), processes(timing=replace(STILL, beat=0.05))
    bob = await join("bob", process=silent)
    await until(silent, 1)
    await silent.database.write(connections.beat, silent.id, 60)
    alice = await join("alice", process=process)
    assert names(alice) == ["Alice", "Bob"]
    await silent.database.write(connections.beat, silent.id, -1)
    assert (await alice.next("left"))["session_id"] == bob.welcome["session_id"]
    await silent.database.write(connections.beat, silent.id, 60)
    assert (await alice.next("joined"))["participant"]["session_id"] == bob.welcome["session_id"]


async def test_who_joins_through_a_process_that_was_empty_for_long_is_there_at_once(
    join: Join, processes: Callable[..., Process]
) -> None:
    empty, process = (processes(timing=replace(STILL, beat=3600)) for _ in range(2))
    await empty.database.write(connections.beat, empty.id, -1)
    await join("bob", process=empty)
    await until(empty, 1)
    assert names(await join("alice", process=process)) == ["Alice", "Bob"]


async def test_those_of_a_process_that_is_known_to_have_died_go_at_once(
    join: Join, processes: Callable[..., Process]
) -> None:
    layer = InMemoryChannelLayer(capacity=10_000)
    dead, process, heir = processes(), processes(layer=layer), processes(layer=layer)
    bob = await join("bob", process=dead)
    await until(dead, 1)
    alice = await join("alice", process=process)
    await until(dead, 2)
    await heir.attendance.inherit(dead.id)
    assert (await alice.next("left"))["session_id"] == bob.welcome["session_id"]
    assert [row.process for row in await rows(process)] == [process.id]


async def test_presence_goes_to_other_processes(join: Join, processes: Callable[..., Process]) -> None:
    layer = InMemoryChannelLayer(capacity=10_000)
    first, second = (processes(layer=layer, timing=STILL) for _ in range(2))
    alice = await join("alice", process=first)
    bob = await join("bob", process=second)
    await alice.next("joined")
    await bob.send("presence", version=0, selection={"index": 0, "length": 0}, typing=True)
    (entry,) = (await alice.next("presence"))["participants"]
    assert (entry["session_id"], entry["typing"]) == (bob.welcome["session_id"], True)


async def test_rooms_that_everyone_left_close(join: Join, processes: Callable[..., Process]) -> None:
    process = processes(timing=Timing(heads=3600, rights=3600, attendance=3600, sweep=0.05, idle_room=0.2))
    alice = await join("alice", process=process)
    await alice.types("a")
    await alice.close()
    async with asyncio.timeout(PATIENCE):
        while process.rooms():
            await asyncio.sleep(0.01)
    assert (await join("alice", process=process)).welcome["contents"] == [{"insert": "a\n"}]
