"""Tables: lines that name the cell that they stand in, laid out by rows and columns.

A line's `table` is `"table/row/column"`, three ids. A cell is where its ids say, in whatever order a document holds the
cells, so that any document makes a table. `frontend/src/tables/layout.ts` does the same, held to the same examples.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from documents.exchange.lines import Line

MAX_COLUMNS = 64
"""The most columns that a table is laid out in; what stands in further ones goes into rows of its own."""

_FURTHER = ""
"""Stands for every column beyond the most; no id is empty."""

Cell = list[Line]
Place = tuple[int, int]


def table_of(line: Line) -> str:
    """The id of the table that a line stands in."""
    return str(line.formats["table"]).partition("/")[0]


def rows_of(lines: Iterable[Line]) -> list[list[Cell]]:
    """The rows of a table of these lines, each with a cell for every column; one that nobody wrote has no lines."""
    cells = [list(alike) for _, alike in groupby(lines, lambda line: line.formats["table"])]
    places = lay_out([cell[0].formats["table"] for cell in cells])
    columns = 1 + max(column for _, column in places)
    rows: list[list[Cell]] = [[[] for _ in range(columns)] for _ in range(1 + max(row for row, _ in places))]
    for cell, (row, column) in zip(cells, places, strict=True):
        rows[row][column] = cell
    return rows


def lay_out(cells: Sequence[str]) -> list[Place]:
    """Row and column of each cell of a table, from 0.

    Rows stand as they first appear; a column that a row brings stands after the one before it in that row; a second
    cell of the same ids begins a further row.
    """
    seen: dict[tuple[str, str], int] = {}
    rows: dict[tuple[str, int], list[tuple[str, int]]] = {}
    known: set[str] = set()
    for number, cell in enumerate(cells):
        _, row, column = cell.split("/")
        if len(known) < MAX_COLUMNS:
            known.add(column)
        column = column if column in known else _FURTHER
        turn = seen.get((row, column), 0)
        seen[row, column] = turn + 1
        rows.setdefault((row, turn), []).append((column, number))
    order = _column_order([[column for column, _ in row] for row in rows.values()])
    places: list[Place] = [(0, 0)] * len(cells)
    for at, row_cells in enumerate(rows.values()):
        for column, number in row_cells:
            places[number] = (at, order.index(column))
    return places


def _column_order(rows: Iterable[Sequence[str]]) -> list[str]:
    order: list[str] = []
    for row in rows:
        after = 0
        for column in row:
            if column not in order:
                order.insert(after, column)
            after = order.index(column) + 1
    return order


@dataclass
class NewTable:
    """A table that is being read, with ids of its own."""

    id: str = field(default_factory=lambda: secrets.token_hex(4))
    row: int = 0
    column: int = 0

    def begin_row(self) -> None:
        """What comes is in another row."""
        self.row, self.column = self.row + 1, 0

    def next_cell(self, span: str | None = None) -> str:
        """The `table` of the lines in the next cell, which is `span` columns wide."""
        value = f"{self.id}/r{max(self.row, 1)}/c{self.column + 1}"
        self.column += (
            min(int(span), MAX_COLUMNS) if span and span.isascii() and span.isdigit() and len(span) < 4 else 1
        )
        return value


def in_cell(line: Line, cell: str) -> Line:
    """The line as it stands in a cell: with no kind of its own."""
    kept = {name: value for name, value in line.formats.items() if name in ("align", "direction")}
    return Line(line.runs, {**kept, "table": cell})
