"""One run: one system does one workload once."""

from typing import Any

from benchmarks.bench import usage
from benchmarks.bench.generator import Failed, Generator
from benchmarks.bench.systems import System
from benchmarks.bench.workloads import Workload

# Of its core, in per cent: above it the load generator may have been what was measured.
GENERATOR_BUSY = 85.0


def run(kind: type[System], workload: Workload, scale: float = 1.0) -> dict[str, Any]:
    """What came of it: the generator's figures, processor time in per cent of a core, memory in MiB."""
    with kind(workload.cast) as system, Generator() as generator:
        groups = {**system.processes(), "generator": [generator.pid]}
        readings: list[usage.Reading] = []
        memory: list[float] = []

        def on_event(event: str) -> None:
            readings.append(usage.read(groups))
            memory.append(usage.resident(groups["server"]) / 2**20)

        order = workload.order(scale) | {"client": str(kind.client), "places": system.places()}
        try:
            result = generator.run(order, on_event)
        except Failed as failure:
            raise Failed(f"{failure}\nthe server said:\n{system.log[-2000:]}") from None
    used = usage.between(*readings)
    processors = {f"{name}_cpu": percent for name, percent in used.percent.items()} | {"other_cpu": used.other}
    bottleneck = used.percent["generator"] > GENERATOR_BUSY
    return result | processors | {"memory": memory[-1], "generator_was_bottleneck": bottleneck}
