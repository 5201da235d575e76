"""Short rounds on real servers: nothing is lost, nothing is doubled. `make chaos` plays longer ones."""

import asyncio
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.chaos.faults import FAULTS
from tests.chaos.plan import fitting, plan
from tests.chaos.round import play
from tests.chaos.stage import Clock, DatabaseKind
from tests.installed import faketime_library, missing, postgresql_binaries, redis_binary
from tests.scale import rounds
from tests.services import PostgreSQL, Redis

SECONDS = rounds(15, 120)
# SQLite has its turn in the kills below.
ROUNDS: list[tuple[str, DatabaseKind]] = [("daphne", "postgresql")]
OTHER_ROUNDS: list[tuple[str, DatabaseKind]] = [("uvicorn", "sqlite"), ("uvicorn", "postgresql"), ("daphne", "sqlite")]

pytestmark = pytest.mark.live


def seed() -> str:
    return str(random.SystemRandom().randrange(2**32))


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("server", "database"), rounds(ROUNDS, ROUNDS + OTHER_ROUNDS))
async def test_nothing_is_lost_or_doubled(server: str, database: DatabaseKind, tmp_path: Path) -> None:
    for there, kind in ((postgresql_binaries(), PostgreSQL), (redis_binary(), Redis)):
        if not there:
            missing(kind.name, kind.install)
    report = await play(server, database, SECONDS, seed(), tmp_path)
    print(report)
    assert report.findings == [], f"seed {report.seed}"
    assert report.acknowledged == report.submissions > SECONDS
    assert report.faults


@pytest.mark.timeout(600)
@pytest.mark.parametrize("server", rounds(["uvicorn"], ["daphne", "uvicorn"]))
async def test_what_is_acknowledged_survives_sigkill(server: str, tmp_path: Path) -> None:
    if not redis_binary():
        missing(Redis.name, Redis.install)
    report = await play(server, "sqlite", rounds(12, 60), seed(), tmp_path, only=["host_killed"])
    assert report.findings == [], f"seed {report.seed}"
    assert report.faults["host_killed"]


def test_a_seed_decides_everything() -> None:
    kinds = fitting({fault.target for fault in FAULTS.values()}, 900)
    first, again, other = (plan(seed, kinds) for seed in ("7", "7", "8"))
    strikes = [next(first) for _ in range(100)]
    assert strikes == [next(again) for _ in range(100)]
    assert strikes != [next(other) for _ in range(100)]
    struck = [fault for strike in strikes for fault, _ in strike.faults]
    assert {fault.kind for fault in struck[: len(FAULTS)]} == set(FAULTS)
    assert any(len(strike.faults) > 1 for strike in strikes)
    for strike in strikes:
        assert len({fault.target for fault, _ in strike.faults}) == len(strike.faults)


def test_a_short_round_has_no_long_faults() -> None:
    kinds = fitting({"server", "redis", "line"}, 15)
    assert kinds
    assert {fault.target for fault in kinds} == {"server", "redis", "line"}
    assert all(fault.longest <= 5 for fault in kinds)


async def test_a_process_goes_by_a_clock_of_its_own() -> None:
    library = faketime_library()
    if library is None:
        missing("libfaketime", "apt-get install faketime")
    clock = Clock(library)
    tell = "import time; before = time.monotonic(); time.sleep(0.01); print(time.time(), time.monotonic() - before)"
    try:
        clock.set(3600)
        asked = await asyncio.create_subprocess_exec(
            sys.executable, "-c", tell, env=clock.environment, stdout=subprocess.PIPE
        )
        said, _ = await asked.communicate()
    finally:
        clock.close()
    now, slept = map(float, said.split())
    assert now - time.time() == pytest.approx(3600, abs=60)
    assert 0.01 <= slept < 60
