"""Documents as plain text: each line one, and of a table each row, with tabs between its cells."""

from collections.abc import Iterator
from itertools import groupby

from documents.exchange.lines import Line, Ops, lines_of
from documents.exchange.tables import rows_of, table_of


def to_text(ops: Ops) -> str:
    """The ops of a document as plain text."""
    return "".join(f"{line}\n" for line in _lines(ops))


def _lines(ops: Ops) -> Iterator[str]:
    for table, alike in groupby(lines_of(ops), _table):
        if table is None:
            yield from (line.text for line in alike)
        else:
            for row in rows_of(alike):
                yield "\t".join(" ".join(line.text for line in cell) for cell in row)


def _table(line: Line) -> str | None:
    return table_of(line) if line.kind == "table" else None
