"""Plays rounds of faults, and says whether anything was lost: `python -m tests.chaos --seconds 600 --seed 7`."""

import argparse
import asyncio
import json
import random
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import get_args

from tests.chaos.faults import FAULTS
from tests.chaos.report import Report
from tests.chaos.round import play
from tests.chaos.stage import DatabaseKind
from tests.installed import faketime_library, postgresql_binaries, redis_binary

SERVERS = ("daphne", "uvicorn")
# SQLite serves one host, and has fewer faults: it gets a shorter part.
SHARES: dict[DatabaseKind, float] = {"postgresql": 0.4, "sqlite": 0.1}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1200, help="how long faults strike, in all parts together")
    parser.add_argument("--seed", help="what to repeat; printed by every round")
    parser.add_argument("--server", choices=SERVERS, action="append", help="under this server only")
    parser.add_argument("--database", choices=get_args(DatabaseKind), action="append", help="on this database only")
    parser.add_argument("--only", choices=FAULTS, action="append", help="with this fault only", metavar="FAULT")
    parser.add_argument("--folder", type=Path, default=Path("var/chaos"), help="where histories and reports are left")
    return parser.parse_args()


async def play_all(wanted: argparse.Namespace, seed: str) -> list[Report]:
    """Each server on each database, in turn."""
    databases: list[DatabaseKind] = wanted.database or list(SHARES)
    parts = [(server, database) for database in databases for server in wanted.server or SERVERS]
    shares = sum(SHARES[database] for _, database in parts)
    reports = []
    for server, database in parts:
        seconds = wanted.seconds * SHARES[database] / shares
        folder = wanted.folder / f"{seed}-{server}-{database}"
        emptied(folder)
        reports.append(await play(server, database, seconds, seed, folder, wanted.only or ()))
        print(reports[-1], flush=True)
    return reports


def emptied(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def main() -> int:
    wanted = arguments()
    if not (postgresql_binaries() and redis_binary()):
        print("PostgreSQL and Redis are needed: apt-get install postgresql redis-server")
        return 1
    if not faketime_library():
        print("without the clock that goes wrong: apt-get install faketime")
    seed = wanted.seed or str(random.SystemRandom().randrange(2**32))
    print(f"seed {seed}", flush=True)
    reports = asyncio.run(play_all(wanted, seed))
    (wanted.folder / "report.json").write_text(json.dumps([asdict(each) for each in reports], indent=2) + "\n")
    faults = sum(sum(report.faults.values()) for report in reports)
    edits, lost, doubled = (sum(getattr(each, name) for each in reports) for name in ("edits", "lost", "doubled"))
    print(f"in all: {faults} faults, {edits} edits, {lost} lost, {doubled} doubled")
    return 1 if any(report.findings for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
