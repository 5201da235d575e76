"""What every test may ask for: the cast, a document, a live server, throwaway services, a browser."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from django.db import connections

from tests import cast
from tests.installed import chromium_binary, missing
from tests.live import LiveServer
from tests.services import PostgreSQL, Redis, Service

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from accounts.models import User
    from documents.models import Document

CHROMIUM_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]

Kind = TypeVar("Kind", bound=Service)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite's test database is a file: in memory it has neither a write-ahead log nor its waiting for a lock."""
    database = connections["default"].settings_dict
    if "sqlite" in database["ENGINE"]:
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def _quick_passwords(settings: pytest.FixtureRequest) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of servers of their own are marked `live`: they choose their database themselves."""
    for item in items:
        if "live" in getattr(item, "fixturenames", ()) or hasattr(getattr(item, "module", None), "LiveServer"):
            item.add_marker(pytest.mark.live)


# The cast


def _user(name: str) -> "User":
    from accounts.models import User

    return User.objects.create_user(cast.email(name), cast.PASSWORD, name=name.capitalize())


@pytest.fixture
def alice(db: None) -> "User":
    """Owns `document`."""
    return _user("alice")


@pytest.fixture
def bob(db: None) -> "User":
    """Edits `document`."""
    return _user("bob")


@pytest.fixture
def carol(db: None) -> "User":
    """Reads `document`."""
    return _user("carol")


@pytest.fixture
def mallory(db: None) -> "User":
    """Has no right to `document`."""
    return _user("mallory")


@pytest.fixture
def document(alice: "User", bob: "User", carol: "User") -> "Document":
    """An empty document of alice's, which bob edits and carol reads."""
    return cast.document()


# Services


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    yield from _running(PostgreSQL)


@pytest.fixture(scope="session")
def postgres_url(postgresql: PostgreSQL) -> str:
    """The maintenance database of a throwaway PostgreSQL; `LiveServer(postgresql=…)` makes one for itself."""
    return postgresql.url


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    yield from _running(Redis)


@pytest.fixture(scope="session")
def redis_url(redis: Redis) -> str:
    return redis.url


def _running(kind: type[Kind]) -> Iterator[Kind]:
    if not kind.installed():
        missing(kind.name, kind.install)
    with kind() as service:
        yield service


# The server and a browser


@pytest.fixture(scope="session")
def live_servers() -> Iterator[Callable[[str], LiveServer]]:
    """A server of each kind, started when first asked for and kept until the end."""
    with ExitStack() as running:
        yield cache(lambda kind: running.enter_context(LiveServer(server=kind)))


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def live(request: pytest.FixtureRequest, live_servers: Callable[[str], LiveServer]) -> Iterator[LiveServer]:
    """A server as a real process, once under Daphne and once under uvicorn; shared by all tests: make own documents."""
    server = live_servers(request.param)
    said_before = len(server.log)
    yield server
    assert "Traceback" not in server.log[said_before:], server.log


@pytest.fixture
async def chromium() -> AsyncIterator["Browser"]:
    """The system's Chromium (or CHROMIUM), headless, fresh for each test."""
    from playwright.async_api import async_playwright

    binary = chromium_binary()
    if binary is None:
        missing("Chromium", "apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=binary, args=CHROMIUM_FLAGS, chromium_sandbox=os.geteuid() != 0
        )
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).resolve().parent.parent
