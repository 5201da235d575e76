"""Statements by hand, for the hot path alone: there the ORM's compiling costs several times what the database does."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.utils import DEFAULT_DB_ALIAS

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

    def take(self, cursor: CursorWrapper | sqlite3.Cursor) -> None:
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
        # The one of this thread, looked up once: each look costs as much as a short statement.
        here = connections[DEFAULT_DB_ALIAS]
        if here.vendor == "sqlite" and not here.queries_logged:
            self._make_by_driver(here)
            return
        with here.cursor() as cursor:
            if here.vendor == "postgresql":
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
            cursor.execute(statement, values)
            found.take(cursor)

    def _make_by_driver(self, here: BaseDatabaseWrapper) -> None:
        """By SQLite's driver itself: Django's way to it takes as long as the statements, when nobody looks on."""
        here.ensure_connection()
        with here.wrap_database_errors:
            cursor = sqlite3.Connection.cursor(here.connection)
            for statement, values, found in self._asked:
                cursor.execute(statement.replace("%s", "?"), values)
                found.take(cursor)


def _portions(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + PORTION] for start in range(0, len(rows), PORTION))


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _tuples(rows: Sequence[Row]) -> str:
    return ", ".join([f"({_marks(rows[0])})"] * len(rows))


def _flat(rows: Iterable[Sequence[Any]]) -> list[Any]:
    return [value for row in rows for value in row]


@lru_cache(maxsize=16_384)
def stored(key: UUID | str) -> Any:
    """A UUID, or its text, as a parameter of this database."""
    found = key if isinstance(key, UUID) else UUID(key)
    return found if connection.features.has_native_uuid_field else found.hex


@lru_cache(maxsize=16_384)
def uuid(key: Any) -> UUID:
    """A UUID that this database gave."""
    return UUID(key) if isinstance(key, str) else key


@lru_cache(maxsize=16_384)
def text(key: Any) -> str:
    """The text of a UUID that this database gave."""
    return str(uuid(key))


def moment(at: datetime) -> Any:
    """A time as a parameter of this database."""
    # As Django's adapt_datetimefield_value has it, in UTC: that takes ten times as long.
    return str(at.astimezone(UTC).replace(tzinfo=None)) if _times_are_texts() else at


@cache
def _times_are_texts() -> bool:
    return connection.vendor == "sqlite"


def aware(at: datetime) -> datetime:
    """The time that this database gave."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
