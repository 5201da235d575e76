"""One throwaway PostgreSQL for all runs, on the server's core, as durable as PostgreSQL is by default.

Servers of several processes have another, and a Redis, which may use all cores.
"""

import atexit
from functools import cache
from itertools import count
from typing import ClassVar

import psycopg

from benchmarks.bench.cores import SERVER, on_core
from tests.services import PostgreSQL, Redis

_numbers = count(1)


class Durable(PostgreSQL):
    """With fsync, unlike the tests' own."""

    settings: ClassVar = {"max_connections": "200"}


class Counting(Durable):
    """Counts the statements that it is asked (benchmarks.bench.statements)."""

    settings: ClassVar = Durable.settings | {"shared_preload_libraries": "pg_stat_statements"}

    def start(self) -> None:
        super().start()
        self.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")


@cache
def postgresql(core: int | None = SERVER) -> PostgreSQL:
    """Started at first use."""
    service = Durable() if core is not None else Counting()
    with on_core(core):
        service.start()
    atexit.register(service.stop)
    return service


@cache
def redis() -> Redis:
    """Started at first use."""
    service = Redis()
    service.start()
    atexit.register(service.stop)
    return service


def fresh_database(core: int | None = SERVER) -> str:
    """The URL of a new, empty database."""
    name = f"peer_{next(_numbers)}"
    postgresql(core).execute(f"CREATE DATABASE {name}")
    return postgresql(core).database_url(name)


def database_size(url: str) -> int:
    """Bytes that a database takes, without the write-ahead log that all share."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    return int(row[0])
