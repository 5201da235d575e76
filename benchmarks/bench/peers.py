"""The servers that Deltapad is compared with: small programs of `benchmarks/peers` around published packages."""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.bench.cores import SERVER, on_core
from benchmarks.bench.systems import LOAD, PEERS, ROOT, Cast, System

START_SECONDS = 60.0
STOP_SECONDS = 10.0


class Program(System):
    """A server that prints the port that it listens on."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self.folder = Path(tempfile.mkdtemp(prefix="deltapad-bench-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    def command(self) -> list[str]:
        raise NotImplementedError

    def url(self, name: str) -> str:
        return f"ws://127.0.0.1:{self._port}/{name}"

    def places(self) -> list[dict[str, Any]]:
        names = [f"document-{number}" for number in range(self._cast.documents)]
        return [{"url": self.url(name), "name": name, "people": self._cast.people} for name in names]

    def start(self) -> None:
        said_before = len(self.log)
        with (self.folder / "log").open("ab") as log, on_core(SERVER):
            self._process = subprocess.Popen(self.command(), cwd=ROOT, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not (said := re.search(r"listening on (\d+)", self.log[said_before:])):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not start:\n{self.log[-2000:]}")
            time.sleep(0.02)
        self._port = int(said[1])

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def processes(self) -> dict[str, list[int]]:
        assert self._process is not None
        return {"server": [self._process.pid]}

    @property
    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text() if file.exists() else ""


class NodePeer(Program):
    """A program around a package from npm; the first that is used installs them all, by the lock file."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        if not (PEERS / "node_modules").exists():
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=PEERS, check=True, stdout=sys.stderr)


class Hocuspocus(NodePeer):
    """Keeps documents in SQLite some seconds after they change."""

    name = "hocuspocus-sqlite"
    client = PEERS / "yjs" / "client.mjs"

    def command(self) -> list[str]:
        return ["node", str(self.client.with_name("hocuspocus.mjs")), str(self.folder / "documents.sqlite")]


class HocuspocusMemory(Hocuspocus):
    name = "hocuspocus"

    def command(self) -> list[str]:
        return ["node", str(self.client.with_name("hocuspocus.mjs"))]


class Relay(Program):
    """The limit: the same ASGI server sends each frame to everyone, and does nothing else."""

    client = LOAD / "clients" / "relay.mjs"
    server: ClassVar[str]

    def command(self) -> list[str]:
        return [sys.executable, "-m", "benchmarks.bench.relay", self.server]


class RelayUvicorn(Relay):
    name = "relay"
    server = "uvicorn"


class RelayDaphne(Relay):
    name = "relay-daphne"
    server = "daphne"
