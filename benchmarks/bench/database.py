"""One throwaway PostgreSQL for all runs, on the server's core, as durable as PostgreSQL is by default."""

import atexit
from functools import cache
from itertools import count
from typing import ClassVar

import psycopg

from benchmarks.bench.cores import SERVER, on_core
from tests.services import PostgreSQL

_numbers = count(1)


class Durable(PostgreSQL):
    """With fsync, unlike the tests' own."""

    settings: ClassVar = {"max_connections": "200"}


@cache
def postgresql() -> PostgreSQL:
    """Started at first use."""
    service = Durable()
    with on_core(SERVER):
        service.start()
    atexit.register(service.stop)
    return service


def fresh_database() -> str:
    """The URL of a new, empty database."""
    name = f"peer_{next(_numbers)}"
    postgresql().execute(f"CREATE DATABASE {name}")
    return postgresql().database_url(name)


def database_size(url: str) -> int:
    """Bytes that a database takes, without the write-ahead log that all share."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    return int(row[0])
