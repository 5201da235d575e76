"""The short tables of docs/guides/performance.md, made of benchmarks/results: `python -m benchmarks.bench.summary`."""

import json
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from benchmarks.bench.report import Run, Runs, cpu, field, number, quantile, section, table
from benchmarks.bench.systems import ROOT

RESULTS = ROOT / "benchmarks" / "results" / "results.json"
GUIDE = ROOT / "docs" / "guides" / "performance.md"
BEGINNING, END = "<!-- written by benchmarks.bench.summary -->\n", "<!-- end -->\n"

SYSTEMS = {
    "deltapad": "Deltapad",
    "deltapad-daphne": "under Daphne",
    "deltapad-postgresql": "on PostgreSQL",
    "relay": "bare relay",
    "relay-daphne": "Daphne's",
    "hocuspocus-sqlite": "Hocuspocus, SQLite",
    "sharedb": "ShareDB",
    "sharedb-postgresql": "ShareDB, PostgreSQL",
}


class Line(NamedTuple):
    """One line of the table: the figures that `reads` finds, as `pattern` puts them."""

    workload: str
    what: str
    pattern: str
    reads: tuple[Callable[[Run], float | None], ...]


P50, P99 = quantile("visible", "p50"), quantile("visible", "p99")
OPENING = (field("accepted_seconds"), field("open_1_ms"), field("open_kib"), field("reopen_ms"), field("disk_mib"))
LINES = (
    Line("W1", "to the other screen, p50/p99 ms", "{}/{}", (P50, P99)),
    Line("W2", "acknowledged one at a time, per s", "{}", (field("acked_per_second"),)),
    Line("W2c", "characters per s", "{}", (field("acked_per_second"),)),
    Line("W3-500", "p99 ms and CPU", "{}, {} %", (P99, cpu)),
    Line("W3f", "deliveries per s", "{}", (field("deliveries_per_second"),)),
    Line("W3b", "p50/p99 ms and CPU", "{}/{}, {} %", (P50, P99, cpu)),
    Line("W3c", "p50/p99 ms and CPU", "{}/{}, {} %", (P50, P99, cpu)),
    Line("W4", "p50/p99 ms and CPU", "{}/{}, {} %", (P50, P99, cpu)),
    Line("W5", "accepted s; first open; after a restart; disk", "{}; {} ms, {} KiB; {} ms; {} MiB", OPENING),
    Line("W6", "KiB a connection and document", "{}", (field("kib_per_connection"),)),
    Line("W7", "acknowledged, and of them lost", "{}, {}", (field("acked"), field("acked_lost"))),
    Line("W9-rich", "p99 ms", "{}", (P99,)),
    Line("W9-paste", "p99 ms", "{}", (P99,)),
)


def summary(results: Mapping[str, Mapping[str, Any]]) -> str:
    """The tables: medians of each workload's runs, and what W8 found."""
    known = [line for line in LINES if line.workload in results]
    rows = [
        [
            f"{line.workload}, {line.what}",
            *(_cell(line, results[line.workload]["runs"].get(name, ())) for name in SYSTEMS),
        ]
        for line in known
    ]
    growth: Runs = results.get("W8", {}).get("runs", {})
    return "\n".join([table(["", *SYSTEMS.values()], rows), *([section("W8: growth", growth)] if growth else [])])


def _cell(line: Line, runs: Sequence[Run]) -> str:
    found = [[value for run in runs if (value := read(run)) is not None] for read in line.reads]
    return line.pattern.format(*[number(median(values)) for values in found]) if all(found) else ""


def guide(text: str) -> str:
    """The guide, with its tables written anew."""
    before, _, rest = text.partition(BEGINNING)
    _, _, after = rest.partition(END)
    return f"{before}{BEGINNING}\n{summary(json.loads(RESULTS.read_text()))}\n{END}{after}"


if __name__ == "__main__":
    GUIDE.write_text(guide(GUIDE.read_text()))
