"""Frames that are not the protocol at all: a reason, a close, no traceback, no effect."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from tests.collab.talk import Table


@pytest.fixture
async def undisturbed(table: Table) -> AsyncIterator[None]:
    """Somebody else, whom all this does not touch."""
    bob = await table.joins("bob")
    yield
    assert [frame for frame in await bob.quiet() if frame["type"] == "revisions"] == []
    assert table.contents()["version"] == 0
    assert "Traceback" not in table.server.log


SUBMIT = {"type": "submit", "seq": 1, "base_version": 0, "delta": [{"insert": "x"}]}


@pytest.mark.usefixtures("undisturbed")
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        '{"type":"submit","seq":1,"base_version":0,"delta":[{"insert":"x"}',
        "nonsense",
        "null",
        "7",
        '"submit"',
        "[]",
        "[" * 100_000,
        '{"type":' * 50_000,
        "{}",
        '{"type":"dance"}',
        '{"type":null}',
        '{"type":["submit"]}',
        '{"type":"welcome"}',
        json.dumps(SUBMIT | {"extra": 1}),
        json.dumps(SUBMIT | {"seq": "1"}),
        json.dumps(SUBMIT | {"seq": True}),
        json.dumps(SUBMIT | {"seq": 1.5}),
        json.dumps(SUBMIT | {"seq": 0}),
        json.dumps(SUBMIT | {"seq": -1}),
        json.dumps(SUBMIT | {"base_version": 2**53}),
        json.dumps(SUBMIT | {"base_version": None}),
        json.dumps({"type": "submit", "seq": 1, "base_version": 0}),
        '{"type":"submit","seq":1,"base_version":NaN,"delta":[]}',
        '{"type":"submit","seq":1e400,"base_version":0,"delta":[]}',
        '{"type":"submit","seq":' + "1" * 5000 + ',"base_version":0,"delta":[]}',
        '{"type":"ping","id":{}}',
        '{"type":"fetch"}',
        '{"type":"presence","version":0,"selection":{"index":-1,"length":0}}',
        '{"type":"presence","version":0,"selection":7}',
        '{"type":"seen"}',
    ],
)
async def test_what_is_no_message_closes(table: Table, text: str) -> None:
    alice = await table.joins("alice")
    await alice.send_text(text)
    closed = await alice.refused()
    assert closed.code == 4400
    assert closed.error is not None
    assert (closed.error["code"], closed.error["retry"]) == ("bad_message", "never")


@pytest.mark.usefixtures("undisturbed")
async def test_binary_frames_close(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.socket.send(json.dumps(SUBMIT).encode())
    assert (await alice.refused()).code == 4400


@pytest.mark.usefixtures("undisturbed")
async def test_a_binary_frame_before_hello_closes(table: Table) -> None:
    alice = await table.sits("alice")
    await alice.socket.send(b"\x00\xff")
    assert (await alice.refused()).code == 4400


@pytest.mark.usefixtures("undisturbed")
async def test_nothing_of_the_frame_is_repeated(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.send_text(json.dumps(SUBMIT | {"<script>secret": "secret"}))
    closed = await alice.refused()
    assert closed.error is not None
    assert "secret" not in closed.error["message"]
    assert "secret" not in table.server.log


@pytest.mark.parametrize("letter", ["x", "é"])
async def test_a_frame_of_the_limit_is_taken(table: Table, letter: str) -> None:
    alice = await table.joins("alice")
    text = frame_of(4 * 1024 * 1024, letter)
    await alice.send_text(text)
    await alice.acknowledged(1)
    assert len(table.text()) > 1_000_000


@pytest.mark.usefixtures("undisturbed")
@pytest.mark.parametrize("letter", ["x", "é"])
async def test_one_byte_more_closes(table: Table, letter: str) -> None:
    alice = await table.joins("alice")
    await alice.send_text(frame_of(4 * 1024 * 1024 + 1, letter))
    assert (await alice.refused()).code == 4413


def frame_of(size: int, letter: str) -> str:
    """A submission of exactly so many bytes."""
    frame = json.dumps(SUBMIT | {"delta": [{"insert": "PAD"}]})
    missing = size - len(frame) + len("PAD")
    letters, rest = divmod(missing, len(letter.encode()))
    return frame.replace("PAD", letter * letters + "x" * rest)


@pytest.mark.usefixtures("undisturbed")
async def test_a_frame_above_the_servers_own_limit_ends_the_connection(table: Table) -> None:
    alice = await table.joins("alice")
    with suppress(ConnectionClosed):
        await alice.send_text("x" * (9 * 1024 * 1024))
    assert (await alice.refused()).code in (1009, None)  # Daphne drops the line
