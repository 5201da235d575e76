"""SQLite serves one host: several servers on it must share a Redis, and it does not go on a network's file system."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from collab import checks, sqlite_place
from collab.config import ROOT
from collab.sqlite_place import Taken, file_system, occupied
from tests.collab.talk import Table
from tests.live import LiveServer
from tests.services import Redis

pytestmark = pytest.mark.live

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw
30 22 0:5 / /srv rw - nfs4 server:/srv rw
31 30 0:6 / /srv/fast\\040disk rw shared:7 master:2 - xfs /dev/sdb rw
32 22 0:7 / /home rw - ext4 /dev/sdc rw
33 22 0:8 / /home rw - fuse.sshfs me@there: rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/pad", "ext4"),
        ("/srv", "nfs4"),
        ("/srv/pad/deltapad.sqlite3", "nfs4"),
        ("/srv/fast disk/pad", "xfs"),
        ("/srvelse", "ext4"),
        ("/home/me", "fuse.sshfs"),
    ],
)
def test_the_nearest_and_latest_mount_tells(path: str, kind: str) -> None:
    assert file_system(Path(path), MOUNTS) == kind


def test_where_there_is_no_table_of_mounts_nothing_is_known() -> None:
    assert file_system(Path("/srv"), "") == ""


def test_a_file_system_of_the_network_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "deltapad.sqlite3"}
    monkeypatch.setitem(settings.DATABASES, "default", database)
    assert checks.local_file() == []
    mounts = tmp_path / "mounts"
    mounts.write_text(f"40 1 0:9 / {tmp_path} rw - nfs4 server:/ rw\n")
    monkeypatch.setattr(sqlite_place, "MOUNTS", mounts)
    (problem,) = checks.local_file()
    assert (problem.id, "nfs4" in problem.msg) == ("collab.E004", True)


def test_one_server_alone_or_several_that_share(tmp_path: Path) -> None:
    database = tmp_path / "deltapad.sqlite3"
    with occupied(database, shared=True), occupied(database, shared=True), pytest.raises(Taken, match="REDIS_URL"):
        occupied(database, shared=False).__enter__()
    with occupied(database, shared=False):
        for shared in (True, False):
            with pytest.raises(Taken, match="REDIS_URL"):
                occupied(database, shared=shared).__enter__()


def test_a_second_server_on_the_same_file_is_told_why_it_does_not_start() -> None:
    with LiveServer() as server:
        done = subprocess.run(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=server.environment | {"PORT": "0"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1
        assert "another server runs on" in done.stderr.splitlines()[-1]
        server.restart()  # what it held is free once it ended


async def test_with_redis_several_workers_may_write_to_one_file(redis: Redis) -> None:
    with LiveServer("uvicorn", workers=2, redis_url=redis.url) as server:
        table = Table(server, server.document())
        people = [await table.joins("bob", f"bob-{number:04}") for number in range(6)]
        for person in people:
            await person.types("x")
        for person in people:
            await person.reaches(len(people))
        await table.close()
        assert "Traceback" not in server.log
