"""Measures Deltapad and its peers at the same work, in turn. Without arguments: everything."""

import argparse
import json
import sys
from typing import Any

from benchmarks.bench.cores import first
from benchmarks.bench.deltapad import DeltapadDaphne, DeltapadPostgreSQL, DeltapadUvicorn
from benchmarks.bench.generator import Failed
from benchmarks.bench.peers import (
    Hocuspocus,
    HocuspocusSQLite,
    Pycrdt,
    RelayDaphne,
    RelayUvicorn,
    ShareDB,
    ShareDBPostgreSQL,
    YWebsocket,
    YWebsocketLevelDB,
)
from benchmarks.bench.report import table
from benchmarks.bench.run import run
from benchmarks.bench.systems import System
from benchmarks.bench.workloads import WORKLOADS, Workload

SYSTEMS: dict[str, type[System]] = {
    kind.name: kind
    for kind in (
        DeltapadUvicorn,
        DeltapadDaphne,
        DeltapadPostgreSQL,
        RelayUvicorn,
        RelayDaphne,
        ShareDB,
        ShareDBPostgreSQL,
        Hocuspocus,
        HocuspocusSQLite,
        YWebsocket,
        YWebsocketLevelDB,
        Pycrdt,
    )
}


def main() -> int:
    options = _options()
    failed = False
    results: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for workload in options.workloads:
        done = results[workload.name] = {name: [] for name in options.systems}
        for number in range(options.rounds):
            for name in options.systems:
                print(f"{workload.name} {name} {number + 1}/{options.rounds}", file=sys.stderr, flush=True)
                try:
                    done[name].append(run(SYSTEMS[name], workload, options.scale))
                except (Failed, RuntimeError) as failure:
                    failed = True
                    print(failure, file=sys.stderr)
        print(table(f"{workload.name}: {workload.title}", done), flush=True)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=1)
    return failed


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"some of {', '.join(WORKLOADS)}")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help=f"some of {','.join(SYSTEMS)}, with commas")
    parser.add_argument("--rounds", type=int, default=3, help="how often each system does each workload")
    parser.add_argument("--scale", type=float, default=1.0, help="how much longer than usual each run takes")
    parser.add_argument("--json", help="where to write all figures")
    options = parser.parse_args()
    options.systems = options.systems.split(",")
    options.workloads = _workloads(options.workloads)
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
