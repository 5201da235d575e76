"""A bug in the server ends one connection, in good order, and tells the log nothing that people wrote."""

import asyncio
from collections.abc import Callable

import pytest

from collab.process import Process
from collab.tasks import every, spawn, stopped
from tests.collab.conftest import Join
from tests.collab.talk import Closed

WRITTEN = "what somebody wrote"


class Secret(Exception):
    pass


def broken(*args: object, **kwargs: object) -> object:
    raise Secret(WRITTEN)


async def test_a_bug_in_a_message(
    join: Join, processes: Callable[..., Process], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    process = processes()
    alice, bob = await join("alice", process=process), await join("bob", process=process)
    monkeypatch.setattr("collab.session.Pong", broken)
    await alice.send("ping")
    refused = await alice.refused()
    assert (refused.code, refused.error and refused.error["retry"]) == (4500, "reconnect")
    assert caplog.text.count("unexpected Secret") == 1
    assert WRITTEN not in caplog.text
    await bob.types("still here")


async def test_a_bug_in_joining(
    join: Join, processes: Callable[..., Process], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    process = processes()
    bob = await join("bob", process=process)
    with monkeypatch.context() as patched:
        patched.setattr("collab.join.DocumentInfo", broken)
        with pytest.raises(Closed, match="internal"):
            await join("alice", process=process)
    assert WRITTEN not in caplog.text
    await join("alice", "alice-0002", process=process)
    await bob.types("still here")


async def test_a_bug_in_judging(
    join: Join, processes: Callable[..., Process], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    process = processes()
    alice, bob = await join("alice", process=process), await join("bob", process=process)
    with monkeypatch.context() as patched:
        patched.setattr("collab.attempt.judge_claim", broken)
        await alice.submit({"insert": "x"})
        assert (await alice.refused()).code == 4500
    assert WRITTEN not in caplog.text
    await bob.types("the room works on")


async def test_a_bug_in_the_background(caplog: pytest.LogCaptureFixture) -> None:
    turns = asyncio.Queue[None]()

    async def work() -> None:
        turns.put_nowait(None)
        broken()

    task = spawn(every(0.01, work))
    for _ in range(3):
        await asyncio.wait_for(turns.get(), 5)
    await stopped(task)
    assert "unexpected Secret" in caplog.text
    assert WRITTEN not in caplog.text


async def test_a_bug_in_joining_leaves_nobody_behind(
    join: Join, processes: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    process = processes()
    bob = await join("bob", process=process)
    with monkeypatch.context() as patched:
        patched.setattr("collab.join.encode", broken)
        with pytest.raises(Closed):
            await join("alice", process=process)
    assert [one["type"] for one in await bob.quiet()] == ["joined", "left"]
    (room,) = process.rooms()
    assert len(room.connections) == len(list(room.participants)) == 1


async def test_a_database_that_fails_while_one_catches_up(
    join: Join, processes: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    process = processes()
    alice = await join("alice", process=process)
    for letter in "abc":
        await alice.types(letter)
    monkeypatch.setattr("collab.log.Recent.page", lambda *args: None)
    monkeypatch.setattr("collab.log.Log.read_page", broken)
    await alice.send("fetch", after=0)
    assert (await alice.refused()).code == 4500
