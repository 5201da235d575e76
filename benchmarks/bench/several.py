"""Servers of several processes, which share all cores with their PostgreSQL, their Redis and the load generator."""

from pathlib import Path
from typing import Any, ClassVar

from benchmarks.bench.database import database_size, fresh_database, postgresql, redis
from benchmarks.bench.deltapad import Deltapad
from benchmarks.bench.peers import Hocuspocus, NodePeer, ShareDB
from benchmarks.bench.systems import Cast, System
from tests.live import LiveServer


class DeltapadSeveral(Deltapad):
    """`WORKERS` processes on one port."""

    server = "uvicorn"
    workers: ClassVar[int]
    core = None

    def live(self) -> LiveServer:
        return LiveServer(self.server, self.workers, postgresql=postgresql(None), redis_url=redis().url)

    def processes(self) -> dict[str, list[int]]:
        return super().processes() | services()

    def disk(self) -> int:
        return database_size(self.database())

    def database(self) -> str:
        return self._live.environment["DATABASE_URL"]


class DeltapadOne(DeltapadSeveral):
    name = "deltapad-1"
    workers = 1


class DeltapadTwo(DeltapadSeveral):
    name = "deltapad-2"
    workers = 2


class DeltapadFour(DeltapadSeveral):
    name = "deltapad-4"
    workers = 4


class DeltapadDaphneTwo(DeltapadTwo):
    name = "deltapad-daphne-2"
    server = "daphne"


class Pair(System):
    """Two processes of a peer, each on a port of its own; a document's people go to the one and the other in turn."""

    member: ClassVar[type[NodePeer]]
    client: Path
    core = None

    def __init__(self, cast: Cast) -> None:
        self._database = fresh_database(None)
        self._members = [self._member(cast) for _ in range(2)]

    def _member(self, cast: Cast) -> NodePeer:
        member = self.member(cast)
        member.core = None  # type: ignore[misc]
        member.arguments = (self._database, redis().url)
        return member

    def places(self) -> list[dict[str, Any]]:
        theirs = [member.places() for member in self._members]
        return [
            one | {"people": [person | {"url": both[person["id"] % 2]["url"]} for person in one["people"]]}
            for both in zip(*theirs, strict=True)
            for one in both[:1]
        ]

    def start(self) -> None:
        for member in self._members:
            member.start()

    def restart(self) -> None:
        for member in self._members:
            member.restart()

    def kill(self) -> None:
        for member in self._members:
            member.kill()

    def stop(self) -> None:
        for member in self._members:
            member.stop()

    def processes(self) -> dict[str, list[int]]:
        return {"server": [pid for member in self._members for pid in member.processes()["server"]]} | services()

    def disk(self) -> int:
        return database_size(self._database)

    def database(self) -> str:
        return self._database

    @property
    def log(self) -> str:
        return "\n".join(member.log for member in self._members)


class HocuspocusPair(Pair):
    """Documents are kept in PostgreSQL some seconds after they change."""

    name = "hocuspocus-redis-2"
    member = Hocuspocus
    client = Hocuspocus.client


class ShareDBPair(Pair):
    """Every operation is committed, by fsync, before it is acknowledged."""

    name = "sharedb-redis-2"
    member = ShareDB
    client = ShareDB.client


def services() -> dict[str, list[int]]:
    """The process ids at the roots of PostgreSQL and Redis."""
    return {"database": [postgresql(None).pid], "redis": [redis().pid]}
