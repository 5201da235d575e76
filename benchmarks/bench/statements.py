"""What PostgreSQL was asked, as its extension pg_stat_statements counts it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg

# Of a commit in which another process may be first: what tries it, what does it, and what reads, inside it, what others
# committed before.
COUNTS = """
SELECT coalesce(sum(calls), 0),
    coalesce(sum(rows) FILTER (WHERE query LIKE 'SELECT %%FROM documents_document%%FOR NO KEY UPDATE'), 0)
        + coalesce(sum(calls) FILTER (WHERE query LIKE 'WITH snapshot_id AS%%'), 0),
    coalesce(sum(rows) FILTER (WHERE query LIKE 'UPDATE documents_document%%SET version = %%'
        OR query LIKE 'WITH snapshot_id AS%%'), 0),
    coalesce(sum(calls) FILTER (WHERE query LIKE
        'SELECT version, client_id, seq, user_id, at, delta FROM documents_revision%%'), 0)
FROM pg_stat_statements JOIN pg_database ON dbid = pg_database.oid WHERE datname = %s
"""
TRANSACTIONS = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = %s"


@dataclass(frozen=True, slots=True)
class Statements:
    """Counts so far: statements, transactions, how often a document's commit was tried, done, and judged anew in it."""

    calls: int
    transactions: int
    tried: int
    committed: int
    judged_anew: int


def read(url: str) -> Statements:
    """What the database at this URL was asked; the question itself, asked elsewhere, does not count."""
    name = urlsplit(url).path.strip("/")
    with psycopg.connect(url.removesuffix(name) + "postgres") as connection:
        calls, tried, committed, judged_anew = _row(connection, COUNTS, name)
        [transactions] = _row(connection, TRANSACTIONS, name)
    return Statements(int(calls), int(transactions), int(tried), int(committed), int(judged_anew))


def between(start: Statements, end: Statements, edits: float) -> dict[str, float]:
    """What each of so many edits cost. A conflict is a commit for which another was first: judged anew, or given up."""
    committed = end.committed - start.committed
    figures = {
        "statements_per_edit": (end.calls - start.calls) / max(1, edits),
        "transactions_per_edit": (end.transactions - start.transactions) / max(1, edits),
    }
    if committed:
        # At the edges of the window one may have been tried and not yet done.
        given_up = max(0, end.tried - start.tried - committed)
        conflicts = given_up + end.judged_anew - start.judged_anew
        figures |= {
            "edits_per_commit": edits / committed,
            "conflicts_per_commit": conflicts / committed,
            "given_up_per_commit": given_up / committed,
        }
    return figures


def _row(connection: psycopg.Connection[Any], query: str, name: str) -> tuple[Any, ...]:
    row = connection.execute(query.encode(), [name]).fetchone()
    assert row is not None
    return tuple(row)
