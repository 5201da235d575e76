"""Deltapad as it ships: `manage.py serve` with a database of its own, durable, with accounts, rights and limits on."""

import json
from typing import Any

from benchmarks.bench.cores import on_core
from benchmarks.bench.database import database_size, postgresql
from benchmarks.bench.systems import LOAD, Cast, System, size_of
from tests.live import LiveServer, run_python


class Deltapad(System):
    """On SQLite, whose commits reach the disk (`synchronous=FULL`)."""

    client = LOAD / "clients" / "deltapad.mjs"
    server: str

    def __init__(self, cast: Cast) -> None:
        self._live = self.live()
        arguments = ("-m", "benchmarks.bench.people", str(cast.documents), str(cast.writers), str(cast.readers))
        self._documents: list[dict[str, Any]] = json.loads(run_python(*arguments, environment=self._live.environment))

    def live(self) -> LiveServer:
        """The server, with its database."""
        return LiveServer(server=self.server)

    def places(self) -> list[dict[str, Any]]:
        return [{"url": self._live.ws_url(row["id"]), "people": row["people"]} for row in self._documents]

    def start(self) -> None:
        with on_core(self.core):
            self._live.start()

    def restart(self) -> None:
        with on_core(self.core):
            self._live.restart()

    def kill(self) -> None:
        self._live.kill()

    def stop(self) -> None:
        self._live.stop()

    def processes(self) -> dict[str, list[int]]:
        return {"server": self._live.workers()}

    def disk(self) -> int:
        return size_of(self._live.folder, "*.sqlite3*")

    def extend_history(self, number: int, revisions: int) -> None:
        arguments = ("-m", "benchmarks.bench.history", self._documents[number]["id"], str(revisions))
        run_python(*arguments, environment=self._live.environment)

    @property
    def log(self) -> str:
        return self._live.log


class DeltapadUvicorn(Deltapad):
    name = "deltapad"
    server = "uvicorn"


class DeltapadDaphne(Deltapad):
    name = "deltapad-daphne"
    server = "daphne"


class DeltapadPostgreSQL(DeltapadUvicorn):
    """On a PostgreSQL of its own with fsync, on the server's core."""

    name = "deltapad-postgresql"

    def live(self) -> LiveServer:
        return LiveServer(server=self.server, postgresql=postgresql())

    def processes(self) -> dict[str, list[int]]:
        return super().processes() | {"database": [postgresql().pid]}

    def disk(self) -> int:
        return database_size(self._live.environment["DATABASE_URL"])
