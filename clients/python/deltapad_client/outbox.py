"""Where a client remembers what it has not got acknowledged, so that another run of the program can go on."""

import sqlite3
from pathlib import Path
from secrets import token_urlsafe
from typing import Protocol

from protocol.replica import Replica, ReplicaState


class OutboxInUse(Exception):
    """Another process holds this outbox: a client_id may live in one place at a time."""


class Outbox(Protocol):
    """Keeps one replica for each document of one person."""

    def open(self, document: str) -> Replica:
        """The replica to go on with: the remembered one, or a new one with a new client_id."""

    def store(self, document: str, replica: Replica) -> None:
        """Remembers the replica durably; called before anything of it is sent."""

    def close(self) -> None:
        """Lets go of what is held."""


def new_replica() -> Replica:
    """An empty copy under a client_id that nobody has had."""
    return Replica(ReplicaState(client_id=token_urlsafe(16)))


class MemoryOutbox:
    """Remembers nothing beyond the program's run: what was not acknowledged is lost with it."""

    def open(self, document: str) -> Replica:
        return new_replica()

    def store(self, document: str, replica: Replica) -> None:
        pass

    def close(self) -> None:
        pass


class SQLiteOutbox:
    """Remembers replicas in the SQLite file `path`, which it holds alone while it is open.

    Use a file for each person: a client_id belongs to who committed with it first. Raises OutboxInUse where another
    process holds the file.
    """

    def __init__(self, path: str | Path) -> None:
        self._connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS replicas (document TEXT PRIMARY KEY, state TEXT NOT NULL)"
            )
            # The lock is taken by the first write and kept until the connection is closed.
            self._connection.execute("DELETE FROM replicas WHERE document IS NULL")
        except sqlite3.OperationalError as error:
            self._connection.close()
            raise OutboxInUse(str(path)) from error

    def open(self, document: str) -> Replica:
        row = self._connection.execute("SELECT state FROM replicas WHERE document = ?", (document,)).fetchone()
        return Replica(ReplicaState.model_validate_json(row[0])) if row else new_replica()

    def store(self, document: str, replica: Replica) -> None:
        self._connection.execute(
            "INSERT INTO replicas VALUES (?, ?) ON CONFLICT (document) DO UPDATE SET state = excluded.state",
            (document, replica.state().model_dump_json()),
        )

    def close(self) -> None:
        self._connection.close()
