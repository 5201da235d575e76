"""The Python client against a real server, and against one that dies."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from deltapad_client import (
    Closed,
    DeltaError,
    DocumentClient,
    OutboxInUse,
    SQLiteOutbox,
    connection,
    events,
)
from tests.collab.talk import PATIENCE
from tests.line import Line
from tests.live import LiveServer


@pytest.fixture
def document(live: LiveServer) -> str:
    return live.document()


Join = Callable[..., DocumentClient]


@pytest.fixture
def join(live: LiveServer, document: str) -> Join:
    """`join("alice")` is a client of alice's in the document."""

    def join(name: str, **options: object) -> DocumentClient:
        return DocumentClient(live.ws_url(document), token=live.people[name].token, **options)  # type: ignore[arg-type]

    return join


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


async def test_it_works(join: Join) -> None:
    async with join("alice") as alice, join("bob") as bob:
        alice.insert(0, "Hello 😀")
        await alice.committed()
        await until(lambda: bob.text == "Hello 😀\n")
        bob.insert(8, "!", {"bold": True})
        bob.delete(0, 5)
        await bob.committed()
        await until(lambda: alice.contents == bob.contents)
    assert alice.contents.to_json() == [
        {"insert": " 😀"},
        {"insert": "!", "attributes": {"bold": True}},
        {"insert": "\n"},
    ]


async def test_both_type_at_once_and_converge(join: Join) -> None:
    async with join("alice") as alice, join("bob") as bob:
        for letter in "abcdefghij":
            alice.insert(alice.length - 1, letter)
            bob.insert(0, letter.upper())
            await asyncio.sleep(0)
        await asyncio.gather(alice.committed(), bob.committed())
        await until(lambda: alice.version == bob.version)
        assert alice.contents == bob.contents
        assert sorted(alice.text) == sorted("abcdefghijABCDEFGHIJ\n")


async def test_it_tells_what_happens(join: Join) -> None:
    async with asyncio.timeout(PATIENCE), join("alice") as alice, join("bob") as bob:
        with alice.events() as happening:
            bob.insert(0, "x")
            change = await anext(event async for event in happening if isinstance(event, events.Change))
            alice.insert(0, "y")
            acknowledged = await anext(event async for event in happening if isinstance(event, events.Acknowledged))
    assert change.delta.to_json() == [{"insert": "x"}]
    assert acknowledged == events.Acknowledged(seq=1, version=2)


async def test_it_shows_where_others_are(join: Join) -> None:
    async with join("alice") as alice, join("bob") as bob:
        alice.insert(0, "Hello")
        await alice.committed()
        await until(lambda: bob.version == 1)
        bob.select(1, 3)
        await until(lambda: bool(alice.presence))
        (where,) = alice.presence
        assert where.selection is not None
        assert (where.selection.index, where.selection.length) == (1, 3)


async def test_a_reader_is_told_no_and_keeps_the_text(join: Join) -> None:
    async with join("carol") as carol:
        carol.insert(0, "mine")
        await carol.committed()
        assert carol.text == "\n"
        (kept,) = carol.kept
        assert kept.code == "not_allowed"
        assert kept.delta.to_json() == [{"insert": "mine"}]


async def test_who_is_taken_out_keeps_what_came_too_late(live: LiveServer, document: str, join: Join) -> None:
    async with join("bob") as bob:
        bob.insert(0, "in time")
        await bob.committed()
        member = f"/api/v1/documents/{document}/members/{live.people['bob'].id}"
        await asyncio.to_thread(live.rest, "alice", "DELETE", member)
        bob.insert(0, "too late, ")
        await until(lambda: bob.connection != "online")
        with suppress(Closed):  # whatever comes first: that it is rejected, or the end of the connection
            await bob.committed()
        assert "too late" in bob.text + str(bob.kept)
    assert "too late" not in str(live.rest("alice", "GET", f"/api/v1/documents/{document}/contents"))


async def test_who_may_not_is_refused(join: Join) -> None:
    with pytest.raises(Closed) as refused:
        async with join("mallory"):
            pass
    assert refused.value.code == "not_found"


async def test_a_wrong_token_is_refused(live: LiveServer, document: str) -> None:
    with pytest.raises(Closed) as refused:
        async with DocumentClient(live.ws_url(document), token="dp_wrong"):
            pass
    assert refused.value.code == "unauthenticated"


async def test_a_change_that_cannot_be_made_changes_nothing(join: Join) -> None:
    async with join("alice") as alice:
        with pytest.raises(DeltaError):
            alice.delete(0, 1)
        assert not alice.unsent


# What is not acknowledged outlives the server, and the program


@pytest.fixture
def mortal() -> LiveServer:
    """A server that may be killed."""
    return LiveServer()


async def test_edits_wait_for_a_server_that_is_gone(mortal: LiveServer) -> None:
    with mortal:
        url, token = mortal.ws_url(mortal.document()), mortal.people["alice"].token
        async with DocumentClient(url, token=token) as alice:
            alice.insert(0, "before ")
            await alice.committed()
            mortal.kill()
            await until(lambda: alice.connection != "online")
            alice.insert(7, "meanwhile")
            assert alice.unsent
            await asyncio.to_thread(mortal.start)
            async with asyncio.timeout(PATIENCE):
                await alice.committed()
            assert alice.text == "before meanwhile\n"


async def test_a_line_that_lies_dead_is_noticed(
    live: LiveServer, document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PING_SECONDS", 0.5)
    token = live.people["alice"].token
    async with Line(live.port) as line:
        url = f"ws://127.0.0.1:{line.port}/ws/documents/{document}/"
        async with DocumentClient(url, token=token) as alice:
            line.abandon()
            alice.insert(0, "heard?")
            async with asyncio.timeout(30):  # of itself the line would be noticed after a minute
                await alice.committed()


async def test_another_run_goes_on_where_one_died(mortal: LiveServer, tmp_path: Path) -> None:
    with mortal:
        url, token = mortal.ws_url(mortal.document()), mortal.people["alice"].token
        async with DocumentClient(url, token=token, outbox=SQLiteOutbox(tmp_path / "outbox")) as alice:
            alice.insert(0, "one ")
            await alice.committed()
            mortal.kill()
            await until(lambda: alice.connection != "online")
            alice.insert(4, "two ")
        mortal.start()
        async with DocumentClient(url, token=token, outbox=SQLiteOutbox(tmp_path / "outbox")) as again:
            again.insert(8, "three")
            await again.committed()
            assert again.text == "one two three\n"


async def test_an_outbox_is_in_one_place_at_a_time(tmp_path: Path) -> None:
    held = SQLiteOutbox(tmp_path / "outbox")
    with pytest.raises(OutboxInUse):
        SQLiteOutbox(tmp_path / "outbox")
    held.close()
    SQLiteOutbox(tmp_path / "outbox").close()


async def test_the_readme_examples_run(live: LiveServer, document: str, root: Path) -> None:
    readme = (root / "clients" / "python" / "README.md").read_text()
    examples = [block.split("```")[0] for block in readme.split("```python\n")[1:]]
    environment = os.environ | {"DOCUMENT": live.ws_url(document), "TOKEN": live.people["alice"].token}
    said = []
    for example in examples:
        command = [sys.executable, "-c", example]
        ran = await asyncio.to_thread(
            subprocess.run, command, env=environment, capture_output=True, text=True, cwd=root, check=False
        )
        assert ran.stderr == ""
        said.append(ran.stdout)
    assert said == ["Hello from Python. \n\n", "Hello from a plain program. Hello from Python. \n\n"]
