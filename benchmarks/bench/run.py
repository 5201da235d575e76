"""One run: one system does one workload once, in front of clocks."""

from typing import Any

from benchmarks.bench import spread, statements, usage
from benchmarks.bench.cores import GENERATOR
from benchmarks.bench.generator import Failed, Generator
from benchmarks.bench.systems import System
from benchmarks.bench.workloads import Workload

MIB = 2**20
# Of its core, in per cent: above it the load generator may have been what was measured.
GENERATOR_BUSY = 85.0


class Stage:
    """A server and the load generator, and what was read of them when events told to."""

    def __init__(self, system: System, generator: Generator) -> None:
        self.system = system
        self.readings: dict[str, usage.Reading] = {}
        self.memory: dict[str, float] = {}
        self.statements: dict[str, statements.Statements] = {}
        self._generator = generator

    def do(self, order: dict[str, Any], number: int | None = None) -> dict[str, Any]:
        """What the load generator finds when it does this with the server's documents, or with that one alone."""
        places = self.system.places()
        where = {"client": str(self.system.client), "places": places if number is None else [places[number]]}
        return self._generator.run(order | where, self._on_event)

    def used(self, start: str = "begins", end: str = "ends") -> dict[str, Any]:
        """Processor time between two events, in per cent of a core, and the server's memory in MiB at the second."""
        used = usage.between(self.readings[start], self.readings[end])
        figures: dict[str, Any] = {f"{name}_cpu": percent for name, percent in used.percent.items()}
        busy = used.percent["generator"] > GENERATOR_BUSY
        return figures | {"other_cpu": used.other, "mib": self.memory[end], "generator_was_bottleneck": busy}

    def asked(self, edits: float, start: str = "begins", end: str = "ends") -> dict[str, Any]:
        """What each of so many edits between two events cost the database, where it is PostgreSQL and counts."""
        if end not in self.statements:
            return {}
        return statements.between(self.statements[start], self.statements[end], edits)

    def _on_event(self, event: str, detail: Any) -> Any:
        processes = self.system.processes()
        if event == "kill":
            self.system.kill()
            self.system.start()
            return self.system.places()
        if event == "placed":
            pids = processes["server"]
            return {"processes": len(pids), "holders": spread.holders(detail, pids)}
        if database := self.system.database():
            self.statements[event] = statements.read(database)
        self.readings[event] = usage.read({**processes, "generator": [self._generator.pid]})
        self.memory[event] = usage.resident(processes["server"]) / MIB
        return None


def run(kind: type[System], workload: Workload, scale: float = 1.0) -> dict[str, Any]:
    """What came of it. Raises Failed."""
    with kind(workload.cast) as system, Generator(None if kind.core is None else GENERATOR) as generator:
        try:
            return workload.course(Stage(system, generator), workload.order(scale))
        except Failed as failure:
            raise Failed(f"{failure}\nthe server said:\n{system.log[-2000:]}") from None
