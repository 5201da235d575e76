"""What a balancer asks: does the event loop turn, and may people be sent here?"""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer
from channels.testing import HttpCommunicator
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder

from collab import probes, readiness
from collab import process as process_module
from collab.database import Database
from collab.keys import new_key
from collab.process import Process
from tests.collab.talk import PATIENCE, Table
from tests.live import LiveServer
from tests.services import PostgreSQL, Redis

Answer = tuple[int, dict[str, Any]]


def asked(server: LiveServer, path: str, method: str = "GET", **headers: str) -> Answer:
    """The status and the JSON that a server answers."""
    request = urllib.request.Request(server.url + path, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or "{}")
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, {}


async def until(server: LiveServer, status: str) -> Answer:
    """The first answer of `/health/ready` with this status."""
    async with asyncio.timeout(60):
        while True:
            answer = await asyncio.to_thread(asked, server, "/health/ready")
            if answer[1].get("status") == status:
                return answer
            await asyncio.sleep(0.1)


@pytest.fixture
async def ready(monkeypatch: pytest.MonkeyPatch) -> Callable[[Process], Any]:
    """`await ready(process)` is what `/health/ready` answers in that process."""

    async def ask(process: Process) -> Answer:
        monkeypatch.setattr(process_module, "current", lambda: process)
        answer = await HttpCommunicator(probes.Probes(nobody), "GET", "/health/ready").get_response(timeout=30)
        return answer["status"], json.loads(answer["body"])

    return ask


async def nobody(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("a probe is not a page")


def test_it_works(live: LiveServer) -> None:
    assert asked(live, "/health/live") == (200, {"status": "live"})
    assert asked(live, "/health/ready") == (200, {"status": "ready"})
    assert asked(live, "/health/ready", "HEAD") == (200, {})


def test_it_works_by_any_name_and_without_https() -> None:
    strict = {"ENVIRONMENT": "production", "SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "a.example"}
    strict["OPENID_SIGNING_KEY"] = new_key()
    server = LiveServer(environment=strict)
    server.environment |= {"DATA_DIR": str(server.folder)}
    (server.folder / "static").mkdir()
    with server:
        assert asked(server, "/health/ready", Host="10.0.0.7") == (200, {"status": "ready"})


async def test_who_drains_gets_nobody_sent(
    transactional_db: None, processes: Callable[..., Process], ready: Callable[[Process], Any]
) -> None:
    process = processes()
    assert await ready(process) == (200, {"status": "ready"})
    process.draining = True
    assert await ready(process) == (503, {"status": "unavailable", "reason": "The server is restarting."})


class Away(Database):
    """A database that has gone away, or does not answer at all."""

    def __init__(self, hangs: bool) -> None:
        super().__init__()
        self.hangs = hangs
        self.asked = 0

    async def read(self, call: Any, *args: Any, **kwargs: Any) -> Any:
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        raise OperationalError("password authentication failed for user deltapad at 10.0.0.7")


@pytest.mark.parametrize("hangs", [False, True])
async def test_without_a_database_nobody_is_sent_and_nothing_told(
    processes: Callable[..., Process],
    ready: Callable[[Process], Any],
    monkeypatch: pytest.MonkeyPatch,
    hangs: bool,
) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 0.1)
    process = processes(database=Away(hangs))
    assert await ready(process) == (503, {"status": "unavailable", "reason": "The database does not answer."})


async def test_a_flood_of_questions_asks_the_database_once(
    processes: Callable[..., Process], ready: Callable[[Process], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "FRESH", 3600.0)
    database = Away(hangs=False)
    process = processes(database=database)
    answers = await asyncio.gather(*(ready(process) for _ in range(100)))
    assert {status for status, _ in answers} == {503}
    assert database.asked == 1


async def test_without_its_migrations_it_is_not_ready_and_then_it_is(
    transactional_db: None,
    processes: Callable[..., Process],
    ready: Callable[[Process], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(readiness, "FRESH", 0.0)
    last = MigrationRecorder.Migration.objects.filter(app="documents").order_by("name")
    row = await last.alast()
    assert row is not None
    await row.adelete()
    process = processes()
    status, answer = await ready(process)
    assert (status, answer["status"]) == (503, "unavailable")
    assert "migrate" in answer["reason"]
    await row.asave(force_insert=True)
    assert await ready(process) == (200, {"status": "ready"})


class DeadLayer(InMemoryChannelLayer):
    async def group_add(self, group: str, channel: str) -> None:
        raise ConnectionError


async def test_without_its_layer_it_is_degraded(
    transactional_db: None, processes: Callable[..., Process], ready: Callable[[Process], Any]
) -> None:
    process = processes(layer=DeadLayer())
    async with asyncio.timeout(PATIENCE):
        while process.layer.answers:
            await asyncio.sleep(0)
    status, answer = await ready(process)
    assert (status, answer["status"]) == (200, "degraded")
    assert "slower" in answer["reason"]


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_redis_goes_and_comes_back(postgresql: PostgreSQL, kind: str) -> None:
    with Redis() as redis:
        quick = {"HEARTBEAT_TIMEOUT": "10", "HEAD_CHECK_SECONDS": "0.5"}
        with LiveServer(kind, 2, postgresql=postgresql, redis_url=redis.url, environment=quick) as server:
            table = Table(server, await asyncio.to_thread(server.document))
            alice = await table.joins("alice")
            await until(server, "ready")
            redis.kill()
            assert (await until(server, "degraded"))[0] == 200
            await alice.types("still here")
            redis.start()
            await until(server, "ready")
            await table.close()


def test_only_its_addresses_and_only_reading(live: LiveServer) -> None:
    assert asked(live, "/health/ready", "POST") == (405, {})
    assert asked(live, "/health/")[0] == 404
    assert asked(live, "/health/ready/")[0] == 404
