"""Throwaway PostgreSQL and Redis: own folder, own port, own process; what already runs is not touched.

`python -m tests.services COMMAND …` runs a command with DATABASE_URL and REDIS_URL naming fresh ones.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar, Self

import psycopg

from tests.installed import REQUIRED, postgresql_binaries, redis_binary

START_SECONDS = 30.0
STOP_SECONDS = 10.0


class Service(ABC):
    """A server process in a temporary folder. `kill()` and `start()` may alternate: data and port stay."""

    name: ClassVar[str]
    install: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix=f"deltapad-{self.name.lower()}-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._user = unprivileged_user()
        if self._user is not None:
            os.chown(self.folder, *self._user)

    @classmethod
    @abstractmethod
    def installed(cls) -> bool: ...

    @property
    @abstractmethod
    def url(self) -> str: ...

    @property
    def pid(self) -> int:
        """The process that was started; its children do the work."""
        assert self._process is not None
        return self._process.pid

    @abstractmethod
    def command(self) -> list[str]: ...

    @abstractmethod
    def answers(self) -> bool: ...

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self.command(), stdout=log, stderr=log, **self.identity())
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """As a power cut does it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(self.stop_signal)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def identity(self) -> dict[str, Any]:
        """Popen's arguments for running as somebody without privileges."""
        if self._user is None:
            return {"cwd": self.folder}
        user, group = self._user
        return {"cwd": self.folder, "user": user, "group": group, "extra_groups": []}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()


class PostgreSQL(Service):
    name = "PostgreSQL"
    install = "apt-get install postgresql"
    stop_signal = signal.SIGINT  # "fast": ends sessions instead of waiting for them
    # A crash of PostgreSQL keeps what it wrote; only the machine's own crash would not, and tests stage none.
    settings: ClassVar[dict[str, str]] = {"fsync": "off", "max_connections": "200"}

    @classmethod
    def installed(cls) -> bool:
        return postgresql_binaries() is not None

    @property
    def url(self) -> str:
        return self.database_url("postgres")

    def database_url(self, name: str) -> str:
        return f"postgres://deltapad@127.0.0.1:{self.port}/{name}"

    def command(self) -> list[str]:
        data = self.folder / "data"
        if not data.exists():
            self._initialize(data)
        where = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        settings = where | self.settings
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self._binary("postgres")), "-D", str(data), *options]

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def crash(self) -> None:
        """Every process of it ends at once, as after a fault in one: the next start recovers from the log."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # "immediate"
            self._process.wait()

    def execute(self, statement: str) -> None:
        """Runs one statement as the superuser, outside any transaction, and even where nobody may write."""
        with psycopg.connect(self.url, autocommit=True, options="-c default_transaction_read_only=off") as connection:
            connection.execute(statement.encode())

    def _initialize(self, data: Path) -> None:
        options = ["-U", "deltapad", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D", str(data)]
        subprocess.run([self._binary("initdb"), *options], check=True, stdout=subprocess.DEVNULL, **self.identity())

    def _binary(self, name: str) -> Path:
        folder = postgresql_binaries()
        assert folder is not None
        return folder / name


class Redis(Service):
    name = "Redis"
    install = "apt-get install redis-server"

    @classmethod
    def installed(cls) -> bool:
        return redis_binary() is not None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        options = {"--port": self.port, "--bind": "127.0.0.1", "--save": "", "--appendonly": "no"}
        return [str(redis_binary()), *(str(part) for option in options.items() for part in option)]

    def answers(self) -> bool:
        try:
            return self.execute("PING").startswith("+PONG")
        except OSError:
            return False

    def execute(self, command: str) -> str:
        """The answer to a command, as it comes over the line."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(65536).decode()


def children(pid: int) -> list[int]:
    """The process ids of a process's children, those left out that only wait to be buried."""
    rows = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    fields = [row.split() for row in rows.splitlines()]
    return [int(child) for child, parent, state in fields if int(parent) == pid and not state.startswith("Z")]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def unprivileged_user() -> tuple[int, int] | None:
    """Whom to be instead of root (PostgreSQL refuses to run as root); None for somebody already unprivileged."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return user.pw_uid, user.pw_gid


def main(arguments: list[str]) -> int:
    """Runs a command beside fresh services; 0 without running it where one isn't installed and none is required."""
    for kind in (PostgreSQL, Redis):
        if not kind.installed():
            print(f"{kind.name} is not installed; install it with: {kind.install}")
            return 1 if REQUIRED else 0
    with ExitStack() as running:
        database, layer = running.enter_context(PostgreSQL()), running.enter_context(Redis())
        environment = os.environ | {"DATABASE_URL": database.url, "REDIS_URL": layer.url}
        return subprocess.run(arguments, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
