"""check: a client finds out whether it holds what the document holds, and gets that where it does not."""

import logging
from collections.abc import Callable

import pytest

from accounts.models import User
from collab.process import Process
from documents.models import Document
from protocol.content import Content
from protocol.contents_digest import contents_digest
from protocol.limits import Limits
from tests.collab.conftest import Join
from tests.collab.talk import Frame, Table, Talker

OTHER = "0" * 64


def digest(text: str) -> str:
    return contents_digest(Content.from_json([{"insert": f"{text}\n"}]))


async def asks(talker: Talker, text: str, version: int | None = None) -> Frame:
    """The answer to a talker who holds `text` at `version`, else at the one that it was told of last."""
    version = talker.version if version is None else version
    await talker.send("check", version=version, digest=digest(text))
    return await talker.next("checked")


@pytest.fixture
async def process(processes: Callable[..., Process]) -> Process:
    """A server that may be asked as often as one likes."""
    return processes(limits=Limits(check_interval=1e-9))


async def test_it_works(table: Table) -> None:
    alice = await table.joins("alice")
    assert alice.welcome["limits"]["check_interval"] > 0
    await alice.types("Hello 😀")
    assert await asks(alice, "Hello 😀") == {"type": "checked", "version": 1, "result": "same"}


async def test_one_who_holds_something_else_gets_the_contents(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.types("Hello")
    assert await asks(alice, "Hallo") == {
        "type": "checked",
        "version": 1,
        "result": "different",
        "contents": [{"insert": "Hello\n"}],
    }
    await alice.types("!", at=5)  # and it goes on on the same connection
    assert table.text() == "Hello!\n"


async def test_the_log_says_who_differed_where_and_never_what(
    join: Join, process: Process, document: Document, caplog: pytest.LogCaptureFixture
) -> None:
    alice = await join("alice", process=process)
    await alice.types("secret")
    await asks(alice, "secret")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    await asks(alice, "sacred")
    (said,) = (record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING)
    assert {"alice-0001", str(document.pk), "1"} <= set(said.split())
    assert "secret" not in caplog.text


async def test_versions_just_passed_may_be_asked_about_and_older_ones_are_unknown(join: Join, process: Process) -> None:
    alice = await join("alice", process=process)
    for letter in "abcdefghij":
        await alice.types(letter)
    assert (await asks(alice, "ihgfedcba", version=9))["result"] == "same"
    assert await asks(alice, "", version=0) == {"type": "checked", "version": 0, "result": "unknown"}
    assert (await asks(alice, "", version=99))["result"] == "unknown"


async def test_long_documents_are_digested_and_sent_too(join: Join, process: Process) -> None:
    alice = await join("alice", process=process)
    text = "long 😀 " * 150_000  # its contents are longer than what may wait for one who does not read
    await alice.types(text)
    assert (await asks(alice, text))["result"] == "same"
    assert (await asks(alice, "short"))["contents"] == [{"insert": f"{text}\n"}]
    assert (await asks(alice, text))["result"] == "same"


async def test_a_room_rests_after_a_digest(join: Join, process: Process) -> None:
    """Each costs as much as the document is long: those who edit and ask in turn would have it made each time."""
    alice = await join("alice", process=process)
    await alice.types("long " * 300_000)
    assert (await asks(alice, "short"))["result"] == "different"
    await alice.types("x")
    assert (await asks(alice, "short"))["result"] == "unknown"
    assert (await asks(alice, "short", version=1))["result"] == "different"  # which is known


async def test_who_asks_too_often_is_told_nothing(join: Join) -> None:
    alice = await join("alice")
    assert (await asks(alice, ""))["result"] == "same"
    assert (await asks(alice, ""))["result"] == "unknown"


async def test_who_may_read_may_ask(table: Table) -> None:
    carol = await table.joins("carol")
    assert (await asks(carol, ""))["result"] == "same"


async def test_nobody_learns_what_stood_there_before_they_came(
    join: Join, process: Process, document: Document, carol: User
) -> None:
    alice = await join("alice", process=process)
    await alice.types("secret")
    await alice.acknowledged(await alice.submit({"delete": 6}))
    reader = await join("carol", process=process)
    assert (await asks(reader, "?", version=1))["result"] == "unknown"
    assert (await asks(reader, "?", version=2))["result"] == "different"


@pytest.mark.parametrize(
    "fields", [{}, {"version": 0}, {"version": 0, "digest": "x"}, {"version": -1, "digest": OTHER}]
)
async def test_what_is_no_question_ends_the_connection(table: Table, fields: Frame) -> None:
    alice = await table.joins("alice")
    await alice.send("check", **fields)
    assert (await alice.refused()).code == 4400


async def test_a_flood_is_cut_off(table: Table) -> None:
    carol = await table.joins("carol")
    closed = await carol.floods(lambda index: carol.send("check", version=0, digest=OTHER))
    assert closed.code == 4529


async def test_one_who_left_meanwhile_harms_nobody(join: Join, process: Process) -> None:
    alice, bob = await join("alice", process=process), await join("bob", process=process)
    await alice.types("long " * 300_000)
    await alice.send("check", version=1, digest=OTHER)
    await alice.close()
    await bob.reaches(1)
    await bob.types("x")
