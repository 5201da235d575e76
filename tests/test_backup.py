"""What docs/guides/backup.md says, done: a backup taken while people type, restored, holds what was acknowledged."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from collab.config import ROOT
from deltapad_client import DocumentClient
from tests.documents.images.test_redrawing import red
from tests.installed import postgresql_binaries
from tests.live import LiveServer
from tests.services import PostgreSQL
from tests.test_docs import blocks

PAGE = ROOT / "docs" / "guides" / "backup.md"
BEFORE, AFTER = 20, 5


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def service(database: str, request: pytest.FixtureRequest) -> PostgreSQL | None:
    return request.getfixturevalue("postgresql") if database == "postgresql" else None


@pytest.fixture
def server(service: PostgreSQL | None) -> Iterator[LiveServer]:
    with LiveServer(postgresql=service) as running:
        yield running


def run(about: str, environment: dict[str, str]) -> str:
    """Runs the page's commands for `about`; what they print, and then the environment that they leave."""
    [text] = [block.text for block in blocks(PAGE) if block.about == about]
    script = "set -eu\n" + text.replace(".venv/bin/python", sys.executable) + "env"
    binaries = postgresql_binaries()
    path = f"{binaries}:{os.environ['PATH']}" if binaries else os.environ["PATH"]
    ran = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=environment | {"PATH": path}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


class Typist:
    """Types into a document of its own, and knows what was acknowledged to it."""

    def __init__(self, server: LiveServer, name: str) -> None:
        self.document = server.document(owner=name, members={})
        self.acknowledged = [(0, "\n")]
        self._client = DocumentClient(server.ws_url(self.document), token=server.people[name].token)

    async def type_on(self, enough: asyncio.Event) -> None:
        async with self._client as client:
            while not enough.is_set():
                client.insert(0, f"{client.version} ")
                await client.committed()
                self.acknowledged.append((client.version, client.text))

    async def types(self, more: int) -> None:
        """Waits until so many more changes are acknowledged."""
        until = len(self.acknowledged) + more
        while len(self.acknowledged) < until:
            await asyncio.sleep(0.01)


def remove_some(server: LiveServer) -> None:
    """Makes a document with an image, from whose history something is purged, and of whose authors one is erased."""
    document = server.document(owner="alice", members={"carol": "editor"})
    address = f"/api/v1/documents/{document}/revisions"
    for version in range(6):
        change = {"client_id": "carols-editor", "seq": version + 1, "base_version": version, "delta": [{"insert": "x"}]}
        server.rest("carol", "POST", address, change)
    server.rest("alice", "POST", f"/api/v1/documents/{document}/images", red())
    server.rest("alice", "DELETE", f"{address}?first=2&last=3")
    server.manage("erase_person", server.people["carol"].email)


async def backed_up(typists: list[Typist], database: str, environment: dict[str, str]) -> list[tuple[int, str]]:
    """Backs up while everyone types; what each had been told of last when the backup began."""
    enough = asyncio.Event()
    typing = [asyncio.create_task(typist.type_on(enough)) for typist in typists]
    await asyncio.gather(*(typist.types(BEFORE) for typist in typists))
    told = [typist.acknowledged[-1] for typist in typists]
    await asyncio.to_thread(run, f"{database} backup", environment)
    await asyncio.to_thread(run, "images backup", environment)
    assert all(typist.acknowledged[-1] > before for typist, before in zip(typists, told, strict=True))
    await asyncio.gather(*(typist.types(AFTER) for typist in typists))
    enough.set()
    await asyncio.gather(*typing)
    return told


async def test_a_backup_while_people_type_holds_what_was_acknowledged(
    database: str, service: PostgreSQL | None, server: LiveServer, tmp_path: Path
) -> None:
    typists = [Typist(server, name) for name in ("alice", "bob")]
    environment = server.environment | {"BACKUPS": str(tmp_path), "RESTORED": str(tmp_path / "restored")}
    (tmp_path / "restored").mkdir()
    if service is not None:
        service.execute("CREATE DATABASE restored")
        environment["RESTORED_URL"] = service.database_url("restored")
    else:
        del environment["DATABASE_URL"]  # as it is where SQLite is the default
    await asyncio.to_thread(remove_some, server)
    told = await backed_up(typists, database, environment)
    await asyncio.to_thread(server.kill)

    left = dict(line.split("=", 1) for line in run(f"{database} restore", environment).splitlines() if "=" in line)
    restored = environment | {name: left[name] for name in ("DATA_DIR", "DATABASE_URL") if name in left}
    run("images restore", environment)
    assert "3 verified, 0 damaged\n" in run("verify", restored)
    [image] = [path for path in (tmp_path / "restored").rglob("media/images/*/*") if path.is_file()]
    assert image.read_bytes().startswith(b"\x89PNG")

    url = restored.get("DATABASE_URL") or f"sqlite:///{tmp_path / 'restored' / 'deltapad.sqlite3'}"
    with LiveServer(postgresql=service, database_url=url) as again:
        for typist, name, (version, text) in zip(typists, ("alice", "bob"), told, strict=True):
            path = f"/api/v1/documents/{typist.document}"
            assert again.rest(name, "GET", f"{path}/contents?version={version}")["contents"] == [{"insert": text}]
            newest = again.rest(name, "GET", f"{path}/contents")
            assert (newest["version"], newest["contents"][0]["insert"]) in typist.acknowledged


# backup_database


@pytest.fixture
def sqlite(db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own")


def test_it_leaves_an_older_backup_alone(sqlite: None, tmp_path: Path) -> None:
    older = tmp_path / "older"
    older.write_text("precious")
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup_database", str(older))
    assert older.read_text() == "precious"


def test_it_needs_a_folder(sqlite: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("backup_database", str(tmp_path / "nowhere" / "file"))


def test_postgresql_has_a_command_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    with pytest.raises(CommandError, match="use pg_dump"):
        call_command("backup_database", str(tmp_path / "file"))
