"""Statements by hand, for the hot path alone: there the ORM's compiling costs several times what the database does."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

Row = tuple[Any, ...]

# Databases bound the parameters of one statement.
PORTION = 200


class Found:
    """What statements found, or how many rows they touched, once their journey was made."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self.touched = 0

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def take(self, cursor: CursorWrapper) -> None:
        if cursor.description:
            self._rows += cursor.fetchall()
        self.touched += cursor.rowcount


class Journey:
    """Statements that go to the database together: in one message and one answer, where it takes them so.

    Each still sees what the ones before it did, and what others committed while those waited for a lock.
    """

    def __init__(self) -> None:
        self._asked: list[tuple[str, Sequence[Any], Found]] = []

    def select(self, statement: str, values: Collection[Any], *more: Sequence[Any]) -> Found:
        """The rows of a statement in which each `{}` stands for one of the lists; none where the first is empty."""
        found = Found()
        for portion in _portions(list(values)):
            lists = (portion, *more)
            self._asked.append((statement.format(*map(_marks, lists)), _flat(lists), found))
        return found

    def select_pairs(self, statement: str, pairs: Iterable[Row]) -> Found:
        """The rows of a statement in which each `{}` stands for the right side of `(a, b) IN`: these pairs."""
        # The two databases have no form in common that can use an index on both columns.
        values = "(VALUES {})" if connection.vendor == "sqlite" else "({})"
        times = statement.count("{}")
        found = Found()
        for portion in _portions(list(pairs)):
            whole = statement.format(*[values.format(_tuples(portion))] * times)
            self._asked.append((whole, _flat(portion) * times, found))
        return found

    def run(self, statement: str, rows: Sequence[Row]) -> Found:
        """What a statement answers in which `{}` stands for rows of values, as VALUES takes them."""
        found = Found()
        for portion in _portions(rows):
            self._asked.append((statement.format(_tuples(portion)), _flat(portion), found))
        return found

    def make(self) -> None:
        """Runs the statements, in their order; their `Found` are filled then."""
        if not self._asked:
            return
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                self._make_at_once(cursor)
            else:
                self._make_in_turn(cursor)

    def _make_at_once(self, cursor: CursorWrapper) -> None:
        cursor.execute("; ".join(cursor.mogrify(statement, values) for statement, values, _ in self._asked))
        for _, _, found in self._asked:
            found.take(cursor)
            cursor.nextset()

    def _make_in_turn(self, cursor: CursorWrapper) -> None:
        for statement, values, found in self._asked:
            if connection.queries_logged:
                cursor.execute(statement, values)
            else:
                _execute(cursor, statement, values)
            found.take(cursor)


def _execute(cursor: CursorWrapper, statement: str, values: Sequence[Any]) -> None:
    """By SQLite's driver itself: Django's way to it takes as long as the statement, when nobody looks on."""
    with connection.wrap_database_errors:
        sqlite3.Cursor.execute(cursor.cursor, statement.replace("%s", "?"), values)


def _portions(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + PORTION] for start in range(0, len(rows), PORTION))


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _tuples(rows: Sequence[Row]) -> str:
    return ", ".join([f"({_marks(rows[0])})"] * len(rows))


def _flat(rows: Iterable[Sequence[Any]]) -> list[Any]:
    return [value for row in rows for value in row]


@lru_cache(maxsize=16_384)
def stored(key: str) -> Any:
    """A UUID's text as a parameter of this database."""
    return UUID(key) if connection.features.has_native_uuid_field else UUID(key).hex


@lru_cache(maxsize=16_384)
def text(key: Any) -> str:
    """The text of a UUID that this database gave."""
    return str(UUID(key) if isinstance(key, str) else key)


def moment(at: datetime) -> Any:
    """A time as a parameter of this database."""
    return connection.ops.adapt_datetimefield_value(at)


def aware(at: datetime) -> datetime:
    """The time that this database gave."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
