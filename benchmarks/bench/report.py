"""Runs as Markdown: medians, the least and the most, and how many times Deltapad's figure the others' are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

Run = Mapping[str, Any]
Runs = Mapping[str, Sequence[Run]]
OURS = "deltapad"
LATE_MS = 50.0


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of a run. `compared`: it is also shown as a multiple of Deltapad's."""

    title: str
    read: Callable[[Run], float | None]
    compared: bool = False


def quantile(kind: str, share: str) -> Callable[[Run], float | None]:
    """Reads a quantile of a kind of latency."""
    return lambda run: run.get(kind, {}).get(share)


def field(name: str) -> Callable[[Run], float | None]:
    """Reads a figure as it is."""
    return lambda run: run.get(name)


def cpu(run: Run) -> float | None:
    """The server's processor time and its database's, in per cent of a core."""
    return run["server_cpu"] + run.get("database_cpu", 0.0) if "server_cpu" in run else None


COLUMNS = (
    Column("accepted s", field("accepted_seconds"), compared=True),
    Column("visible p50 ms", quantile("visible", "p50"), compared=True),
    Column("visible p95", quantile("visible", "p95")),
    Column("visible p99", quantile("visible", "p99"), compared=True),
    Column("ack p50 ms", quantile("ack", "p50"), compared=True),
    Column("ack p99", quantile("ack", "p99"), compared=True),
    Column("acked/s", field("acked_per_second"), compared=True),
    Column("deliveries/s", field("deliveries_per_second"), compared=True),
    Column("frames/s", field("frames_per_second")),
    Column("edits a commit", field("edits_per_commit")),
    Column("conflicts a commit", field("conflicts_per_commit")),
    Column("of them given up", field("given_up_per_commit")),
    Column("statements an edit", field("statements_per_edit")),
    Column("transactions an edit", field("transactions_per_edit")),
    Column("paste ms", field("paste_ms")),
    Column("drain ms", field("drain_ms")),
    Column("open 1 ms", field("open_1_ms"), compared=True),
    Column("open 3 ms", field("open_3_ms")),
    Column("open KiB", field("open_kib"), compared=True),
    Column("reopen ms", field("reopen_ms"), compared=True),
    Column("restart s", field("restart_seconds")),
    Column("disk MiB", field("disk_mib"), compared=True),
    Column("KiB a connection", field("kib_per_connection"), compared=True),
    Column("typed", field("typed")),
    Column("acked", field("acked")),
    Column("acked and LOST", field("acked_lost")),
    Column("seen and LOST", field("seen_lost")),
    Column("server and database CPU %", cpu, compared=True),
    Column("of it database", field("database_cpu")),
    Column("Redis CPU %", field("redis_cpu")),
    Column("generator CPU %", field("generator_cpu")),
    Column("late p99 ms", quantile("late", "p99")),
    Column("other CPU %", field("other_cpu")),
    Column("MiB before", field("mib_before")),
    Column("MiB", field("mib"), compared=True),
)


def section(title: str, runs: Runs, ours: str = OURS) -> str:
    """A table of the figures, and one of the multiples of `ours`."""
    if any("grown" in run for rows in runs.values() for run in rows):
        return "\n".join([f"### {title}", "", *(_growth(name, rows) for name, rows in runs.items() if rows)])
    return f"### {title}\n\n{_figures(runs)}\n{_multiples(runs, ours)}"


def _figures(runs: Runs) -> str:
    columns = [column for column in COLUMNS if _known(runs, column)]
    rows = [
        [name, str(len(done)), *(spread(values(done, column)) for column in columns), _remarks(done)]
        for name, done in runs.items()
        if done
    ]
    return table(["system", "runs", *(column.title for column in columns), "remarks"], rows)


def _multiples(runs: Runs, name: str) -> str:
    """Empty where that one did not run, or nothing is to be compared."""
    ours = runs.get(name, ())
    columns = [column for column in COLUMNS if column.compared and values(ours, column)]
    if not columns:
        return ""
    rows = [
        [other, *(_multiple(values(done, column), values(ours, column)) for column in columns)]
        for other, done in runs.items()
        if done
    ]
    return table([f"in multiples of {name}'s", *(column.title for column in columns)], rows)


def _multiple(theirs: Sequence[float], ours: Sequence[float]) -> str:
    return f"× {median(theirs) / median(ours):.2f}" if theirs and median(ours) else "–"


def _growth(name: str, runs: Sequence[Run]) -> str:
    heads = ["document", "edit: CPU ms", "ack p50 ms", "ack p99", "first open ms", "second open ms", "open KiB"]
    reads: list[Callable[[Run], float | None]] = [
        field("cpu_ms_per_edit"),
        quantile("ack", "p50"),
        quantile("ack", "p99"),
        field("open_1_ms"),
        field("open_2_ms"),
        field("open_kib"),
    ]
    rows = [
        [_grown_name(same[0]), *(spread([known for run in same if (known := read(run)) is not None]) for read in reads)]
        for same in zip(*(run["grown"] for run in runs), strict=True)
    ]
    return table([f"{name}: {heads[0]}", *heads[1:]], rows)


def _grown_name(run: Run) -> str:
    return f"{run['length']:,} characters" if run["length"] else f"{run['revisions']:,} revisions"


def values(runs: Sequence[Run], column: Column) -> list[float]:
    """The figure of each run that has it."""
    return [value for run in runs if (value := column.read(run)) is not None]


def _known(runs: Runs, column: Column) -> bool:
    return any(values(rows, column) for rows in runs.values())


def _remarks(runs: Sequence[Run]) -> str:
    remarks = {run["remark"] for run in runs if "remark" in run}
    remarks |= {f"FELL BEHIND: {run['behind']}" for run in runs if run.get("behind")}
    remarks |= {f"NOT CONVERGED: {run['difference']}" for run in runs if run.get("difference")}
    remarks |= {f"open after a restart: {run['reopen']}" for run in runs if run.get("reopen")}
    remarks |= {_connections(run) for run in runs if "open_in_several" in run}
    if any(run.get("generator_was_bottleneck") for run in runs):
        remarks.add("the load generator was the bottleneck")
    if any((run.get("late", {}).get("p99") or 0) > LATE_MS for run in runs):
        remarks.add("disturbed: keys were pressed late")
    return "; ".join(sorted(remarks))


def _connections(run: Run) -> str:
    """How they spread over the processes."""
    return f"connections {'+'.join(map(str, run['connections']))}, {run['open_in_several']} documents in several"


def spread(known: Sequence[float]) -> str:
    """`median (least–most)`."""
    if not known:
        return "–"
    texts = [number(value) for value in (median(known), min(known), max(known))]
    return texts[0] if texts[1] == texts[2] else f"{texts[0]} ({texts[1]}–{texts[2]})"


def number(value: float) -> str:
    """With as many digits as such a measurement has."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}".removesuffix(".0")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)) + "\n"
