"""Measures Deltapad and its peers at the same work, in turn. Without arguments: everything."""

import argparse
import sys
from pathlib import Path
from typing import Any

from benchmarks.bench import results
from benchmarks.bench.catalogue import SYSTEMS
from benchmarks.bench.cores import first
from benchmarks.bench.generator import Failed
from benchmarks.bench.goals import goals
from benchmarks.bench.peers import Relay
from benchmarks.bench.report import OURS
from benchmarks.bench.run import run
from benchmarks.bench.workloads import WORKLOADS, Workload

Done = dict[str, list[dict[str, Any]]]


def main() -> int:
    options = _options()
    measured: dict[str, Done] = {}
    failures = 0
    for workload in options.workloads:
        measured[workload.name], failed = _in_turn(workload, options)
        failures += failed
        print(results.workload_section(workload.name, measured[workload.name]), flush=True)
        if options.save:
            results.save(options.save, measured)
    print(goals(measured))
    return bool(failures)


def _in_turn(workload: Workload, options: argparse.Namespace) -> tuple[Done, int]:
    """All systems once, and again, so that what changes on the machine meets all of them."""
    names = [name for name in options.systems if _takes_part(name, workload)]
    done: Done = {name: [] for name in names}
    failures = 0
    for number in range(options.rounds):
        for name in names:
            print(f"{workload.name} {name} {number + 1}/{options.rounds}", file=sys.stderr, flush=True)
            try:
                done[name].append(run(SYSTEMS[name], workload, options.scale))
            except (Failed, RuntimeError) as failure:
                failures += 1
                print(failure, file=sys.stderr)
    return done, failures


def _takes_part(name: str, workload: Workload) -> bool:
    if (SYSTEMS[name].core is None) != workload.several:
        return False
    if issubclass(SYSTEMS[name], Relay):
        return workload.relays_too and not workload.ours_alone
    return name.startswith(OURS) or not workload.ours_alone


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"some of {', '.join(WORKLOADS)}")
    parser.add_argument("--systems", help=f"some of {','.join(SYSTEMS)}, with commas")
    parser.add_argument("--rounds", type=int, default=3, help="how often each system does each workload")
    parser.add_argument("--scale", type=float, default=1.0, help="how much longer than usual each run takes")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="keep what was measured there")
    options = parser.parse_args()
    options.systems = options.systems.split(",") if options.systems else list(SYSTEMS)
    options.workloads = _workloads(options.workloads)
    for name in set(options.systems) - SYSTEMS.keys():
        parser.error(f"there is no system {name}")
    return options


def _workloads(names: list[str]) -> list[Workload]:
    """`W3` means all whose names begin so (`W3-50`, …)."""
    return [
        workload
        for workload in WORKLOADS.values()
        if not names or workload.name in names or workload.name.partition("-")[0] in names
    ]


if __name__ == "__main__":
    sys.exit(first(main))
