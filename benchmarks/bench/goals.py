"""What Deltapad is to reach, against a peer in the same run or a fixed figure, and whether it did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from benchmarks.bench.report import COLUMNS, Runs, number, table, values

Measured = Mapping[str, Runs]
Figure = Callable[[Measured], float | None]


@dataclass(frozen=True, slots=True)
class Goal:
    """`figure` is to be at most `bound`, or at least."""

    workload: str
    sentence: str
    figure: Figure
    bound: Figure
    at_least: bool = False


def of(workload: str, system: str, title: str, times: float = 1.0) -> Figure:
    """The median of a column's figure, or None where it was not measured."""
    [column] = [column for column in COLUMNS if column.title == title]

    def read(measured: Measured) -> float | None:
        known = values(measured.get(workload, {}).get(system, ()), column)
        return times * median(known) if known else None

    return read


def fixed(value: float) -> Figure:
    return lambda measured: value


def _grown(read: str, kind: str, size: int) -> Figure:
    def figure(measured: Measured) -> float | None:
        runs = measured.get("W8", {}).get("deltapad", ())
        known = [grown[read] for run in runs for grown in run["grown"] if grown[kind] == size]
        return median(known) if known else None

    return figure


def _ratio(one: Figure, other: Figure) -> Figure:
    def figure(measured: Measured) -> float | None:
        above, below = one(measured), other(measured)
        return above / below if above is not None and below else None

    return figure


OURS, OURS_POSTGRESQL, OURS_DAPHNE = "deltapad", "deltapad-postgresql", "deltapad-daphne"
P50, P99, CPU, CHANGES = "visible p50 ms", "visible p99", "server and database CPU %", "acked/s"
DRAIN, DELIVERIES = "drain ms", "deliveries/s"
# Whoever keeps up has delivered everything so soon after the last key.
KEPT_UP = 500


def _most(workload: str, title: str, bound: Figure, remark: str = "", system: str = OURS) -> Goal:
    return Goal(workload, _sentence(system, title, remark), of(workload, system, title), bound)


def _least(workload: str, title: str, bound: Figure, remark: str = "", system: str = OURS) -> Goal:
    return Goal(workload, _sentence(system, title, remark), of(workload, system, title), bound, at_least=True)


def _sentence(system: str, title: str, remark: str) -> str:
    return f"{system}: {title}{remark and f' ({remark})'}"


HOCUSPOCUS, SHAREDB_POSTGRESQL = "hocuspocus-sqlite", "sharedb-postgresql"
EDIT_AT_10_MB = _ratio(_grown("cpu_ms_per_edit", "length", 10_000_000), _grown("cpu_ms_per_edit", "length", 1_000))
OPEN_AFTER_1_M = _ratio(_grown("open_1_ms", "revisions", 1_000_000), _grown("open_1_ms", "revisions", 100))

# fmt: off
GOALS = (
    _most("W1", P50, of("W1", HOCUSPOCUS, P50), "at most Hocuspocus's"),
    _most("W1", P99, of("W1", HOCUSPOCUS, P99), "at most Hocuspocus's"),
    _most("W1", P50, of("W1", SHAREDB_POSTGRESQL, P50, 0.5), "at most half of ShareDB's", OURS_POSTGRESQL),
    _most("W1", P99, of("W1", SHAREDB_POSTGRESQL, P99, 0.5), "at most half of ShareDB's", OURS_POSTGRESQL),
    _least("W2", CHANGES, fixed(4_200), "as many as Hocuspocus was once recorded with"),
    _least("W2", CHANGES, of("W2", HOCUSPOCUS, CHANGES), "at least Hocuspocus's"),
    _least("W2", CHANGES, of("W2", SHAREDB_POSTGRESQL, CHANGES, 20), "20 times ShareDB's", OURS_POSTGRESQL),
    _least("W2c", CHANGES, fixed(10_000), "as many as Hocuspocus was once recorded with"),
    _least("W2c", CHANGES, of("W2c", HOCUSPOCUS, CHANGES), "at least Hocuspocus's"),
    _most("W3-500", P99, of("W3-500", "hocuspocus", P99), "at most Hocuspocus's"),
    _most("W3-500", CPU, of("W3-500", "relay", CPU, 1.6), "at most 1.6 times the bare relay's"),
    _least("W3f", DELIVERIES, of("W3f", "relay-daphne", DELIVERIES, 0.8), "0.8 of its bare relay's", OURS_DAPHNE),
    _most("W3b", P99, of("W3b", "hocuspocus", P99), "at most Hocuspocus's"),
    _most("W3b", CPU, of("W3b", "hocuspocus", CPU), "at most Hocuspocus's"),
    _most("W3b", DRAIN, fixed(KEPT_UP), "kept up with"),
    _most("W3c", P99, fixed(250)),
    _most("W3c", DRAIN, fixed(KEPT_UP), "kept up with"),
    _most("W4", P99, fixed(25)),
    _most("W4", DRAIN, fixed(KEPT_UP), "kept up with"),
    _most("W5", "accepted s", fixed(2), "each message durable"),
    _most("W5", "open 1 ms", fixed(25)),
    _most("W5", "open KiB", fixed(107)),
    _most("W5", "reopen ms", fixed(46), "after a restart"),
    _most("W5", "disk MiB", fixed(15), "the whole history"),
    _most("W6", "KiB a connection", of("W6", "sharedb", "KiB a connection"), "at most ShareDB's"),
    _most("W7", "acked and LOST", fixed(0)),
    Goal("W8", "deltapad: CPU of an edit at 10 MB, in multiples of one at 1 KB", EDIT_AT_10_MB, fixed(1.5)),
    Goal("W8", "deltapad: open after 1 M revisions, in multiples of after 100", OPEN_AFTER_1_M, fixed(1.2)),
)
# fmt: on


def goals(measured: Measured) -> str:
    """The goals that this run can tell of, as Markdown."""
    rows = [row for goal in GOALS if (row := _row(goal, measured))]
    head = ["workload", "goal", "reached", "measured", "bound"]
    return f"## Goals\n\n{table(head, rows)}" if rows else ""


def _row(goal: Goal, measured: Measured) -> list[str] | None:
    figure, bound = goal.figure(measured), goal.bound(measured)
    if figure is None or bound is None:
        return None
    reached = figure >= bound if goal.at_least else figure <= bound
    sign = "≥" if goal.at_least else "≤"
    return [goal.workload, goal.sentence, "yes" if reached else "NO", number(figure), f"{sign} {number(bound)}"]
