"""What a round is played on: two servers as on two hosts, one database, one Redis, and lines to them."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from tests.installed import faketime_library
from tests.line import Line
from tests.live import LiveServer
from tests.services import PostgreSQL, Redis

DatabaseKind = Literal["postgresql", "sqlite"]
LINES = 4
START_WITHIN = 120.0


class NarrowPostgreSQL(PostgreSQL):
    """With so few places for connections that all can be taken."""

    settings = PostgreSQL.settings | {"max_connections": "50"}


class Clock:
    """The clock of one host, `seconds` ahead of all others'."""

    def __init__(self, library: Path) -> None:
        self._library = library
        self._file = Path(tempfile.mkstemp(prefix="deltapad-clock-")[1])
        self.set(0)

    def set(self, seconds: int) -> None:
        # In place of the old file: a process that reads a half-written one keeps its wrong time.
        new = self._file.with_suffix(".new")
        new.write_text(f"+{seconds}\n")
        new.replace(self._file)

    @property
    def environment(self) -> dict[str, str]:
        """For the processes that go by this clock; what waits goes by the machine's."""
        return {
            "LD_PRELOAD": str(self._library),
            "PYTHONPATH": str(Path(__file__).parent / "skewed"),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def close(self) -> None:
        self._file.unlink()


@dataclass
class Stage:
    """All that can be struck."""

    redis: Redis
    hosts: list[LiveServer]
    postgresql: PostgreSQL | None = None
    clock: Clock | None = None
    lines: list[Line] = field(default_factory=list)

    @property
    def database_url(self) -> str:
        return self.hosts[0].environment["DATABASE_URL"]

    @property
    def database_name(self) -> str:
        return urlsplit(self.database_url).path.removeprefix("/")

    @property
    def targets(self) -> set[str]:
        """What stands here for a fault to strike."""
        return {"server", "redis", "line", "database" if self.postgresql else "file"} | (
            {"clock"} if self.clock else set()
        )

    async def start(self, host: LiveServer) -> None:
        """Starts a host that was killed; again and again where the database isn't there to start with."""
        async with asyncio.timeout(START_WITHIN):
            while True:
                try:
                    return await asyncio.to_thread(host.start)
                except RuntimeError:
                    await asyncio.sleep(1)


@asynccontextmanager
async def stage(server: str, database: DatabaseKind) -> AsyncIterator[Stage]:
    """Opens a stage; the second host has a clock of its own where that can be had."""
    async with AsyncExitStack() as stack:
        redis = stack.enter_context(Redis())
        postgresql = stack.enter_context(NarrowPostgreSQL()) if database == "postgresql" else None
        library = faketime_library()
        clock = Clock(library) if library else None
        if clock:
            stack.callback(clock.close)
        first = LiveServer(server, 2, postgresql=postgresql, redis_url=redis.url, environment=SETTINGS)
        second = LiveServer(
            server,
            1,
            postgresql=postgresql,
            database_url=first.environment["DATABASE_URL"],
            redis_url=redis.url,
            environment=SETTINGS | (clock.environment if clock else {}),
        )
        opened = Stage(redis, [first, second], postgresql, clock)
        for host in opened.hosts:
            stack.callback(host.stop)
            await asyncio.to_thread(host.start)
        ports = [host.port for host in opened.hosts]
        for number in range(LINES):
            shifted = ports[number % 2 :] + ports[: number % 2]
            opened.lines.append(await stack.enter_async_context(Line(*shifted)))
        yield opened


# As few connections as may be, so that a stalled database exhausts them.
SETTINGS = {"DATABASE_POOL": "7"}


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not buried does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def signal_all(pids: list[int], number: int) -> None:
    """Sends a signal to those that are still there."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
