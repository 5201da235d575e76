"""What docs/guides/scale.md computes: its tables are the script's, and the script's arithmetic is right."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import capacity
from benchmarks.capacity import CONNECTION, Load, Timing, Unit
from collab import timing

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "scale.md"
COSTS = {
    **{kind: {"service_us": 10.0, "process_us": 20.0, "wal": 0.0} for kind in capacity.KINDS},
    "edit": {"service_us": 100.0, "process_us": 100.0, "wal": 1000.0, "disk": 300.0, "served_us": 1000.0},
    "message": {"service_us": 20.0, "process_us": 0.0, "wal": 0.0},
    "delivery": {"service_us": 5.0, "process_us": 0.0, "wal": 0.0},
}
LOAD = Load(documents=1000, processes=10, people=2, rooms=2, typing=0.1, edits=1, carets=1)
TIMING = Timing(heads=4, rights=20, attendance=10, beat=2)


def asked(load: Load) -> dict[str, float]:
    return {demand.name: demand.asked for demand in capacity.demands(load, COSTS, TIMING, Unit())}


def test_the_guide_has_the_tables_that_are_computed() -> None:
    assert capacity.tables(capacity.measured()) in GUIDE.read_text(), "python -m benchmarks.capacity prints them"


def test_the_timing_is_the_server_s_own() -> None:
    own = timing.Timing()
    assert Timing() == Timing(own.heads, own.rights, own.attendance, own.beat)


def test_what_is_asked_is_what_everyone_does_at_its_interval() -> None:
    rates = capacity.every(LOAD, TIMING)
    assert rates["head"] == 2000 / 4
    assert rates["lease"] == rates["participants"] == 2000 / 10
    assert rates["rights"] == 2000 / 20
    assert rates["beat"] == 10 / 2
    assert (rates["edit"], rates["message"], rates["delivery"]) == (100, 200, 200)


def test_each_kind_of_thing_is_asked_for_its_part() -> None:
    parts = asked(LOAD)
    assert parts["PostgreSQL: connections"] == 10 * capacity.KEPT
    assert parts["PostgreSQL: cores"] == pytest.approx((100 * 100 + (200 + 200 + 100 + 500 + 100 + 5) * 10) / 1e6)
    assert parts["Redis: cores"] == pytest.approx((200 * 20 + 200 * 5) / 1e6)
    assert parts["a process: MiB of memory"] == pytest.approx(CONNECTION * 200 / 2**20)


def test_databases_share_what_is_asked() -> None:
    one, four = asked(LOAD), asked(replace(LOAD, databases=4))
    assert four["PostgreSQL: cores"] == pytest.approx(one["PostgreSQL: cores"] / 4)
    assert four["PostgreSQL: connections"] == one["PostgreSQL: connections"] / 4
    assert four["Redis: cores"] == one["Redis: cores"] == 4 * asked(replace(LOAD, layers=4))["Redis: cores"]


def test_what_is_full_first_stands_first() -> None:
    first, *others = capacity.demands(LOAD, COSTS, TIMING, Unit(connections=1))
    assert first.name == "PostgreSQL: connections"
    assert first.full_at(LOAD.documents) == pytest.approx(1000 / (10 * capacity.KEPT))
    assert all(first.full_at(1000) <= other.full_at(1000) for other in others)
    assert capacity.demands(LOAD, COSTS, TIMING, Unit(database_cores=1e-6))[0].name == "PostgreSQL: cores"
