"""Workers as real processes, on both databases."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.services import PostgreSQL

pytestmark = pytest.mark.live

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 60.0

ENQUEUE = """
import sys
from jobs.queue import enqueue
path, count, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
for number in range(count):
    enqueue("noted", {"path": path, "number": number, "seconds": seconds})
"""


class Site:
    """One database, the workers on it, and the file that their jobs write to."""

    def __init__(self, database_url: str, notes: Path) -> None:
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "tests.jobs.settings",
            "PYTHONPATH": str(ROOT),
        }
        self.notes = notes
        self.workers: list[subprocess.Popen[bytes]] = []
        subprocess.run(self._command("migrate", "-v0"), env=self.environment, cwd=ROOT, check=True)

    def enqueue(self, count: int, seconds: float = 0) -> None:
        script = f"import django; django.setup()\n{ENQUEUE}"
        arguments = [str(self.notes), str(count), str(seconds)]
        subprocess.run([sys.executable, "-c", script, *arguments], env=self.environment, cwd=ROOT, check=True)

    def worker(self) -> subprocess.Popen[bytes]:
        self.workers.append(subprocess.Popen(self._command("worker"), env=self.environment, cwd=ROOT))
        return self.workers[-1]

    def lines(self, word: str) -> list[list[str]]:
        """The notes that begin with `word`, each as [word, number, process]."""
        if not self.notes.exists():
            return []
        return [line.split() for line in self.notes.read_text().splitlines() if line.startswith(word)]

    def close(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait()

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *arguments]


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'jobs.sqlite3'}"
    else:
        url = fresh_database(request.getfixturevalue("postgresql"))
    site = Site(url, tmp_path / "notes")
    yield site
    site.close()


def fresh_database(postgresql: PostgreSQL) -> str:
    name = f"jobs_{uuid.uuid4().hex}"
    postgresql.execute(f"CREATE DATABASE {name}")
    return postgresql.database_url(name)


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)


def test_two_workers_share_the_work_and_none_is_done_twice(site: Site) -> None:
    site.enqueue(60, seconds=0.02)
    site.worker()
    site.worker()

    wait_until(lambda: len(site.lines("end")) >= 60, "all jobs done")

    assert sorted(int(number) for _, number, _ in site.lines("begin")) == list(range(60))
    assert len({process for _, _, process in site.lines("begin")}) == 2


def test_the_job_of_a_killed_worker_comes_back(site: Site) -> None:
    site.enqueue(1, seconds=2)
    doomed = site.worker()
    wait_until(lambda: len(site.lines("begin")) == 1, "the job began")

    doomed.kill()
    site.worker()
    wait_until(lambda: len(site.lines("end")) == 1, "another worker did it")

    first, second = site.lines("begin")
    assert first[2] != second[2]


def test_a_job_longer_than_its_lease_is_not_taken_by_another(site: Site) -> None:
    site.enqueue(1, seconds=4)
    site.worker()
    site.worker()

    wait_until(lambda: len(site.lines("end")) == 1, "the job ended")

    assert len(site.lines("begin")) == 1


def test_a_worker_told_to_stop_finishes_the_job_at_hand(site: Site) -> None:
    site.enqueue(2, seconds=1)
    worker = site.worker()
    wait_until(lambda: len(site.lines("begin")) == 1, "the first began")

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(DEADLINE) == 0
    assert len(site.lines("end")) == len(site.lines("begin")) == 1
