"""Statements by hand, for the hot path alone: there the ORM's compiling costs several times what the database does."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

Row = tuple[Any, ...]

# Databases bound the parameters of one statement.
PORTION = 200


def select(statement: str, *lists: Sequence[Any]) -> list[Row]:
    """The rows of a statement in which each `{}` stands for all values of one of the lists, none of them empty."""
    marks = (", ".join(["%s"] * len(values)) for values in lists)
    return _fetched(statement.format(*marks), [value for values in lists for value in values])


def select_pairs(statement: str, pairs: Sequence[Row]) -> Iterator[Row]:
    """The rows of a statement in which each `{}` stands for the right side of `(a, b) IN`: these pairs."""
    # The two databases have no form in common that can use an index on both columns.
    values = "(VALUES {})" if connection.vendor == "sqlite" else "({})"
    times = statement.count("{}")
    for portion in _portions(pairs):
        yield from _fetched(statement.format(*[values.format(_tuples(portion))] * times), _flat(portion) * times)


def write(statement: str, rows: Sequence[Row]) -> None:
    """Runs a statement in which `{}` stands for rows of values."""
    for portion in _portions(rows):
        with connection.cursor() as cursor:
            cursor.execute(statement.format(_tuples(portion)), _flat(portion))


def write_each(statement: str, rows: Sequence[Row]) -> int:
    """Runs a statement once for each row of values; how many rows of the database it touched."""
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
        return int(cursor.rowcount)


def _fetched(statement: str, values: Sequence[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[Row] = cursor.fetchall()
    return found


def _portions(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + PORTION] for start in range(0, len(rows), PORTION))


def _tuples(rows: Sequence[Row]) -> str:
    one = f"({', '.join(['%s'] * len(rows[0]))})"
    return ", ".join([one] * len(rows))


def _flat(rows: Sequence[Row]) -> list[Any]:
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
