"""Search by SQLite's FTS5. Triggers (documents/migrations) keep its table in step with the entries."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.db import connection

from documents.search.query import Clause

# A word in a title weighs as much as ten in the text.
FIND = (
    "SELECT entry.document_id"
    " FROM documents_searchindex JOIN documents_searchentry AS entry ON entry.id = documents_searchindex.rowid"
    " WHERE documents_searchindex MATCH %s AND entry.document_id IN ({allowed})"
    " ORDER BY bm25(documents_searchindex, 10, 1), entry.id DESC LIMIT %s OFFSET %s"
)
# Steps of SQLite's machine between two looks at the clock.
STEPS = 10_000


def statement(clauses: Sequence[Clause], allowed: str) -> tuple[str, list[Any]]:
    """What finds the entries that meet all clauses, and its first parameters; `allowed` is a subquery."""
    return FIND.format(allowed=allowed), [" AND ".join(_phrase(clause) for clause in clauses)]


def _phrase(clause: Clause) -> str:
    return f'"{" ".join(clause.words)}"{" *" if clause.is_prefix else ""}'


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Interrupts (OperationalError) whatever this thread's connection does after so long."""
    end = monotonic() + seconds
    connection.ensure_connection()
    connection.connection.set_progress_handler(lambda: monotonic() > end, STEPS)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)
