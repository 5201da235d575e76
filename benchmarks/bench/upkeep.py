"""What open documents and edits cost PostgreSQL and Redis, each kind of work alone.

`python -m benchmarks.bench.upkeep` prints JSON: for each kind, microseconds of processor time of the service and of
the process that asks, and bytes of write-ahead log, for one row, edit or message; `--save FILE` keeps it.
benchmarks.capacity computes from it.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from uuid import UUID, uuid4

from benchmarks.bench import usage
from benchmarks.bench.cores import first
from benchmarks.bench.database import postgresql, redis
from tests.live import LiveServer, run_python

DOCUMENTS, PEOPLE, PROCESSES = 2_000, 2, 1_000
SECONDS = 2.0
# Documents in one transaction of a busy process; one that has a hundred edits a second commits them one by one.
TOGETHER = 10
HEARERS = 5
# Of a message that carries one small revision, in bytes.
MESSAGE = 400

Figures = dict[str, float]


class Cost:
    """Work is done again and again for `seconds`; then it is known what one unit of it cost."""

    def __init__(self, service: int, seconds: float) -> None:
        self._service = service
        self._seconds = seconds

    def of(self, work: Callable[[], int]) -> Figures:
        """`work` answers how many units it did."""
        work()  # warms up
        start, wall, done = self._read(), self._wal(), 0
        while time.monotonic() - start.at < self._seconds:
            done += work()
        end = self._read()
        micros = {name: 1e6 * (end.seconds[name] - start.seconds[name]) / done for name in end.seconds}
        return {"service_us": micros["service"], "process_us": micros["process"], "wal": (self._wal() - wall) / done}

    def _read(self) -> usage.Reading:
        own = time.process_time()
        read = usage.read({"service": [self._service]})
        return usage.Reading(read.at, read.seconds | {"process": own}, read.machine)

    def _wal(self) -> float:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn() - '0/0'")
            return float(cursor.fetchone()[0])


def inside(database: int, layer: int, url: str, seconds: float) -> dict[str, Figures]:
    """Measures in a process of Django's, with the process ids of PostgreSQL and Redis."""
    from benchmarks.bench.people import fill

    document_ids = [UUID(row["id"]) for row in fill(DOCUMENTS, PEOPLE, 0)]
    cost = Cost(database, seconds)
    kinds = {name: cost.of(work) for name, work in _works(document_ids).items()}
    kinds["edit"] |= {"disk": _bytes_of_an_edit()}
    one, all_of_them = (asyncio.run(_messages(Cost(layer, seconds), url, hearers)) for hearers in (1, HEARERS))
    further = {name: (all_of_them[name] - one[name]) / (HEARERS - 1) for name in one}
    return kinds | {"message": one, "delivery": further}


def _bytes_of_an_edit() -> float:
    """With its indexes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('documents_revision') * 1.0 / count(*) FROM documents_revision")
        return float(cursor.fetchone()[0])


def _works(document_ids: list[UUID]) -> dict[str, Callable[[], int]]:
    from accounts.models import Token
    from accounts.principals import Principal, alive
    from documents import connections, history, rights
    from documents.models import Connection, Document, Membership

    some = document_ids[:1000]
    owners = list(Document.objects.filter(pk__in=some).values_list("pk", "owner_id"))
    people = owners + list(Membership.objects.filter(document__in=some).values_list("document_id", "user_id"))
    versions = dict.fromkeys(some, 0)
    tokens = dict(Token.objects.values_list("user_id", "pk"))
    pairs = {(document, Principal(str(user), token_id=tokens[user])) for document, user in people}
    now = datetime.now(UTC)
    alike = {"process": "bench", "client_id": "bench-000001", "since": now, "lease": now + timedelta(hours=1)}
    rows = [Connection(session_id=uuid4(), document_id=d, user_id=u, **alike) for d, u in people]
    connections.join(rows)
    sessions = [row.session_id for row in rows]
    names = [f"process-{number}" for number in range(PROCESSES)]
    for name in names:
        connections.beat(name, 3600)

    def renew() -> int:
        connections.renew("bench", sessions, 3600)
        return len(sessions)

    def present() -> int:
        found = connections.present(some)
        rights.roles({(row.document_id, str(row.user_id)) for rows in found.values() for row in rows})
        return len(found)

    def counted(units: int, call: Callable[[], object]) -> Callable[[], int]:
        return lambda: (call(), units)[1]

    beating = cycle(names)
    titles = Document.objects.filter(pk__in=some).values_list("pk", "title", "state")
    return {
        "head": counted(len(some), lambda: history.head_version(some)),
        "title": counted(len(some), lambda: list(titles.all())),
        "rights": counted(len(pairs), lambda: (alive({who for _, who in pairs}), rights.accesses(pairs))),
        "lease": renew,
        "beat": counted(1, lambda: connections.beat(next(beating), 3600)),
        "participants": present,
        "edit": _edits(owners, tokens, versions, 1),
        "edit_together": _edits(owners, tokens, versions, TOGETHER),
    }


def _edits(
    owners: list[tuple[UUID, UUID]], tokens: dict[UUID, int], versions: dict[UUID, int], together: int
) -> Callable[[], int]:
    """Edits of one key each by the owners of documents, so many documents' in one transaction."""
    from accounts.principals import Principal
    from documents.commit import Batch, Committed, NewRevision, commit
    from protocol.delta import Delta

    turn = 0

    def batch(document: UUID, user: UUID) -> Batch:
        version = versions[document] = versions[document] + 1
        delta = Delta([{"retain": 2500}, {"insert": "x"}] if version > 1 else [{"insert": "x" * 5000}])
        principal, at = Principal(str(user), token_id=tokens[user]), datetime.now(UTC)
        new = NewRevision(version, "bench-000001", version, principal, at, delta, "0" * 64)
        return Batch(document, version - 1, (new,), 5000 + version)

    def work() -> int:
        nonlocal turn
        taken = [owners[(turn + number) % len(owners)] for number in range(together)]
        turn += together
        outcomes = commit([batch(*each) for each in taken])
        if any(outcome != Committed() for outcome in outcomes):
            raise RuntimeError(f"an edit was not committed: {outcomes}")
        return together

    return work


async def _messages(cost: Cost, url: str, hearers: int) -> Figures:
    """To the group of a document that so many processes have open."""
    from channels_redis.pubsub import RedisPubSubChannelLayer

    speaker, *others = (RedisPubSubChannelLayer(hosts=[url]) for _ in range(1 + hearers))
    channels = [(hearer, await hearer.new_channel()) for hearer in others]
    for hearer, channel in channels:
        await hearer.group_add("document", channel)
    message = {"type": "revisions", "revisions": ["x" * MESSAGE]}
    loop = asyncio.get_running_loop()

    async def hundred() -> int:
        for _ in range(100):
            await speaker.group_send("document", message)
        for hearer, channel in channels * 100:
            await hearer.receive(channel)
        return 100

    return await asyncio.to_thread(cost.of, lambda: asyncio.run_coroutine_threadsafe(hundred(), loop).result())


def measure(seconds: float = SECONDS) -> dict[str, Figures]:
    """Starts what is needed, and measures in a process that Django is set up in."""
    live = LiveServer(postgresql=postgresql(None))
    pids = str(postgresql(None).pid), str(redis().pid)
    command = ("-m", "benchmarks.bench.upkeep", "--inside", *pids, redis().url, str(seconds))
    try:
        found: dict[str, Figures] = json.loads(run_python(*command, environment=live.environment))
    finally:
        live.stop()
    return found


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--inside"]:
        import django

        django.setup()
        database, layer, url, seconds = arguments[1:]
        print(json.dumps(inside(int(database), int(layer), url, float(seconds))))
        return 0
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench.upkeep", description=__doc__)
    parser.add_argument("--save", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    text = json.dumps(measure(), indent=1) + "\n"
    print(text)
    if options.save:
        options.save.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(first(lambda: main(sys.argv[1:])))
