"""What every test may ask for: the cast, a document, a live server, throwaway services."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from django.db import connections

from collab.config import ROOT
from tests import cast
from tests.installed import missing
from tests.live import LiveServer
from tests.services import PostgreSQL, Redis, Service

if TYPE_CHECKING:
    from accounts.models import User
    from documents.models import Document

# The folders and files of tests that take longest, the longest first. (A file is one process's, from end to end.)
LONG = ("chaos", "test_openapi.py", "test_deploy.py", "simulation", "browser", "faults", "benchmarks")

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
    """Marks what starts servers of its own `live`, for it chooses its database itself; `database` what else has one.

    What takes long begins first: at the end it would keep one process busy, and the others waiting for it.
    """
    for item in items:
        if "live" in _fixtures(item) or hasattr(getattr(item, "module", None), "LiveServer"):
            item.add_marker(pytest.mark.live)
        if item.get_closest_marker("live") is None and _has_database(item):
            item.add_marker(pytest.mark.database)
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(ROOT).parts[1]
    if folder in LONG:
        return LONG.index(folder)
    return len(LONG) + (item.get_closest_marker("live") is None)


def _has_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or not {"db", "transactional_db"}.isdisjoint(
        _fixtures(item)
    )


def _fixtures(item: pytest.Item) -> tuple[str, ...]:
    return tuple(getattr(item, "fixturenames", ()))


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


# The server


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


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture
def ended() -> Iterator[list[dict[str, Any]]]:
    """Every `principal_ended`, as (what it says of) who ended."""
    from accounts.signals import principal_ended

    heard: list[dict[str, Any]] = []

    def hear(signal: object, sender: object, **ended: Any) -> None:
        heard.append(ended)

    principal_ended.connect(hear)
    yield heard
    principal_ended.disconnect(hear)
