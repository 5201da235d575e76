"""The servers that Deltapad is compared with: small programs of `benchmarks/peers` around published packages."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.bench.cores import on_core
from benchmarks.bench.database import database_size, fresh_database, postgresql
from benchmarks.bench.systems import LOAD, PEERS, ROOT, Cast, System, size_of
from tests.services import free_port

START_SECONDS = 60.0
STOP_SECONDS = 10.0


class Program(System):
    """A server that prints the port that it listens on."""

    announces = r"listening on (\d+)"
    cwd = ROOT

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self.folder = Path(tempfile.mkdtemp(prefix="deltapad-bench-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """What else its environment says."""
        return {}

    def url(self, name: str) -> str:
        return f"ws://127.0.0.1:{self._port}/{name}"

    def places(self) -> list[dict[str, Any]]:
        names = [f"document-{number}" for number in range(self._cast.documents)]
        return [{"url": self.url(name), "name": name, "people": self._cast.people} for name in names]

    def start(self) -> None:
        said_before = len(self.log)
        with (self.folder / "log").open("ab") as log, on_core(self.core):
            environment = os.environ | self.environment()
            self._process = subprocess.Popen(self.command(), cwd=self.cwd, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not (said := re.search(self.announces, self.log[said_before:])):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not start:\n{self.log[-2000:]}")
            time.sleep(0.02)
        self._port = int(said[1])

    def restart(self) -> None:
        self._terminate()
        self.start()

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self._terminate()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _terminate(self) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def processes(self) -> dict[str, list[int]]:
        assert self._process is not None
        return {"server": [self._process.pid]}

    def disk(self) -> int:
        return size_of(self.folder) - size_of(self.folder, "log")

    @property
    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text() if file.exists() else ""


class NodePeer(Program):
    """A program around a package from npm; the first that is used installs them all, by the lock file."""

    script: ClassVar[str]
    arguments: tuple[str, ...] = ()

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        if not (PEERS / "node_modules").exists():
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=PEERS, check=True, stdout=sys.stderr)

    def command(self) -> list[str]:
        return ["node", str(PEERS / "servers" / self.script), *self.arguments]


class Hocuspocus(NodePeer):
    """Nothing is kept."""

    name = "hocuspocus"
    client = PEERS / "clients" / "hocuspocus.mjs"
    script = "hocuspocus.mjs"


class HocuspocusSQLite(Hocuspocus):
    """Documents are kept some seconds after they change."""

    name = "hocuspocus-sqlite"

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        self.arguments = (str(self.folder / "documents.sqlite"),)


class ShareDB(NodePeer):
    """Nothing is kept."""

    name = "sharedb"
    client = PEERS / "clients" / "sharedb.mjs"
    script = "sharedb.mjs"


class ShareDBPostgreSQL(ShareDB):
    """Every operation is committed, by fsync, before it is acknowledged."""

    name = "sharedb-postgresql"

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        self.arguments = (fresh_database(),)

    def processes(self) -> dict[str, list[int]]:
        return super().processes() | {"database": [postgresql().pid]}

    def disk(self) -> int:
        return database_size(*self.arguments)


class YWebsocket(NodePeer):
    """Nothing is kept."""

    name = "y-websocket"
    client = PEERS / "clients" / "echo.mjs"
    script = "y-websocket.mjs"


class YWebsocketLevelDB(YWebsocket):
    """Each update is written to LevelDB, which nobody waits for."""

    name = "y-websocket-leveldb"

    def environment(self) -> dict[str, str]:
        return {"YPERSISTENCE": str(self.folder / "documents")}


class Pycrdt(Program):
    """Each update is written to SQLite, which nobody waits for."""

    name = "pycrdt-websocket"
    client = PEERS / "clients" / "echo.mjs"
    venv = ROOT / ".uv" / "pycrdt"

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        if not self.venv.exists():
            # By the interpreter that Deltapad runs on, too.
            command = ["scripts/uv", "sync", "--frozen", "--python", sys.executable, "--project", str(PEERS / "pycrdt")]
            environment = os.environ | {"UV_PROJECT_ENVIRONMENT": str(self.venv)}
            subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=sys.stderr)

    def command(self) -> list[str]:
        return [
            str(self.venv / "bin" / "python"),
            str(PEERS / "pycrdt" / "server.py"),
            str(self.folder / "updates.sqlite"),
        ]


class Etherpad(Program):
    """A checkout with its packages installed, in ETHERPAD_DIR; what it keeps goes to a file, without fsync."""

    name = "etherpad"
    client = PEERS / "clients" / "etherpad.mjs"
    announces = r"access your Etherpad instance at http://127\.0\.0\.1:(\d+)"
    cwd = Path(os.environ.get("ETHERPAD_DIR", "")) / "src"

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        settings = {
            "ip": "127.0.0.1",
            "port": free_port(),
            "dbType": "dirty",
            "dbSettings": {"filename": str(self.folder / "dirty.db")},
            "defaultPadText": "",
            "suppressErrorsInPadText": True,
            "minify": False,
            "updateServer": "http://127.0.0.1:9",  # or it asks its makers for news
            "loglevel": "INFO",
            # Ten changes a second from one address are its default, fewer than the bench makes.
            "commitRateLimiting": {"duration": 1, "points": 1_000_000},
            "socketIo": {"maxHttpBufferSize": 1_000_000},
        }
        (self.folder / "settings.json").write_text(json.dumps(settings))

    def command(self) -> list[str]:
        return ["node", "--require", "tsx/cjs", "node/server.ts", "-s", str(self.folder / "settings.json")]

    def environment(self) -> dict[str, str]:
        return {"NODE_ENV": "production"}

    def url(self, name: str) -> str:
        return super().url("socket.io/?EIO=4&transport=websocket")

    def disk(self) -> int:
        return size_of(self.folder, "dirty.db")


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
