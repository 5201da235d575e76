"""What is measured: how many people do what, and for how long."""

from dataclasses import dataclass, field
from typing import Any

from benchmarks.bench import courses
from benchmarks.bench.courses import Course
from benchmarks.bench.systems import Cast

BASE = 5000
WARM_SECONDS = 2.0
MESSAGES = 2_598
EDITS = 1_000


@dataclass(frozen=True, slots=True)
class Workload:
    """One job of the load generator, for which a server is started with these documents and people."""

    name: str
    title: str
    job: str
    cast: Cast
    seconds: float
    settings: dict[str, Any] = field(default_factory=dict)
    base: int = BASE
    course: Course = courses.plain
    ours_alone: bool = False
    relays_too: bool = True
    # For servers of several processes, and for no others.
    several: bool = False

    def order(self, scale: float) -> dict[str, Any]:
        """What the load generator is told, with all times `scale` times as long, and all counts at most as they are."""
        times = {"seconds": self.seconds * scale, "warm": WARM_SECONDS * scale}
        share = min(1.0, scale)
        counts = {"share": share, "messages": max(1, int(MESSAGES * share)), "edits": max(20, int(EDITS * share))}
        return {"do": self.job, "base": self.base, **times, **counts, **self.settings}


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("W1", "ten people typing, 5 keys/s each", "typing", Cast(1, 10), 10, {"rate": 5}),
        Workload("W2", "four writers flat out, one change in flight", "flatOut", Cast(1, 4, 1), 8, {"window": 1}),
        Workload(
            "W2c",
            "four writers flat out, 64 characters unacknowledged each, pipelined or composed",
            "flatOut",
            Cast(1, 4, 1),
            8,
            {"window": 64},
        ),
        Workload("W3-50", "one writer at 20 keys/s, 50 readers", "typing", Cast(1, 1, 50), 6, {"rate": 20}),
        Workload("W3-200", "one writer at 20 keys/s, 200 readers", "typing", Cast(1, 1, 200), 6, {"rate": 20}),
        Workload("W3-500", "one writer at 20 keys/s, 500 readers", "typing", Cast(1, 1, 500), 6, {"rate": 20}),
        Workload("W3f", "one writer flat out, 200 readers", "flatOut", Cast(1, 1, 200), 6, {"window": 1}),
        Workload("W3b", "a hundred people typing 4 keys/s each", "typing", Cast(1, 100), 10, {"rate": 4}),
        Workload("W3c", "three hundred people typing 4 keys/s each", "typing", Cast(1, 300), 10, {"rate": 4}),
        Workload("W4", "200 documents, two people each, 2 keys/s each", "typing", Cast(200, 2), 10, {"rate": 2}),
        Workload(
            "W5",
            "a writing history of 259,778 patches in 2,598 messages, then opens, then a restart",
            "replay",
            Cast(1, 1),
            0,
            course=courses.replay,
            relays_too=False,
        ),
        Workload("W6", "500 idle connections to as many documents", "idle", Cast(550, 1), 5, {}, 1000, courses.idle),
        Workload(
            "W7",
            "killed while ten people type",
            "killing",
            Cast(1, 10),
            10,
            {"rate": 5},
            course=courses.kill,
            relays_too=False,
        ),
        Workload(
            "W8",
            "growth: what an edit and an open cost",
            "growth",
            Cast(len(courses.LENGTHS + courses.HISTORIES), 1),
            0,
            course=courses.growth,
            ours_alone=True,
        ),
        Workload(
            "W9-rich",
            "ten people typing in a document of 5,000 pieces with attributes",
            "typing",
            Cast(1, 10),
            10,
            {"rate": 5, "pieces": 5_000},
            base=100_000,
            ours_alone=True,
        ),
        Workload(
            "W9-paste",
            "ten people typing while an eleventh pastes 1 MB",
            "typing",
            Cast(1, 11),
            10,
            {"rate": 5, "paste": 1_000_000},
            ours_alone=True,
        ),
        Workload(
            "S1",
            "200 documents, two people each, 2 keys/s each",
            "typing",
            Cast(200, 2),
            10,
            {"rate": 2, "placing": "evenly"},
            several=True,
        ),
        Workload(
            "S1f",
            "50 documents, two writers each flat out, one change in flight",
            "flatOut",
            Cast(50, 2),
            10,
            {"window": 1, "placing": "as they come"},
            several=True,
        ),
        Workload(
            "S2",
            "one document, eight writers flat out, one change in flight",
            "flatOut",
            Cast(1, 8),
            10,
            {"window": 1, "placing": "evenly"},
            several=True,
        ),
        Workload(
            "S3",
            "one document, forty people typing 4 keys/s each",
            "typing",
            Cast(1, 40),
            10,
            {"rate": 4, "placing": "evenly"},
            several=True,
        ),
        Workload(
            "S4",
            "all processes killed while ten people type in one document",
            "killing",
            Cast(1, 10),
            5,
            {"rate": 5, "placing": "evenly"},
            course=courses.kill,
            several=True,
        ),
    )
}
