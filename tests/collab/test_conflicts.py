"""Judging, committing and trying again: rooms that do not know of each other, and a database that fails."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ParamSpec, TypeVar

import pytest
from channels.layers import InMemoryChannelLayer
from django.db import OperationalError

from collab import submissions
from collab.database import Database
from collab.process import Process
from documents import commit as commits
from documents import history
from documents.models import Document, Revision
from tests.collab.conftest import Join
from tests.collab.talk import Inside

P = ParamSpec("P")
T = TypeVar("T")


class Moody(Database):
    """A database that does what a test has asked for: `before` and `after` are called around each commit."""

    def __init__(self) -> None:
        super().__init__()
        self.before: list[Callable[[], None]] = []
        self.after: list[Callable[[], None]] = []
        self.reads_fail = 0

    async def write(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        commits_now = call.__name__ == "commit"
        if commits_now and self.before:
            self.before.pop(0)()
        answer = await super().write(call, *args, **kwargs)
        if commits_now and self.after:
            self.after.pop(0)()
        return answer

    async def read(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self.reads_fail and call is history.revisions_after:
            self.reads_fail -= 1
            raise OperationalError
        return await super().read(call, *args, **kwargs)


def unknown() -> None:
    raise commits.OutcomeUnknown


@pytest.fixture(params=["in the commit", "from the start"], autouse=True)
def tried_again(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where others were first, a batch is judged anew inside the commit; from the start where they did too much."""
    if request.param == "from the start":
        monkeypatch.setattr("documents.standing.MOST_MISSED", 0)


@pytest.fixture
async def moody() -> Moody:
    return Moody()


@pytest.fixture
async def process(processes: Callable[..., Process], moody: Moody) -> Process:
    return processes(database=moody)


async def written(document: Document, process: Process) -> list[tuple[str, int]]:
    """The names of all revisions, in order."""
    rows = Revision.objects.filter(document=document).order_by("version")
    return await process.database.read(lambda: list(rows.values_list("client_id", "seq")))


async def test_two_rooms_that_do_not_hear_of_each_other(
    join: Join, processes: Callable[..., Process], document: Document
) -> None:
    first, second = (processes(layer=InMemoryChannelLayer()) for _ in range(2))
    alice, bob = await join("alice", process=first), await join("bob", process=second)
    await alice.types("a")
    await bob.acknowledged(await bob.submit({"insert": "b"}, base=0))
    assert bob.version == 2
    await alice.acknowledged(await alice.submit({"insert": "c"}, base=1))
    assert alice.version == 3
    assert alice.revisions == [*bob.revisions, alice.revisions[2]]


async def test_the_whole_batch_is_tried_again_from_what_was_received(
    join: Join, processes: Callable[..., Process], process: Process, document: Document
) -> None:
    elsewhere = await join("alice", "alice-else", process=processes(layer=InMemoryChannelLayer()))
    here = [await join("bob", f"bob-{number:06}", process=process) for number in range(5)]
    await elsewhere.types("0123456789")
    for number, typist in enumerate(here):
        await typist.submit({"insert": f"<{number}>"}, base=0)
    await asyncio.gather(*(typist.acknowledged(1) for typist in here))
    (room,) = process.rooms()
    text = room.head.content.text()
    assert text.endswith("0123456789\n")
    assert sorted(text[: -len("0123456789\n")]) == sorted("".join(f"<{number}>" for number in range(5)))


async def test_what_another_process_committed_is_only_acknowledged(
    join: Join, processes: Callable[..., Process], process: Process, document: Document
) -> None:
    there = await join("alice", process=processes(layer=InMemoryChannelLayer()))
    here = await join("alice", process=process)
    await there.types("a")
    await there.types("b")
    await here.submit({"insert": "a"}, base=0, seq=1)
    assert await here.acknowledged(1) == 1
    assert await written(document, process) == [("alice-0001", 1), ("alice-0001", 2)]


async def test_a_commit_of_which_nobody_knows_that_it_failed(join: Join, process: Process, moody: Moody) -> None:
    alice = await join("alice", process=process)
    moody.before = [unknown]
    assert await alice.types("a") == 1


async def test_a_commit_of_which_nobody_knows_that_it_succeeded(
    join: Join, process: Process, moody: Moody, document: Document
) -> None:
    alice = await join("alice", process=process)
    moody.after = [unknown]
    moody.reads_fail = 3
    assert await alice.types("a") == 1
    assert await written(document, process) == [("alice-0001", 1)]
    assert await alice.types("b") == 2


async def test_a_revision_may_be_seen_before_it_is_answered(
    join: Join, process: Process, moody: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = asyncio.Event()
    monkeypatch.setattr(submissions, "asyncio", SimpleNamespace(sleep=lambda _: again.wait()))
    alice = await join("alice", process=process)
    moody.after = [unknown]
    await alice.submit({"insert": "a"}, base=0)
    (room,) = process.rooms()
    while room.version == 0:
        await asyncio.sleep(0)
    await join("bob", process=process)  # whose coming makes the server look what else alice can be told
    assert await alice.acknowledged(1) == 1
    await alice.submit({"insert": "b"}, base=1)
    again.set()
    assert await alice.acknowledged(2) == 2


async def test_nothing_is_told_before_it_is_known(
    join: Join, process: Process, moody: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collab.room.RECOVERY", 0.2)
    alice = await join("alice", process=process)
    moody.after = [unknown]
    moody.reads_fail = 1000
    await alice.submit({"insert": "a"})
    refused = await alice.refused()
    assert (refused.code, refused.error and refused.error["retry"]) == (4500, "reconnect")
    assert [frame["type"] for frame in alice.heard] == ["welcome", "error"]
    moody.reads_fail = 0
    again = await join("alice", process=process, version=0)
    await again.submit({"insert": "a"}, base=0, seq=1)
    assert await again.acknowledged(1) == 1
    assert again.version == 1


async def test_one_that_never_gets_in_is_put_off(
    join: Join, process: Process, moody: Moody, monkeypatch: pytest.MonkeyPatch, document: Document
) -> None:
    monkeypatch.setattr(submissions, "LONGEST_PAUSE", 0.01)
    alice = await join("alice", process=process)
    moody.before = [unknown] * submissions.ATTEMPTS
    await alice.submit({"insert": "a"})
    slow_down = await alice.next("slow_down", "rejected", "revisions")
    assert (slow_down["type"], slow_down["seq"]) == ("slow_down", 1)
    await alice.submit({"insert": "a"}, base=0, seq=1)
    assert await alice.acknowledged(1) == 1


async def test_one_documents_trouble_is_not_the_others(
    join: Join, process: Process, moody: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = await join("alice", process=process)
    poisoned = "poison-001"

    def commit(batches: Any) -> Any:
        if any(revision.client_id == poisoned for batch in batches for revision in batch.revisions):
            raise ValueError("secret text")
        return commits.commit(batches)

    monkeypatch.setattr("collab.committer.commit", commit)
    monkeypatch.setattr(submissions, "LONGEST_PAUSE", 0.001)
    bad = await join("bob", poisoned, process=process)
    await bad.submit({"insert": "x"})
    assert (await bad.next("slow_down"))["seq"] == 1
    await alice.types("a")


async def test_one_who_may_not_does_not_take_the_others_along(
    join: Join, process: Process, moody: Moody, document: Document
) -> None:
    alice, bob = await join("alice", process=process), await join("bob", process=process)

    # With no message, so that only the commit itself can know.
    bobs = document.memberships.filter(user__name="Bob")
    await process.database.read(lambda: bobs.update(role="viewer"))
    await bob.submit({"insert": "b"})
    await alice.submit({"insert": "a"})
    assert (await bob.next("rejected"))["code"] == "not_allowed"
    assert await alice.acknowledged(1) == 1
    assert await written(document, process) == [("alice-0001", 1)]


async def test_ones_refusal_is_not_anothers_who_took_the_same_client_id(
    join: Join, process: Process, document: Document
) -> None:
    bob, alice = [await join(name, "the-same-id", process=process) for name in ("bob", "alice")]
    bobs = document.memberships.filter(user__name="Bob")
    await process.database.read(lambda: bobs.update(role="viewer"))
    async with asyncio.TaskGroup() as together:  # so that both are in one batch
        together.create_task(bob.submit({"insert": "b"}))
        together.create_task(alice.submit({"insert": "a"}))
    assert (await bob.next("rejected"))["code"] == "not_allowed"
    assert await alice.acknowledged(1) == 1


async def test_a_base_from_long_ago(
    join: Join, process: Process, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collab.recent.MOST_REVISIONS", 8)
    alice, bob = await join("alice", process=process), await join("bob", process=process)
    for number in range(60):
        await alice.types(str(number % 10), at=number)
    (room,) = process.rooms()
    assert room.log.in_memory_after > 40
    await bob.acknowledged(await bob.submit({"insert": "!"}, base=0))
    assert room.head.content.text() == "!" + "0123456789" * 6 + "\n"


async def test_memory_moves_after_the_database(join: Join, process: Process, moody: Moody) -> None:
    alice = await join("alice", process=process)
    (room,) = process.rooms()
    seen: list[int] = []
    moody.after = [lambda: seen.append(room.version)]
    await alice.types("a")
    assert (seen, room.version) == ([0], 1)


async def typed_by_hand(typist: Inside, letters: str) -> None:
    for letter in letters:
        await typist.types(letter)


async def test_what_waits_goes_together(join: Join, process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def commit(batches: Any) -> Any:
        sizes.append(sum(len(batch.revisions) for batch in batches))
        return commits.commit(batches)

    monkeypatch.setattr("collab.committer.commit", commit)
    everyone = [await join("bob", f"bob-{number:06}", process=process) for number in range(10)]
    await asyncio.gather(*(typed_by_hand(typist, "abc") for typist in everyone))
    assert sum(sizes) == 30
    assert len(sizes) < 20
