"""The bench in its shortest form: each workload works and everyone ends up with the same. No time is asserted."""

from dataclasses import replace
from typing import Any

import pytest

from benchmarks.bench import courses
from benchmarks.bench.catalogue import SYSTEMS
from benchmarks.bench.run import Stage, run
from benchmarks.bench.systems import PEERS, Cast
from benchmarks.bench.workloads import WORKLOADS
from tests.benchmarks.conftest import Shared

pytestmark = pytest.mark.live

SHORT = 0.05
# The longest text has then 20,000 characters, the longest history 2,000 revisions.
SMALL = 0.002
# The others differ from one of these in numbers alone, and here all have the same few people.
TYPING = ("W1", "W2", "W2c", "W3-50", "W4", "W9-rich", "W9-paste")
PEER_NAMES = ("sharedb", "hocuspocus", "hocuspocus-sqlite", "y-websocket", "y-websocket-leveldb")


def short(stage: Stage, shared: Shared, name: str, documents: int = 1, scale: float = SHORT) -> dict[str, Any]:
    shared.hand_out(documents)
    workload = WORKLOADS[name]
    return workload.course(stage, workload.order(scale) | {"base": 6_000})


@pytest.mark.parametrize("name", TYPING)
def test_everyone_ends_up_with_the_same_text(stage: Stage, shared: Shared, name: str) -> None:
    figures = short(stage, shared, name, documents=3 if name == "W4" else 1)
    assert (figures["behind"], figures["difference"]) == (None, None)
    assert figures["typed"] > 0
    assert figures["visible"]["count"] > 0


def test_a_trace_ends_as_recorded_and_is_there_after_a_restart(stage: Stage, shared: Shared) -> None:
    figures = short(stage, shared, "W5")
    assert (figures["difference"], figures["reopen"]) == (None, "")
    assert figures["disk_mib"] > 0


def test_idle_connections_stay(stage: Stage, shared: Shared) -> None:
    assert short(stage, shared, "W6", documents=3)["difference"] is None


def test_a_killed_server_has_lost_nothing(stage: Stage, shared: Shared) -> None:
    figures = short(stage, shared, "W7")
    assert figures["acked"] > 0
    assert (figures["acked_lost"], figures["seen_lost"], figures["difference"]) == (0, 0, None)


def test_documents_grow(stage: Stage, shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courses, "LENGTHS", (1_000, 10_000_000))
    monkeypatch.setattr(courses, "HISTORIES", (1_000_000,))
    long, much_changed = short(stage, shared, "W8", 3, SMALL)["grown"]
    assert (long["length"], much_changed["revisions"]) == (20_000, 2_000)
    assert all(each["ack"]["count"] == 20 and each["open_1_ms"] > 0 for each in (long, much_changed))


@pytest.mark.skipif(not (PEERS / "node_modules").exists(), reason="the bench has installed no peers here")
@pytest.mark.parametrize("name", PEER_NAMES)
def test_peers_converge_too(name: str) -> None:
    figures = run(SYSTEMS[name], replace(WORKLOADS["W1"], cast=Cast(1, 3)), SHORT)
    assert (figures["behind"], figures["difference"]) == (None, None)
    assert figures["visible"]["count"] > 0


def test_the_relay_delivers_everything() -> None:
    for name in ("relay", "relay-daphne"):
        assert run(SYSTEMS[name], replace(WORKLOADS["W1"], cast=Cast(1, 3)), SHORT)["behind"] is None
