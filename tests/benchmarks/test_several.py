"""The bench's servers of several processes: they converge, and it is known who serves whom. No time is asserted."""

from dataclasses import replace

import pytest

from benchmarks.bench.catalogue import SYSTEMS
from benchmarks.bench.run import run
from benchmarks.bench.statements import Statements, between
from benchmarks.bench.systems import PEERS, Cast
from benchmarks.bench.workloads import WORKLOADS
from tests.installed import missing
from tests.services import PostgreSQL, Redis

pytestmark = pytest.mark.live

SHORT = 0.05


@pytest.fixture(scope="module", autouse=True)
def services(node: None) -> None:
    for kind in (PostgreSQL, Redis):
        if not kind.installed():
            missing(kind.name, kind.install)


def test_people_on_both_processes_end_up_with_the_same_text() -> None:
    figures = run(SYSTEMS["deltapad-2"], replace(WORKLOADS["S2"], cast=Cast(1, 4)), SHORT)
    assert (figures["behind"], figures["difference"]) == (None, None)
    assert (figures["connections"], figures["open_in_several"]) == ([2, 2], 1)
    assert figures["statements_per_edit"] > 0
    assert figures["edits_per_commit"] > 0  # where both processes are first, one commits nothing, and tries again


def test_many_documents_are_served_by_whoever_is_called() -> None:
    figures = run(SYSTEMS["deltapad-2"], replace(WORKLOADS["S1f"], cast=Cast(4, 2)), SHORT)
    assert (figures["behind"], figures["difference"]) == (None, None)
    assert sum(figures["connections"]) == 8


@pytest.mark.skipif(not (PEERS / "node_modules").exists(), reason="the bench has installed no peers here")
@pytest.mark.parametrize("name", ["hocuspocus-redis-2", "sharedb-redis-2"])
def test_peers_converge_too(name: str) -> None:
    figures = run(SYSTEMS[name], replace(WORKLOADS["S3"], cast=Cast(1, 4)), SHORT)
    assert (figures["behind"], figures["difference"]) == (None, None)
    assert figures["connections"] == [2, 2]


def test_what_an_edit_costs_is_what_was_counted_meanwhile() -> None:
    start, end = Statements(100, 10, 5, 5, 1), Statements(400, 60, 55, 45, 11)
    assert between(start, end, edits=100) == {
        "statements_per_edit": 3.0,
        "transactions_per_edit": 0.5,
        "edits_per_commit": 2.5,
        "conflicts_per_commit": 0.5,
        "given_up_per_commit": 0.25,
    }
