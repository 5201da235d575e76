"""All that can go wrong. Each fault strikes one target, lasts for some seconds, and leaves everything mended."""

import asyncio
import resource
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from random import Random
from signal import SIGCONT, SIGKILL, SIGSTOP

import psycopg
import redis

from tests.chaos.stage import Stage, alive, signal_all
from tests.line import Line

Strike = Callable[[Stage, Random, float], Awaitable[None]]

HOUR = 3600
ORPHANS_END_WITHIN = 30.0
OURS = "application_name = 'deltapad'"


@dataclass(frozen=True)
class Fault:
    """`seconds` are how long it lasts, at least and at most; `aftermath` how long clients need to notice it."""

    kind: str
    target: str
    seconds: tuple[float, float]
    strike: Strike
    aftermath: float = 0.0

    @property
    def longest(self) -> float:
        return self.seconds[1] + self.aftermath


FAULTS: dict[str, Fault] = {}


def fault(target: str, least: float = 0, most: float = 0, aftermath: float = 0) -> Callable[[Strike], Strike]:
    """Adds the function that it stands above to the faults, under its name."""

    def add(strike: Strike) -> Strike:
        name = strike.__name__
        FAULTS[name] = Fault(name, target, (least, most), strike, aftermath)
        return strike

    return add


@contextmanager
def frozen(pids: list[int]) -> Iterator[None]:
    """SIGSTOP, and SIGCONT at the end."""
    signal_all(pids, SIGSTOP)
    try:
        yield
    finally:
        signal_all(pids, SIGCONT)


# -- the servers ----------------------------------------------------------------------------------


@fault("server")
async def worker_killed(stage: Stage, random: Random, seconds: float) -> None:
    signal_all([random.choice(workers(stage))], SIGKILL)


@fault("server", 1, 4)
async def worker_frozen(stage: Stage, random: Random, seconds: float) -> None:
    with frozen([random.choice(workers(stage))]):
        await asyncio.sleep(seconds)


@fault("server", 15, 15)
async def worker_stalled_long(stage: Stage, random: Random, seconds: float) -> None:
    with frozen([random.choice(workers(stage))]):
        await asyncio.sleep(seconds)


@fault("server", 1, 4)
async def host_frozen(stage: Stage, random: Random, seconds: float) -> None:
    host = random.choice(stage.hosts)
    with frozen([host.pid, *host.workers()]):
        await asyncio.sleep(seconds)


@fault("server", 0, 2)
async def parent_killed(stage: Stage, random: Random, seconds: float) -> None:
    """The workers notice, end in good order, and free the port."""
    host = random.choice(stage.hosts)
    orphans = host.workers()
    host.kill_parent()
    async with asyncio.timeout(ORPHANS_END_WITHIN):
        while any(map(alive, orphans)):
            await asyncio.sleep(0.05)
    await asyncio.sleep(seconds)
    await stage.start(host)


@fault("server", 0, 2)
async def host_killed(stage: Stage, random: Random, seconds: float) -> None:
    host = random.choice(stage.hosts)
    host.kill()
    await asyncio.sleep(seconds)
    await stage.start(host)


def workers(stage: Stage) -> list[int]:
    return [pid for host in stage.hosts for pid in host.workers()]


# -- PostgreSQL -----------------------------------------------------------------------------------


@fault("database", 0, 2)
async def database_crashed(stage: Stage, random: Random, seconds: float) -> None:
    assert stage.postgresql
    await asyncio.to_thread(stage.postgresql.crash)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(stage.postgresql.start)


@fault("database", 0, 1)
async def backends_terminated(stage: Stage, random: Random, seconds: float) -> None:
    await repeatedly(stage, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS}", seconds, 0.5)


@fault("database", 1, 3)
async def statements_cancelled(stage: Stage, random: Random, seconds: float) -> None:
    """As a tiny statement_timeout does it, whose error (57014) this is."""
    active = f"{OURS} AND state = 'active'"
    await repeatedly(stage, f"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE {active}", seconds, 0.003)


@fault("database", 1, 4)
async def backends_frozen(stage: Stage, random: Random, seconds: float) -> None:
    with superuser(stage) as connection:
        rows = connection.execute(f"SELECT pid FROM pg_stat_activity WHERE {OURS}".encode()).fetchall()
    with frozen([pid for (pid,) in rows]):
        await asyncio.sleep(seconds)


@fault("database", 1, 4)
async def connections_refused(stage: Stage, random: Random, seconds: float) -> None:
    assert stage.postgresql
    allow = f"ALTER DATABASE {stage.database_name} ALLOW_CONNECTIONS"
    stage.postgresql.execute(f"{allow} false")
    try:
        terminate = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS}"
        await repeatedly(stage, terminate, seconds, 0.5)
    finally:
        stage.postgresql.execute(f"{allow} true")


@fault("database", 1, 4)
async def connection_slots_taken(stage: Stage, random: Random, seconds: float) -> None:
    """Whoever loses a connection gets no other."""
    assert stage.postgresql
    with ExitStack() as taken:
        first = taken.enter_context(superuser(stage))
        for _ in range(3):
            with suppress(psycopg.OperationalError):
                while True:
                    taken.enter_context(superuser(stage))
            first.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS}".encode())
            await asyncio.sleep(seconds / 3)


@fault("database", 2, 8)
async def tables_locked(stage: Stage, random: Random, seconds: float) -> None:
    """Statements wait for the lock, until each process's pool has no connection left."""
    async with await psycopg.AsyncConnection.connect(stage.database_url) as connection:
        await connection.execute("LOCK TABLE documents_document IN ACCESS EXCLUSIVE MODE")
        await asyncio.sleep(seconds)


@fault("database", 1, 4)
async def database_read_only(stage: Stage, random: Random, seconds: float) -> None:
    assert stage.postgresql
    stage.postgresql.execute("ALTER SYSTEM SET default_transaction_read_only = on")
    try:
        stage.postgresql.execute("SELECT pg_reload_conf()")
        await asyncio.sleep(seconds)
    finally:
        stage.postgresql.execute("ALTER SYSTEM RESET default_transaction_read_only")
        stage.postgresql.execute("SELECT pg_reload_conf()")


@contextmanager
def superuser(stage: Stage) -> Iterator[psycopg.Connection]:
    assert stage.postgresql
    with psycopg.connect(stage.postgresql.url, autocommit=True) as connection:
        yield connection


async def repeatedly(stage: Stage, statement: str, seconds: float, pause: float) -> None:
    """Runs a statement at once, and every `pause` seconds, for so many seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    with superuser(stage) as connection:
        connection.execute(statement.encode())
        while loop.time() < end:
            await asyncio.sleep(pause)
            connection.execute(statement.encode())


# -- SQLite ---------------------------------------------------------------------------------------


@fault("file", 1, 4)
async def disk_full(stage: Stage, random: Random, seconds: float) -> None:
    """No server may write beyond the first page of any file."""
    limited = workers(stage)
    limit_files(limited, 4096)
    try:
        await asyncio.sleep(seconds)
    finally:
        limit_files(limited, resource.RLIM_INFINITY)


@fault("file", 1, 4)
async def database_locked(stage: Stage, random: Random, seconds: float) -> None:
    await lock_file(stage, seconds)


@fault("file", 25, 25)
async def database_locked_long(stage: Stage, random: Random, seconds: float) -> None:
    """For longer than anyone waits."""
    await lock_file(stage, seconds)


def limit_files(pids: list[int], size: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


async def lock_file(stage: Stage, seconds: float) -> None:
    path = stage.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)) as connection:
        # Beside the loop: a process that another fault froze may hold the lock.
        await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
        await asyncio.sleep(seconds)


# -- Redis ----------------------------------------------------------------------------------------


@fault("redis", 0, 4)
async def redis_killed(stage: Stage, random: Random, seconds: float) -> None:
    stage.redis.kill()
    await asyncio.sleep(seconds)
    await asyncio.to_thread(stage.redis.start)


@fault("redis", 1, 4)
async def redis_frozen(stage: Stage, random: Random, seconds: float) -> None:
    with frozen([stage.redis.pid]):
        await asyncio.sleep(seconds)


@fault("redis", 30, 30)
async def redis_paused_long(stage: Stage, random: Random, seconds: float) -> None:
    await ask_redis(stage, "CLIENT", "PAUSE", int(seconds * 1000), "ALL")
    await asyncio.sleep(seconds)


@fault("redis")
async def redis_flushed(stage: Stage, random: Random, seconds: float) -> None:
    await ask_redis(stage, "FLUSHALL")


@fault("redis", 1, 4)
async def redis_out_of_memory(stage: Stage, random: Random, seconds: float) -> None:
    await ask_redis(stage, "CONFIG", "SET", "maxmemory", 1)
    try:
        await asyncio.sleep(seconds)
    finally:
        await ask_redis(stage, "CONFIG", "SET", "maxmemory", 0)


@fault("redis")
async def redis_connections_cut(stage: Stage, random: Random, seconds: float) -> None:
    for kind in ("normal", "pubsub"):
        await ask_redis(stage, "CLIENT", "KILL", "TYPE", kind)


async def ask_redis(stage: Stage, *command: str | int) -> None:
    def ask() -> None:
        with redis.Redis.from_url(stage.redis.url) as client:
            client.execute_command(*command)

    await asyncio.to_thread(ask)


# -- the lines ------------------------------------------------------------------------------------


@fault("line")
async def line_cut(stage: Stage, random: Random, seconds: float) -> None:
    random.choice(stage.lines).reset()


@fault("line", 1, 4)
async def line_down(stage: Stage, random: Random, seconds: float) -> None:
    await until_mended(random.choice(stage.lines), Line.cut, seconds)


@fault("line", 1, 4)
async def line_stalled(stage: Stage, random: Random, seconds: float) -> None:
    await until_mended(random.choice(stage.lines), Line.stall, seconds)


@fault("line", aftermath=40)
async def line_half_open(stage: Stage, random: Random, seconds: float) -> None:
    random.choice(stage.lines).abandon()


@fault("line", 2, 4)
async def line_delayed(stage: Stage, random: Random, seconds: float) -> None:
    delay = random.uniform(0.2, 1.5)
    await until_mended(random.choice(stage.lines), lambda line: line.slow(delay=delay), seconds)


@fault("line", 2, 4)
async def line_throttled(stage: Stage, random: Random, seconds: float) -> None:
    rate = random.uniform(1_000, 5_000)
    await until_mended(random.choice(stage.lines), lambda line: line.slow(rate=rate), seconds)


async def until_mended(line: Line, harm: Callable[[Line], None], seconds: float) -> None:
    harm(line)
    try:
        await asyncio.sleep(seconds)
    finally:
        line.mend()


# -- the clock ------------------------------------------------------------------------------------


@fault("clock", 2, 4)
async def clock_ahead(stage: Stage, random: Random, seconds: float) -> None:
    """The second host's clock goes an hour ahead, and comes back."""
    assert stage.clock
    stage.clock.set(HOUR)
    try:
        await asyncio.sleep(seconds)
    finally:
        stage.clock.set(0)
