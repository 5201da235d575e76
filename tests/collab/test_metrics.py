"""What is measured: it counts what happened, in every process, for those who know the token."""

import asyncio
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer
from django.db import OperationalError
from prometheus_client.parser import text_string_to_metric_families

from collab import metrics
from collab.database import Database
from collab.process import Process
from collab.scrape import Scrape
from collab.timing import Timing
from documents import acts
from documents.models import Document
from tests.collab.conftest import Join
from tests.collab.talk import Table
from tests.live import LiveServer
from tests.services import PostgreSQL, Redis

TOKEN = "scrape-me-if-you-can"
Samples = dict[tuple[str, str], float]


def scraped(server: LiveServer, token: str | None = TOKEN) -> dict[str, Samples]:
    """What `/metrics` tells: for each process, values by name and the value of the other label."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    request = urllib.request.Request(f"{server.url}/metrics", headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    told: dict[str, Samples] = {}
    for sample in (sample for family in families for sample in family.samples):
        labels = dict(sample.labels)
        process = labels.pop("process")
        told.setdefault(process, {})[sample.name, "".join(labels.values())] = sample.value
    return told


def total(told: dict[str, Samples], name: str, label: str = "") -> float:
    """The sum over processes, as Prometheus makes it."""
    return sum(samples.get((f"deltapad_{name}", label), 0.0) for samples in told.values())


def refusal(server: LiveServer, token: str | None) -> int:
    with pytest.raises(urllib.error.HTTPError) as refused:
        scraped(server, token)
    with refused.value:
        return refused.value.code


class Counted:
    """How much a metric of this very process has grown since."""

    def __init__(self, name: str, **labels: str) -> None:
        self._name, self._labels = f"deltapad_{name}", labels
        self._before = self._value()

    def _value(self) -> float:
        return metrics.REGISTRY.get_sample_value(self._name, self._labels) or 0.0

    @property
    def more(self) -> float:
        return self._value() - self._before


@pytest.fixture(params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest, postgresql: PostgreSQL, redis: Redis) -> Iterator[LiveServer]:
    """Two processes behind one port, which a test may kill."""
    environment = {"METRICS_TOKEN": TOKEN}
    with LiveServer(request.param, 2, postgresql=postgresql, redis_url=redis.url, environment=environment) as running:
        yield running


@pytest.fixture
async def table(server: LiveServer) -> AsyncIterator[Table]:
    made = Table(server, await asyncio.to_thread(server.document))
    yield made
    await made.close()


async def until(server: LiveServer, is_so: Callable[[dict[str, Samples]], bool]) -> dict[str, Samples]:
    """The first scrape of which this is so."""
    async with asyncio.timeout(60):
        while not is_so(told := await asyncio.to_thread(scraped, server)):
            await asyncio.sleep(0.1)
    return told


def pids(server: LiveServer) -> set[str]:
    return {str(pid) for pid in server.workers()}


async def test_it_works_for_all_processes_whichever_is_asked(table: Table) -> None:
    server = table.server
    typists = [await table.joins("bob", f"{letter}ob-{letter * 6}") for letter in "abcdef"]
    for typist in typists:
        for _ in range(5):
            await typist.types("x")
    await until(server, lambda told: set(told) == pids(server))
    for _ in range(10):  # some ask the one, and some the other
        told = await asyncio.to_thread(scraped, server)
        assert set(told) == pids(server)
        assert total(told, "submissions_total", "accepted") == 30
        assert total(told, "batch_submissions_sum") == 30
        assert total(told, "connections") == 6
        assert total(told, "commit_seconds_count") >= 30
        assert total(told, "fan_out_seconds_count") >= 30
        assert total(told, "channel_layer_up") == 2


async def test_of_a_dead_process_nothing_stays(table: Table) -> None:
    server = table.server
    people = [await table.joins("bob", f"{letter}ob-{letter * 6}") for letter in "abcdef"]
    told = await until(server, lambda told: set(told) == pids(server))
    assert total(told, "connections") == len(people)
    dead, alive = told
    there = told[alive]["deltapad_connections", ""]
    os.kill(int(dead), signal.SIGKILL)
    told = await until(server, lambda told: dead not in told and len(told) == 2)
    assert total(told, "connections") == there


async def test_a_process_that_hangs_holds_nobody_up(server: LiveServer) -> None:
    told = await until(server, lambda told: len(told) == 2)
    hanging, other = told
    os.kill(int(hanging), signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert set(await asyncio.to_thread(scraped, server)) == {other}
        assert time.monotonic() - began < 10
    finally:
        os.kill(int(hanging), signal.SIGCONT)


async def test_without_siblings_a_process_tells_of_itself(processes: Callable[..., Process]) -> None:
    page = (await Scrape(processes()).page()).decode()
    assert f'deltapad_connections{{process="{os.getpid()}"}} 0.0' in page


async def test_a_refusal_is_counted_by_its_code(join: Join) -> None:
    carol, alice = await join("carol"), await join("alice")
    refused = Counted("submissions_total", outcome="refused")
    codes = [Counted("refusals_total", code=code) for code in ("not_allowed", "bad_delta", "bad_message")]
    await carol.submit({"insert": "x"})
    await carol.next("rejected")
    await alice.submit({"retain": -1})
    await alice.next("rejected")
    await alice.send_text("{")
    await alice.refused()
    assert [refused.more, *(code.more for code in codes)] == [2, 1, 1, 1]


async def test_a_duplicate_is_no_second_change(join: Join) -> None:
    alice = await join("alice")
    accepted, duplicate = (Counted("submissions_total", outcome=outcome) for outcome in ("accepted", "duplicate"))
    await alice.types("x")
    await alice.submit({"insert": "x"}, base=0, seq=1)
    await alice.next("ack")
    assert (accepted.more, duplicate.more) == (1, 1)


async def test_who_was_not_first_counts_a_conflict(join: Join, processes: Callable[..., Process]) -> None:
    first, second = (processes(layer=InMemoryChannelLayer()) for _ in range(2))  # which do not hear of each other
    alice, bob = await join("alice", process=first), await join("bob", process=second)
    conflicts, gaps = Counted("conflicts_total", judged="inside"), Counted("healed_gaps_total")
    await alice.types("a")
    assert conflicts.more == 0
    await bob.submit({"insert": "b"}, base=0)
    await bob.reaches(2)
    assert (conflicts.more, gaps.more) == (1, 0)


class Forgetful(InMemoryChannelLayer):
    """Loses the messages about revisions whose turn it is."""

    def __init__(self, *lost: int) -> None:
        super().__init__(capacity=10_000)
        self._lost = lost
        self._sent = 0

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self._sent += message["type"] == "revisions"
        if message["type"] != "revisions" or self._sent not in self._lost:
            await super().group_send(group, message)


@pytest.mark.parametrize(("lost", "healed"), [((), 0), ((2,), 1), ((1, 2, 4), 2)])
async def test_a_lost_message_shows_by_the_next_one(
    join: Join, processes: Callable[..., Process], document: Document, lost: tuple[int, ...], healed: int
) -> None:
    layer = Forgetful(*lost)
    first, second = (processes(layer=layer) for _ in range(2))
    alice, bob = await join("alice", process=first), await join("bob", process=second)
    gaps = Counted("healed_gaps_total")
    for version in range(1, 6):
        await alice.types("a")
        if version not in lost:
            await bob.reaches(version)
    assert gaps.more == healed


async def test_a_lost_message_shows_when_the_head_is_looked_at(
    join: Join, processes: Callable[..., Process], document: Document
) -> None:
    layer = Forgetful(1)
    first, second = (processes(layer=layer, timing=Timing(heads=0.1, rights=3600, sweep=3600)) for _ in range(2))
    alice, bob = await join("alice", process=first), await join("bob", process=second)
    gaps = Counted("healed_gaps_total")
    await alice.types("a")
    await bob.reaches(1)
    assert gaps.more == 1


class Broken(Database):
    """Writes nothing any more once it is told so."""

    is_broken = False

    async def write(self, call: Any, *args: Any, **kwargs: Any) -> Any:
        if self.is_broken:
            self.is_broken = False
            raise OperationalError
        return await super().write(call, *args, **kwargs)


async def test_a_commit_that_fails_is_counted_and_not_timed(join: Join, processes: Callable[..., Process]) -> None:
    database = Broken()
    alice = await join("alice", process=processes(database=database))
    failures, timed = Counted("commit_failures_total"), Counted("commit_seconds_count")
    database.is_broken = True
    await alice.types("x")
    assert (failures.more, timed.more) == (1, 1)


async def test_what_a_process_holds_is_read_when_it_is_asked(join: Join, processes: Callable[..., Process]) -> None:
    process = processes()

    def held(name: str) -> float:
        families = {family.name: family for family in metrics.standing(process)}
        return families[f"deltapad_{name}"].samples[0].value

    assert (held("connections"), held("rooms"), held("recent_bytes"), held("draining")) == (0, 0, 0, 0)
    alice = await join("alice", process=process)
    await join("carol", process=process)
    await alice.types("x")
    process.draining = True
    assert (held("connections"), held("rooms"), held("draining")) == (2, 1, 1)
    assert held("recent_bytes") > 100


async def test_damage_shows_wherever_it_was_found(
    transactional_db: None, processes: Callable[..., Process], document: Document
) -> None:
    process = processes(timing=Timing(heads=3600, rights=3600, attendance=0.05, sweep=3600))
    await process.database.read(acts.note_damage, document.pk, "a revision is missing")
    async with asyncio.timeout(10):
        while not process.damaged_documents:
            await asyncio.sleep(0.01)
    held = {family.name: family.samples[0].value for family in metrics.standing(process)}
    assert held["deltapad_damaged_documents"] == 1


async def test_a_loop_that_is_held_up_shows(processes: Callable[..., Process]) -> None:
    processes()
    late = Counted("loop_lag_seconds_sum")
    await asyncio.sleep(0)
    time.sleep(metrics.LAG_EVERY + 0.3)  # noqa: ASYNC251 - that is the fault
    async with asyncio.timeout(10):
        while late.more < 0.3:
            await asyncio.sleep(0.01)


def test_only_who_knows_the_token_reads_it(server: LiveServer) -> None:
    assert refusal(server, None) == 401
    assert refusal(server, "scrape-me-if-you-kan") == 401
    assert refusal(server, server.people["alice"].token) == 401


def test_without_a_token_there_is_nothing(live: LiveServer) -> None:
    assert refusal(live, None) == 404
    assert refusal(live, "") == 404
