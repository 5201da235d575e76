"""What is measured: how many people do what, and for how long."""

from dataclasses import dataclass, field
from typing import Any

from benchmarks.bench.systems import Cast

BASE = 5000
WARM_SECONDS = 2.0


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

    def order(self, scale: float) -> dict[str, Any]:
        """What the load generator is told, with all times `scale` times as long."""
        times = {"seconds": self.seconds * scale, "warm": WARM_SECONDS * scale}
        return {"do": self.job, "base": self.base, **times, **self.settings}


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
        Workload("W3b", "a hundred people typing 4 keys/s each", "typing", Cast(1, 100), 10, {"rate": 4}),
        Workload("W3c", "three hundred people typing 4 keys/s each", "typing", Cast(1, 300), 10, {"rate": 4}),
        Workload("W4", "200 documents, two people each, 2 keys/s each", "typing", Cast(200, 2), 10, {"rate": 2}),
    )
}
