"""Search by PostgreSQL's tsvector and GIN. A generated column (documents/migrations) holds the vector."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from typing import Any

from django.db import connection, transaction

from documents.search.query import Clause

FIND = (
    "SELECT entry.document_id FROM documents_searchentry AS entry, CAST(%s AS tsquery) AS wanted"
    " WHERE entry.vector @@ wanted{together} AND entry.document_id IN ({allowed})"
    " ORDER BY ts_rank(entry.vector, wanted, 1) DESC, entry.id DESC LIMIT %s OFFSET %s"
)
# A vector holds a word's first 256 places, and none beyond the 16383rd: too few to tell what stands side by side.
TOGETHER = " AND (' ' || entry.title_words || ' ' LIKE %s OR ' ' || entry.words || ' ' LIKE %s)"


def statement(clauses: Sequence[Clause], allowed: str) -> tuple[str, list[Any]]:
    """What finds the entries that meet all clauses, and its first parameters; `allowed` is a subquery."""
    wanted = " & ".join(_terms(clause) for clause in clauses)
    phrases = [_phrase(clause) for clause in clauses if len(clause.words) > 1]
    twice = [phrase for phrase in phrases for _ in range(2)]
    return FIND.format(together=TOGETHER * len(phrases), allowed=allowed), [wanted, *twice]


def _terms(clause: Clause) -> str:
    terms = [f"'{word}'" for word in clause.words]
    return " & ".join(terms) + (":*" if clause.is_prefix else "")


def _phrase(clause: Clause) -> str:
    # Words hold neither of LIKE's signs.
    return f"% {' '.join(clause.words)}{'' if clause.is_prefix else ' '}%"


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Interrupts (OperationalError) each statement in it that takes longer."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {ceil(seconds * 1000)}")
        yield
