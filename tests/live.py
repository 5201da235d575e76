"""The server as a real process, with a database of its own in which the cast already stands."""

import atexit
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from collab.config import ROOT, Config
from tests.cast import MEMBERS, Person
from tests.services import PostgreSQL, children

START_SECONDS = 90.0
STOP_SECONDS = 30.0


class Template:
    """A migrated database with the cast in it, made once per test run and copied for each server."""

    def __init__(self, service: PostgreSQL | None = None) -> None:
        self._service = service
        self._copies = 0
        self._folder = Path(tempfile.mkdtemp(prefix="deltapad-template-"))
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self._sqlite = self._folder / "deltapad.sqlite3"
        if service is not None:
            service.execute("CREATE DATABASE template_deltapad")
        url = service.database_url("template_deltapad") if service else f"sqlite:///{self._sqlite}"
        environment = clean_environment() | {"DATABASE_URL": url, "DATA_DIR": str(self._folder)}
        run_python("manage.py", "migrate", "--verbosity", "0", environment=environment)
        made = json.loads(run_python("-m", "tests.cast", environment=environment))
        self.people = {name: Person(**fields) for name, fields in made.items()}

    def copy(self, folder: Path) -> str:
        """A fresh database like this one; its URL."""
        if self._service is None:
            for file in self._folder.glob(f"{self._sqlite.name}*"):  # the write-ahead log too, should there be one
                shutil.copy(file, folder)
            return f"sqlite:///{folder / self._sqlite.name}"
        self._copies += 1
        name = f"copy_{self._copies}"
        self._service.execute(f"CREATE DATABASE {name} TEMPLATE template_deltapad")
        return self._service.database_url(name)


@cache
def template(service: PostgreSQL | None = None) -> Template:
    return Template(service)


class LiveServer:
    """`manage.py serve` in a process of its own.

    Runs from `start()` (or `with`) to `stop()`; `kill()` and `start()` may alternate: database and port stay.
    `postgresql` puts its database there instead of in SQLite. `environment` adds settings.
    """

    def __init__(
        self,
        server: str = "daphne",
        workers: int = 1,
        *,
        postgresql: PostgreSQL | None = None,
        database_url: str | None = None,
        redis_url: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.server = server
        self.folder = Path(tempfile.mkdtemp(prefix="deltapad-live-"))
        self.people: dict[str, Person] = template(postgresql).people
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.environment = clean_environment() | {
            "DATA_DIR": str(self.folder),
            "TMPDIR": str(self.folder),  # what it leaves when it is killed goes with the folder
            "DATABASE_URL": database_url or template(postgresql).copy(self.folder),
            "REDIS_URL": redis_url or "",
            "SERVER": server,
            "WORKERS": str(workers),
            **(environment or {}),
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ws_url(self, document_id: object) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/documents/{document_id}/"

    @property
    def log(self) -> str:
        """All that the server has printed since the first start."""
        return self._log.read_text()

    def document(self, owner: str = "alice", members: Mapping[str, str] = MEMBERS, title: str = "A document") -> str:
        """Makes an empty document, over REST; its id. `members` maps names of the cast to roles."""
        made: str = self.rest(owner, "POST", "/api/v1/documents", {"title": title})["id"]
        for name, role in members.items():
            member = {"email": self.people[name].email, "role": role}
            self.rest(owner, "PUT", f"/api/v1/documents/{made}/members", member)
        return made

    def rest(self, name: str, method: str, path: str, body: object = None) -> Any:
        """What REST answers to one of the cast; raises HTTPError where it refuses."""
        headers = {"Authorization": f"Bearer {self.people[name].token}", "Content-Type": "application/json"}
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, content, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def manage(self, *arguments: str) -> str:
        """Runs a management command on this server's database; its standard output."""
        return run_python("manage.py", *arguments, environment=self.environment)

    def start(self) -> None:
        said_before = len(self.log) if self._log.exists() else 0
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=self.environment | {"PORT": str(self.port)},
                stdout=log,
                stderr=log,
            )
        self._wait_until_it_answers(said_before)

    def restart(self) -> None:
        """Starts again after `kill()`, or ends in good order and starts again."""
        self.terminate()
        self.start()

    def ask_to_renew(self) -> None:
        """SIGUSR2: every worker is replaced, one after another."""
        assert self._process is not None
        self._process.send_signal(signal.SIGUSR2)

    def renew(self) -> None:
        """Has every worker replaced, and returns when all are new."""
        said_before = len(self.log)
        self.ask_to_renew()
        deadline = time.monotonic() + START_SECONDS
        while "all workers are new" not in self.log[said_before:]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the workers were not renewed:\n{self.log[-3000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL for the parent and every worker, at once."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGSTOP)  # or it would replace its workers
        for worker in self.workers():
            os.kill(worker, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        self._process = None

    def kill_parent(self) -> None:
        """SIGKILL for the parent alone; the workers end by themselves."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    @property
    def pid(self) -> int:
        """The process id of the parent."""
        assert self._process is not None
        return self._process.pid

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        return children(self.pid)

    def terminate(self) -> int | None:
        """SIGTERM, as a supervisor does; the exit status."""
        if self._process is None:
            return None
        self._process.terminate()
        try:
            status = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self._process = None
        return status

    def stop(self) -> None:
        try:
            self.terminate()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> "LiveServer":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _wait_until_it_answers(self, said_before: int) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            said = re.search(r"serves at http://127\.0\.0\.1:(\d+)", self.log[said_before:])
            if said:
                self.port = int(said[1])
                if self._answers():
                    return
            time.sleep(0.05)
        said_last = self.log[-3000:]
        self.kill()
        raise RuntimeError(f"the server did not start:\n{said_last}")

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=5).close()
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return True
        except OSError:
            return False
        return True


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it came true, within what the busiest machine needs."""
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def clean_environment() -> dict[str, str]:
    """The environment without any setting of ours, in development."""
    ours = {name.upper() for name in Config.model_fields}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in ours}
    return kept | {"ENVIRONMENT": "development", "DJANGO_SETTINGS_MODULE": "collab.settings"}


def run_python(*arguments: str, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout
