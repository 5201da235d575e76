"""How a run goes: what the load generator is told, and what is done to the server in between."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from benchmarks.bench import messages

if TYPE_CHECKING:
    from benchmarks.bench.run import Stage

Figures = dict[str, Any]
Course = Callable[["Stage", dict[str, Any]], Figures]

# The first document warms the server up.
LENGTHS = (1_000, 1_000, 100_000, 1_000_000, 10_000_000)
HISTORIES = (100, 10_000, 260_000, 1_000_000)


def plain(stage: "Stage", order: dict[str, Any]) -> Figures:
    """The job, and what it cost."""
    figures = stage.do(order)
    return figures | stage.used() | stage.asked(figures["acked_now"])


def replay(stage: "Stage", order: dict[str, Any]) -> Figures:
    """A trace, opens of what it has become, and an open after a restart."""
    trace = messages.paper(order["messages"])
    end = {"end_sha256": trace.end_sha256}
    figures = stage.do(order | end | {"file": str(trace.file)})
    opens = figures.pop("opens")
    start = time.monotonic()
    stage.system.restart()
    started = time.monotonic() - start
    again = stage.do({"do": "open"} | end)
    return (
        figures
        | stage.used()
        | {
            "mib_before": stage.memory["begins"],
            "open_1_ms": opens[0]["milliseconds"],
            "open_3_ms": opens[-1]["milliseconds"],
            "open_kib": opens[0]["kib"],
            "restart_seconds": started,
            "reopen_ms": again["milliseconds"] if again["right"] else None,
            "reopen_kib": again["kib"],
            "reopen": "" if again["right"] and again["at_once"] else "late" if again["right"] else "LOST",
            "disk_mib": stage.system.disk() / 2**20,
        }
    )


def idle(stage: "Stage", order: dict[str, Any]) -> Figures:
    """What a connection that does nothing costs."""
    figures = stage.do(order)
    grown = stage.memory["ends"] - stage.memory["begins"]
    return figures | stage.used("quiet") | {"kib_per_connection": 1024 * grown / figures["connections"]}


def kill(stage: "Stage", order: dict[str, Any]) -> Figures:
    """What is lost when the server dies at once."""
    return stage.do(order)


def growth(stage: "Stage", order: dict[str, Any]) -> Figures:
    """What an edit and an open cost, by the length of the text and by the number of revisions."""
    lengths = [int(length * order["share"]) for length in LENGTHS]
    histories = [int(revisions * order["share"]) for revisions in HISTORIES]
    grown = [_grown(stage, order, number, length=length) for number, length in enumerate(lengths)]
    for number, revisions in enumerate(histories, start=len(lengths)):
        stage.system.extend_history(number, revisions)
        grown.append(_grown(stage, order, number, revisions=revisions))
    stage.system.restart()
    for number, figures in enumerate(grown):
        opens = [stage.do({"do": "open"}, number) for _ in range(2)]
        figures |= {"open_1_ms": opens[0]["milliseconds"], "open_2_ms": opens[1]["milliseconds"]}
        figures |= {"open_kib": opens[0]["kib"]}
    return {"grown": grown[1:], "disk_mib": stage.system.disk() / 2**20}


def _grown(stage: "Stage", order: dict[str, Any], number: int, length: int = 0, revisions: int = 0) -> Figures:
    figures = stage.do(order | {"length": length}, number) | stage.used()
    seconds = figures["seconds"] * (figures["server_cpu"] + figures.get("database_cpu", 0.0)) / 100
    return figures | {"length": length, "revisions": revisions, "cpu_ms_per_edit": 1000 * seconds / order["edits"]}
