"""The rules of the protocol, as its pages in docs/protocol/ say them, and what holds each of them.

A rule is an item of a list that begins with its id and whom it binds: `- **CON-3** (client) MUST …`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from collab.config import ROOT

FOLDER = ROOT / "docs" / "protocol"
TABLE = FOLDER / "conformance.md"
RULE = re.compile(
    r"^- \*\*(?P<id>[A-Z]+-[0-9]+)\*\* \((?P<binds>client|server|client and server)\) (?P<text>.+(?:\n  .+)*)",
    re.MULTILINE,
)
ROW = re.compile(r"^\| (?P<id>[A-Z]+-[0-9]+) \| (?P<binds>[a-z ]+) \| (?P<proofs>.+) \|$", re.MULTILINE)
PROOF = re.compile(r"\]\(\.\./\.\./([^)]+)\)|`([^`]+)`")


class Requirement(NamedTuple):
    """One rule; `page` is the name of the page that it stands on, `text` is Markdown."""

    id: str
    binds: tuple[str, ...]
    page: str
    text: str


class Row(NamedTuple):
    """A row of the table in conformance.md; a proof is a file of vectors, a transcript, or a test as path::name."""

    id: str
    binds: tuple[str, ...]
    proofs: tuple[str, ...]


@lru_cache(1)
def requirements() -> tuple[Requirement, ...]:
    """All of them, page by page."""
    return tuple(requirement for page in sorted(FOLDER.glob("*.md")) for requirement in _of(page))


@lru_cache(1)
def rows() -> tuple[Row, ...]:
    """The table, in its order."""
    return tuple(
        Row(row["id"], _both(row["binds"]), tuple(one or other for one, other in PROOF.findall(row["proofs"])))
        for row in ROW.finditer(TABLE.read_text())
    )


def _of(page: Path) -> Iterator[Requirement]:
    for rule in RULE.finditer(page.read_text()):
        yield Requirement(rule["id"], _both(rule["binds"]), page.stem, " ".join(rule["text"].split()))


def _both(binds: str) -> tuple[str, ...]:
    return tuple(binds.split(" and "))
