"""What many processes and open documents ask of PostgreSQL, Redis and themselves, and what is full first.

`python -m benchmarks.capacity` prints the tables of docs/guides/scale.md, computed from what
`python -m benchmarks.bench.upkeep --save benchmarks/results/upkeep.json` measured, and `python -m benchmarks.bench S1`.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.bench.report import table

RESULTS = Path(__file__).parent / "results"
MILLION = 1_000_000
GIB = 2**30


@dataclass(frozen=True, slots=True)
class Load:
    """Who is there and what they do. `rooms` of a document: on how many processes it is open."""

    documents: int = MILLION
    processes: int = 1_000
    people: int = 2
    rooms: float = 2
    # The share of open documents in which somebody types; in such a one, submissions a second, and for each so many
    # messages that tell where the caret is.
    typing: float = 0.05
    edits: float = 2.0
    carets: float = 1.0
    databases: int = 1
    layers: int = 1

    @property
    def edits_per_second(self) -> float:
        return self.documents * self.typing * self.edits


@dataclass(frozen=True, slots=True)
class Timing:
    """As `collab.timing.Timing` has it, which only the live server may import: how often a process asks, in seconds."""

    heads: float = 4
    rights: float = 20
    attendance: float = 15
    beat: float = 2


@dataclass(frozen=True, slots=True)
class Unit:
    """What one of each is taken to hold: a database's host, a core of Redis, a host of processes."""

    database_cores: float = 32
    # Above this share of a core, waiting grows faster than work.
    busy: float = 0.7
    connections: int = 1_000
    # Bytes a second of write-ahead log that a disk and a replica take.
    wal: float = 250e6
    memory: float = 0.5 * GIB


# PostgreSQL connections that a process keeps (`DATABASE_POOL`), bytes of an empty process, and of a connection in it.
KEPT = 6
EMPTY = 130 * 2**20
CONNECTION = 45 * 2**10


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of one kind of thing by the whole load, and what one unit of it holds."""

    name: str
    asked: float
    holds: float
    step: str
    number: str = "{:,.1f}"

    def full_at(self, documents: int) -> float:
        """Open documents at which one unit is full, the rest being in proportion."""
        return documents * self.holds / self.asked


Costs = Mapping[str, Mapping[str, float]]

# What PostgreSQL does.
KINDS = {
    "edit": "edits",
    "participants": "who is there, read anew",
    "lease": "leases of connections, renewed",
    "rights": "rights, read again",
    "beat": "processes that say that they live, and ask who does not",
    "head": "heads, asked for",
    "title": "titles and states, read again",
}


def every(load: Load, timing: Timing) -> dict[str, float]:
    """How many rows, edits and messages a second, by kind."""
    rooms, connections = load.documents * load.rooms, load.documents * load.people
    typed = load.edits_per_second
    return {
        "edit": typed,
        "participants": rooms / timing.attendance,
        "lease": connections / timing.attendance,
        "rights": connections / timing.rights,
        "beat": load.processes / timing.beat,
        "head": rooms / timing.heads,
        "title": rooms / timing.rights,
        # Whoever speaks hears it too.
        "message": typed * (1 + load.carets),
        "delivery": typed * (1 + load.carets) * (load.rooms - 1),
    }


def database_cores(rates: Mapping[str, float], costs: Costs) -> dict[str, float]:
    """Cores of PostgreSQL that each kind of work keeps busy."""
    return {kind: rate * costs[kind]["service_us"] / 1e6 for kind, rate in rates.items() if kind in KINDS}


def process_cores(load: Load, rates: Mapping[str, float], costs: Costs) -> float:
    """Cores that the processes keep busy; an edit's is the whole of its way, through two processes."""
    upkeep = sum(rate * costs[kind]["process_us"] for kind, rate in rates.items() if kind in KINDS and kind != "edit")
    return (upkeep + load.edits_per_second * costs["edit"]["served_us"]) / 1e6


def demands(load: Load, costs: Costs, timing: Timing, unit: Unit) -> list[Demand]:
    """What is asked of one PostgreSQL, one Redis and one process; what is full first stands first."""
    rates = every(load, timing)
    cores = database_cores(rates, costs)
    wal = sum(rates[kind] * costs[kind]["wal"] for kind in cores) / load.databases
    own = process_cores(load, rates, costs) / load.processes
    layer = sum(rates[kind] * costs[kind]["service_us"] for kind in ("message", "delivery")) / 1e6
    held = EMPTY + CONNECTION * load.documents * load.people / load.processes
    held_in_all = unit.memory - EMPTY
    found = [
        Demand(
            "PostgreSQL: connections",
            load.processes * KEPT / load.databases,
            unit.connections,
            "databases by document id, each with its own processes",
            "{:,.0f}",
        ),
        Demand("PostgreSQL: cores", sum(cores.values()) / load.databases, unit.database_cores * unit.busy, "the same"),
        Demand("PostgreSQL: write-ahead log, MB/s", wal / 1e6, unit.wal / 1e6, "the same", "{:,.0f}"),
        Demand(
            "Redis: cores",
            layer / load.layers,
            unit.busy,
            "several in `REDIS_URL`",
        ),
        Demand("a process: cores", own, unit.busy, "more processes", "{:,.2f}"),
        Demand("a process: MiB of memory", (held - EMPTY) / 2**20, held_in_all / 2**20, "more processes", "{:,.0f}"),
    ]
    return sorted((demand for demand in found if demand.asked), key=lambda demand: demand.full_at(load.documents))


def first_table(load: Load, costs: Costs, timing: Timing, unit: Unit) -> str:
    """What is asked, what one unit holds, and at how many open documents it is full."""
    rows = [
        [
            demand.name,
            demand.number.format(demand.asked),
            demand.number.format(demand.holds),
            f"{demand.full_at(load.documents):,.0f}",
            demand.step,
        ]
        for demand in demands(load, costs, timing, unit)
    ]
    return table(["of", "asked", "one holds", "full at so many open documents", "next step"], rows)


def kinds_table(load: Load, costs: Costs, timing: Timing) -> str:
    """What keeps the database busy."""
    rates = every(load, timing)
    cores = database_cores(rates, costs)
    rows = [
        [
            KINDS[kind],
            f"{rates[kind]:,.0f}",
            f"{costs[kind]['service_us']:,.1f}",
            f"{cores[kind]:,.1f}",
            f"{rates[kind] * costs[kind]['wal'] / 1e6:,.0f}",
        ]
        for kind in sorted(cores, key=lambda kind: -cores[kind])
    ]
    rows.append(["together", "", "", f"{sum(cores.values()):,.1f}", ""])
    return table(["work", "a second", "µs each", "cores", "log, MB/s"], rows)


def steps(load: Load, timing: Timing) -> Sequence[tuple[str, Load, Timing]]:
    """What changes, one after another, each on top of those before."""
    routed = replace(load, rooms=1)
    seldom = replace(timing, attendance=10 * timing.attendance, beat=10 * timing.beat)
    several = replace(routed, layers=8)
    sharded = replace(several, databases=8)
    return (
        ("as it is", load, timing),
        ("a document's people on one process, by a hash of its id", routed, timing),
        ("… and `HEARTBEAT_TIMEOUT` ten times as long", routed, seldom),
        ("… and eight in `REDIS_URL`", several, seldom),
        ("… and eight databases, each with 125 of the processes", sharded, seldom),
    )


def steps_table(load: Load, costs: Costs, timing: Timing, unit: Unit) -> str:
    """What each step is worth: what is full first then, and at how many documents."""
    rows = []
    for name, changed, changed_timing in steps(load, timing):
        cores = sum(database_cores(every(changed, changed_timing), costs).values()) / changed.databases
        first, second = demands(changed, costs, changed_timing, unit)[:2]
        full = [f"{demand.name}, {demand.full_at(changed.documents):,.0f}" for demand in (first, second)]
        rows.append([name, f"{cores:,.1f}", *full])
    return table(["step", "cores of each PostgreSQL", "full first, at open documents", "full second"], rows)


def disk_line(load: Load, costs: Costs) -> str:
    each = costs["edit"]["disk"]
    daily = load.edits_per_second * each * 86_400 / 1e12
    return f"An edit takes {each:,.0f} bytes with its indexes: at this rate {daily:,.1f} TB a day."


def tables(costs: Costs) -> str:
    """All that docs/guides/scale.md takes from here."""
    load, timing, unit = Load(), Timing(), Unit()
    parts = (
        first_table(load, costs, timing, unit),
        kinds_table(load, costs, timing),
        steps_table(load, costs, timing, unit),
        disk_line(load, costs) + "\n",
    )
    return "\n".join(parts)


def measured() -> Costs:
    """What the bench measured: each kind of work alone, and an edit's whole way through two processes."""
    costs: dict[str, Any] = json.loads((RESULTS / "upkeep.json").read_text())
    [run] = json.loads((RESULTS / "scale.json").read_text())["S1"]["runs"]["deltapad-2"]
    costs["edit"]["served_us"] = 1e4 * run["server_cpu"] / run["acked_per_second"]
    return costs


if __name__ == "__main__":
    sys.stdout.write(tables(measured()))
