"""Editing histories: read from `../shared/data/traces`, or generated where those are absent."""

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protocol.delta import Delta

TRACES = Path(__file__).resolve().parents[3] / "shared" / "data" / "traces"

Patch = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Transaction:
    """One submission: what `agent` did to the first `base` transactions and its own unacknowledged ones.

    Patches are `(position, deleted, inserted)` in UTF-16 code units, applied one after the other.
    """

    agent: int
    base: int
    patches: tuple[Patch, ...]

    def delta(self) -> Delta:
        """The patches as one change."""
        change = Delta()
        for position, deleted, inserted in self.patches:
            ops: list[dict[str, Any]] = [{"retain": position}] if position else []
            ops += [{"insert": inserted}] if inserted else []
            ops += [{"delete": deleted}] if deleted else []
            change = change.compose(Delta(ops))
        return change


@dataclass(frozen=True, slots=True)
class Trace:
    """A history in its one total order, and the digest of the text (UTF-8) that it ends with."""

    name: str
    agents: int
    transactions: tuple[Transaction, ...]
    end_sha256: str

    def ends_with(self, text: str) -> bool:
        """Whether `text`, without the document's last newline, is what this history ends with."""
        return hashlib.sha256(text.encode()).hexdigest() == self.end_sha256


class NoOneOrder(Exception):
    """A history that no server ordered (a graph of merges): it cannot be replayed through one."""


def names() -> list[str]:
    """The recorded traces at hand, and the generated one."""
    return [*sorted(path.name.removesuffix(".json.gz") for path in TRACES.glob("*.json.gz")), "generated"]


def load(name: str) -> Trace:
    """The trace `name`; raises NoOneOrder for one that has several."""
    return generate() if name == "generated" else _read(TRACES / f"{name}.json.gz")


def _read(path: Path) -> Trace:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        record: dict[str, Any] = json.load(file)
    if record["kind"] == "concurrent":
        if not record["client_server"]:
            raise NoOneOrder(record["name"])
        rows = [Transaction(agent, base, _patches(patches)) for agent, _, base, _, patches in record["txns"]]
        return Trace(record["name"], record["n_agents"], tuple(rows), record["end_sha256"])
    groups = list(_grouped(record["patches"], record["txn_sizes"] or [1] * len(record["patches"])))
    if record["start"]:
        groups.insert(0, [[0, 0, record["start"]]])
    rows = [Transaction(0, number, _patches(group)) for number, group in enumerate(groups)]
    return Trace(record["name"], 1, tuple(rows), record["end_sha256"])


def _patches(patches: list[Any]) -> tuple[Patch, ...]:
    return tuple((position, deleted, inserted) for position, deleted, inserted in patches)


def _grouped(patches: list[Any], sizes: list[int]) -> Iterator[list[Any]]:
    start = 0
    for size in sizes:
        yield patches[start : start + size]
        start += size


def generate(seed: int = 1, length: int = 600, agents: int = 3) -> Trace:
    """A small history of people who type and delete at scattered places, each on what the last one left."""
    randomness = random.Random(seed)
    text: list[str] = []
    rows: list[Transaction] = []
    for number in range(length):
        position = randomness.randint(0, len(text))
        deleted = min(randomness.choice((0, 0, 0, 1, 3)), len(text) - position)
        inserted = "".join(randomness.choices("abcdefgh é中\n", k=randomness.choice((0, 1, 1, 5)))) or "."
        text[position : position + deleted] = inserted
        rows.append(Transaction(number % agents, number, ((position, deleted, inserted),)))
    digest = hashlib.sha256("".join(text).encode()).hexdigest()
    return Trace("generated", agents, tuple(rows), digest)
