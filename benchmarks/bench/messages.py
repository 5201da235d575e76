"""The automerge-paper trace, or one of its shape, in messages of a hundred patches."""

import atexit
import hashlib
import json
import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from benchmarks.replay.trace import TRACES, Patch, Transaction, load
from protocol.content import Content

NAME = "automerge-paper"
PATCHES = 259_778
PER_MESSAGE = 100


@dataclass(frozen=True, slots=True)
class Messages:
    """A file of messages as JSON, each with its patches and the delta that they make, and what they end in."""

    file: Path
    end_sha256: str


@cache
def paper(limit: int) -> Messages:
    """The first `limit` messages, made once."""
    patches = recorded() if (TRACES / f"{NAME}.json.gz").exists() else generated()
    content, rows = Content.EMPTY, []
    for group in islice(_grouped(patches), limit):
        delta = Transaction(0, 0, group).delta()
        content = content.apply(delta)
        rows.append({"patches": group, "delta": delta.to_json()})
    folder = Path(tempfile.mkdtemp(prefix="deltapad-messages-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "messages.json"
    file.write_text(json.dumps(rows))
    return Messages(file, hashlib.sha256(content.text()[:-1].encode()).hexdigest())


def recorded() -> Iterator[Patch]:
    return (patch for row in load(NAME).transactions for patch in row.patches)


def generated(seed: int = 1, length: int = PATCHES) -> Iterator[Patch]:
    """Somebody writes an article key by key: runs of typing, backspaces in between, now and then another place."""
    randomness = random.Random(seed)
    size = at = 0
    for _ in range(length):
        if randomness.random() < 0.01:
            at = randomness.randint(0, size)
        if at and randomness.random() < 0.29:
            at, size = at - 1, size - 1
            yield at, 1, ""
        else:
            yield at, 0, randomness.choice("etaoin shrdlu\n")
            at, size = at + 1, size + 1


def _grouped(patches: Iterator[Patch]) -> Iterator[tuple[Patch, ...]]:
    while group := tuple(islice(patches, PER_MESSAGE)):
        yield group
