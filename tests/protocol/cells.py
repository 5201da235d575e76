"""A document as a plain list of cells, and changes whose outcome is known without the code under test.

A cell is one character or one embed with its attributes, written as JSON: comparing texts of JSON tells `true` from
`1`. Positions are counted in UTF-16 code units here by asking Python's codec, character by character.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from hypothesis import strategies as st

Ops = list[dict[str, Any]]


class Cell(NamedTuple):
    """One character or embed, and what it carries."""

    value: str
    attributes: str


@dataclass(frozen=True)
class Change:
    """A change in JSON form, not canonical, and what it makes of the document that it was made for."""

    ops: Ops
    outcome: list[Cell]
    inserted: list[tuple[int, int]]
    """For each insert: the position in the document where it comes to stand, and its length."""
    deleted: list[tuple[int, int]]
    """For each delete: the positions in the document where it begins and ends."""


def written(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def units(value: str) -> int:
    """The length of a cell's value."""
    read = json.loads(value)
    return len(read.encode("utf-16-le")) // 2 if isinstance(read, str) else 1


def length(cells: Sequence[Cell]) -> int:
    return sum(units(cell.value) for cell in cells)


def cells_of(ops: Ops) -> list[Cell]:
    """A document's cells."""
    cells = []
    for op in ops:
        attributes = written({name: value for name, value in op.get("attributes", {}).items() if value is not None})
        values = op["insert"] if isinstance(op["insert"], str) else [op["insert"]]
        cells += [Cell(written(value), attributes) for value in values]
    return cells


def formatted(cell: Cell, attributes: dict[str, Any]) -> Cell:
    both = json.loads(cell.attributes) | attributes
    return Cell(cell.value, written({name: value for name, value in both.items() if value is not None}))


ALPHABET = "ab \n\té漢ー\u0301\u200d\ufe0f\ufffc" + "😀🙂👩💻𠮷\U0010ffff"
VALUES = st.sampled_from([True, False, 0, 1, 1.5, "", "red", "1", [], ["x", 1], {"id": 1}, {"id": True}])
NAMES = st.sampled_from(["bold", "color", "link", "header", "x-é"])
EMBEDS = st.sampled_from([{"image": "a"}, {"image": "b"}, {"divider": True}, {"divider": 1}, {"mention": {"id": None}}])

texts = st.text(ALPHABET, min_size=1, max_size=6)
attribute_maps = st.dictionaries(NAMES, VALUES, max_size=2)
changing_attributes = st.dictionaries(NAMES, VALUES | st.none(), min_size=1, max_size=2)


@st.composite
def inserts(draw: st.DrawFn) -> dict[str, Any]:
    op = {"insert": draw(texts | EMBEDS)}
    attributes = draw(attribute_maps)
    return op | {"attributes": attributes} if attributes else op


@st.composite
def documents(draw: st.DrawFn) -> Ops:
    """The ops of a document, neighbours unmerged."""
    return [*draw(st.lists(inserts(), max_size=6)), {"insert": "\n"}]


@st.composite
def changes(draw: st.DrawFn, cells: Sequence[Cell]) -> Change:
    """A change of a document that keeps its last newline."""
    ops: Ops = []
    outcome: list[Cell] = []
    inserted: list[tuple[int, int]] = []
    deleted: list[tuple[int, int]] = []
    at = place = position = 0
    while at < len(cells) - 1 and draw(st.booleans()):
        kind = draw(st.sampled_from(["insert", "keep", "format", "delete"]))
        if kind == "insert":
            op = draw(inserts())
            ops.append(op)
            outcome += cells_of([op])
            inserted.append((place, length(cells_of([op]))))
            continue
        taken = cells[at : at + draw(st.integers(1, min(8, len(cells) - 1 - at)))]
        at += len(taken)
        position += length(taken)
        if kind == "delete":
            ops.append({"delete": length(taken)})
            deleted.append((position - length(taken), position))
            continue
        attributes = draw(changing_attributes) if kind == "format" else {}
        ops.append({"retain": length(taken)} | ({"attributes": attributes} if attributes else {}))
        outcome += [formatted(cell, attributes) for cell in taken]
        # Text that is put in beside text that is taken out stands before it.
        place = position
    return Change(ops, [*outcome, *cells[at:]], inserted, deleted)


@st.composite
def histories(draw: st.DrawFn, count: int) -> tuple[Ops, list[Change]]:
    """A document, and changes of it one after the other."""
    document = draw(documents())
    cells = cells_of(document)
    made = []
    for _ in range(count):
        made.append(draw(changes(cells)))
        cells = made[-1].outcome
    return document, made


@st.composite
def forks(draw: st.DrawFn) -> tuple[Ops, Change, Change]:
    """A document, and two changes of it made side by side."""
    document = draw(documents())
    cells = cells_of(document)
    return document, draw(changes(cells)), draw(changes(cells))
