"""Runs as a table: medians, the least and the most, and how many times Deltapad's figure each is."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

Run = Mapping[str, Any]
Column = tuple[str, Callable[[Run], float | None]]
OURS = "deltapad"


def _quantile(kind: str, share: str) -> Callable[[Run], float | None]:
    return lambda run: run[kind][share]


def _field(name: str) -> Callable[[Run], float | None]:
    return lambda run: run.get(name)


TYPING: tuple[Column, ...] = (
    ("visible p50 ms", _quantile("visible", "p50")),
    ("p95", _quantile("visible", "p95")),
    ("p99", _quantile("visible", "p99")),
    ("ack p50 ms", _quantile("ack", "p50")),
    ("ack p99", _quantile("ack", "p99")),
    ("acked/s", _field("acked_per_second")),
    ("deliveries/s", _field("deliveries_per_second")),
    ("frames/s", _field("frames_per_second")),
    ("drain ms", _field("drain_ms")),
    ("server CPU %", _field("server_cpu")),
    ("database CPU %", _field("database_cpu")),
    ("generator CPU %", _field("generator_cpu")),
    ("generator late p99 ms", lambda run: run.get("late", {}).get("p99")),
    ("other CPU %", _field("other_cpu")),
    ("MiB", _field("memory")),
)


def table(title: str, runs: Mapping[str, Sequence[Run]]) -> str:
    """Markdown: a row for each system."""
    columns = [column for column in TYPING if any(column[1](run) is not None for rows in runs.values() for run in rows)]
    head = ["system", "runs", *(name for name, _ in columns), "remarks"]
    rows = [_row(name, done, columns) for name, done in runs.items() if done]
    lines = [_line(head), _line(["---"] * len(head)), *(_line(row) for row in rows)]
    return f"### {title}\n\n" + "\n".join(lines) + "\n"


def _row(name: str, runs: Sequence[Run], columns: Sequence[Column]) -> list[str]:
    return [name, str(len(runs)), *(spread([read(run) for run in runs]) for _, read in columns), _remarks(runs)]


def _remarks(runs: Sequence[Run]) -> str:
    remarks = {f"NOT CONVERGED: {run['difference']}" for run in runs if run.get("difference")}
    if any(run["generator_was_bottleneck"] for run in runs):
        remarks.add("the load generator was the bottleneck")
    return "; ".join(sorted(remarks))


def spread(values: Sequence[float | None]) -> str:
    """`median (least–most)`."""
    known = [value for value in values if value is not None]
    if not known:
        return "–"
    texts = [_number(value) for value in (median(known), min(known), max(known))]
    return texts[0] if texts[1] == texts[2] else f"{texts[0]} ({texts[1]}–{texts[2]})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
