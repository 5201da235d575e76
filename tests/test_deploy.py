"""What is for production: the image's steps run in an empty folder, and each configuration passes its own program."""

import asyncio
import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from collab.config import ROOT
from collab.keys import new_key
from tests.collab.talk import Socket
from tests.installed import missing
from tests.live import LiveServer, clean_environment, eventually
from tests.services import PostgreSQL, Redis, free_port

pytestmark = pytest.mark.live

DOCKERFILE = (ROOT / "Dockerfile").read_text()
# Root without any of root's powers, for whom a file that may not be written may not be written.
POWERLESS = ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]


# The image


@pytest.fixture(scope="module")
def image() -> Iterator[Path]:
    """A folder in which the Dockerfile's own steps ran, on what .dockerignore lets through; nobody may write there."""
    folder = Path(tempfile.mkdtemp(prefix="deltapad-image-"))
    for name in admitted():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for step in re.findall(r"^RUN (.*deploy/build.*)$", DOCKERFILE, re.MULTILINE):
        done = subprocess.run(step, shell=True, cwd=folder, env=bare(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{step}\n{done.stdout}{done.stderr}"
    shutil.rmtree(folder / "node_modules")  # stays in another stage
    subprocess.run(["chmod", "-R", "a-w", folder], check=True)
    yield folder
    subprocess.run(["chmod", "-R", "u+w", folder], check=True)
    shutil.rmtree(folder)


def admitted() -> list[str]:
    lines = (ROOT / ".dockerignore").read_text().split()
    tops = {line[1:] for line in lines if line.startswith("!")}
    nowhere = {line.removeprefix("**/") for line in lines if line.startswith("**/")}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    paths = [Path(name) for name in tracked if name]
    return [
        str(path)
        for path in paths
        if not nowhere.intersection(path.parts) and any(path.is_relative_to(top) for top in tops)
    ]


def bare() -> dict[str, str]:
    """The environment, with no virtual environment of ours and no setting."""
    return {name: value for name, value in clean_environment().items() if name not in ("VIRTUAL_ENV", "ENVIRONMENT")}


def said_by_dockerfile() -> dict[str, str]:
    text = DOCKERFILE.rpartition("FROM ")[2].replace("\\\n", " ")
    return dict(pair.split("=", 1) for line in re.findall(r"^ENV (.*)$", text, re.MULTILINE) for pair in line.split())


@pytest.mark.timeout(600)
def test_it_works(image: Path, postgresql: PostgreSQL, redis: Redis, tmp_path: Path) -> None:
    postgresql.execute("CREATE DATABASE image")
    environment = bare() | said_by_dockerfile() | {"DATA_DIR": str(tmp_path), "PORT": str(free_port())}
    environment |= {"SECRET_KEY": "s" * 40, "ALLOWED_HOSTS": "127.0.0.1", "HTTPS": "false", "WORKERS": "2"}
    environment |= {"OPENID_SIGNING_KEY": new_key()}
    environment |= {"DATABASE_URL": postgresql.database_url("image"), "REDIS_URL": redis.url}
    environment |= {"HOST": "127.0.0.1"}

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*POWERLESS, *command], cwd=image, env=environment, capture_output=True, text=True, check=False
        )

    migrated = run("deploy/start", "migrate", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr
    assert run("touch", "anything").returncode != 0, "the folder is not read-only"
    assert run("deploy/healthy").returncode != 0
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen([*POWERLESS, "deploy/start"], cwd=image, env=environment, stdout=log, stderr=log)
    try:
        assert eventually(lambda: run("deploy/healthy", "ready").returncode == 0), (tmp_path / "log").read_text()
        url = f"http://127.0.0.1:{environment['PORT']}"
        page = urllib.request.urlopen(f"{url}/accounts/login/", timeout=30).read().decode()
        asset = re.search(r'/static/assets/[^"]+', page)
        assert asset, page
        assert urllib.request.urlopen(url + asset[0], timeout=30).headers["Cache-Control"].endswith("immutable")
        assert b"EDIT-14" in urllib.request.urlopen(f"{url}/protocol/editing/", timeout=30).read()
    finally:
        server.terminate()
        status = server.wait(30)
    log_text = (tmp_path / "log").read_text()
    assert (status, "Traceback" in log_text) == (0, False), log_text


def test_the_image_runs_as_nobody_special() -> None:
    last = DOCKERFILE.rpartition("FROM ")[2]
    assert "\nUSER deltapad\n" in last
    for line in re.findall(r"^(?:ENTRYPOINT|HEALTHCHECK.*CMD) \[\"(.*?)\"", last, re.MULTILINE):
        assert os.access(ROOT / line, os.X_OK)


# What starts it


def test_compose_takes_the_file() -> None:
    compose = next((words for words in (["docker", "compose"], ["docker-compose"]) if works(words)), None)
    if compose is None:
        pytest.skip("docker compose is not installed")
    environment = clean_environment() | {"SECRET_KEY": "s" * 40, "OPENID_SIGNING_KEY": "a key"}
    subprocess.run([*compose, "--file", "compose.yaml", "config"], cwd=ROOT, env=environment, check=True)
    refused = subprocess.run([*compose, "--file", "compose.yaml", "config"], cwd=ROOT, env=bare(), check=False)
    assert refused.returncode != 0, "it starts without a secret"


def works(words: list[str]) -> bool:
    return bool(shutil.which(words[0])) and subprocess.run([*words, "version"], check=False).returncode == 0


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    text = (ROOT / "deploy" / "deltapad.service").read_text()
    (tmp_path / "deltapad.service").write_text(text.replace("/srv/deltapad", str(ROOT)))
    command = ["systemd-analyze", "verify", str(tmp_path / "deltapad.service")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("line", ["ExecStart", "ExecStartPre", "ExecReload"])
def test_the_unit_starts_what_there_is(line: str) -> None:
    text = (ROOT / "deploy" / "deltapad.service").read_text()
    for command in re.findall(rf"^{line}=(.*)$", text, re.MULTILINE):
        program = Path(shlex.split(command)[0])
        inside = program.is_relative_to("/srv/deltapad")
        assert os.access(ROOT / program.relative_to("/srv/deltapad") if inside else program, os.X_OK)


# The balancer


class Balancer:
    """nginx, with the configuration that compose.yaml uses, before two servers."""

    def __init__(self, servers: list[LiveServer], folder: Path) -> None:
        self.port = free_port()
        text = (ROOT / "deploy" / "nginx.conf").read_text().replace("listen 8080", f"listen 127.0.0.1:{self.port}")
        for number, server in enumerate(servers, 1):
            text = text.replace(f"app-{number}:8000", f"127.0.0.1:{server.port}")
        self._command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "errors")]
        (folder / "nginx.conf").write_text(text.replace("/tmp/", f"{folder}/"))

    def check(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*self._command, "-t"], capture_output=True, text=True, check=False)

    def __enter__(self) -> "Balancer":
        self._process = subprocess.Popen([*self._command, "-g", "daemon off;"])
        return self

    def __exit__(self, *error: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()

    async def joins(self, server: LiveServer, name: str, document: str, client_id: str) -> Socket:
        socket = await Socket.open(f"ws://127.0.0.1:{self.port}/ws/documents/{document}/", client_id)
        await socket.hello(token=server.people[name].token)
        return socket


@pytest.fixture
def servers(postgresql: PostgreSQL, redis: Redis) -> Iterator[list[LiveServer]]:
    behind = {"TRUSTED_PROXIES": "1"}
    with LiveServer("uvicorn", postgresql=postgresql, redis_url=redis.url, environment=behind) as first:
        url = first.environment["DATABASE_URL"]
        with LiveServer(
            "daphne", postgresql=postgresql, database_url=url, redis_url=redis.url, environment=behind
        ) as second:
            yield [first, second]


async def test_the_balancer_keeps_a_document_together_until_its_server_dies(
    servers: list[LiveServer], tmp_path: Path
) -> None:
    if shutil.which("nginx") is None:
        missing("nginx", "apt-get install nginx-light")
    balancer = Balancer(servers, tmp_path)
    checked = balancer.check()
    assert checked.returncode == 0, checked.stderr
    with balancer:
        assert await asyncio.to_thread(eventually, lambda: reached(f"http://127.0.0.1:{balancer.port}/health/live"))
        documents = [await asyncio.to_thread(servers[0].document) for _ in range(16)]
        sockets = [await balancer.joins(servers[0], "bob", one, f"bob-{n:04}") for one in documents for n in range(2)]
        serving = await places(servers[0], len(sockets))
        assert [len(serving[one]) for one in documents] == [1] * len(documents)
        assert len(set.union(*serving.values())) == 2
        await asyncio.to_thread(servers[0].kill)
        late = [await balancer.joins(servers[0], "alice", one, "alice-0001") for one in documents]
        for socket in late:
            assert await socket.types("still here") == 1
        for socket in [*sockets, *late]:
            await socket.close()


def reached(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True


async def places(server: LiveServer, count: int) -> dict[str, set[str]]:
    """The processes that serve each document, by the rows of its connections, once there are so many."""
    found: dict[str, set[str]] = {}
    async with asyncio.timeout(20):
        with psycopg.connect(server.environment["DATABASE_URL"], autocommit=True) as database:
            while len(rows := database.execute(PLACES).fetchall()) < count:
                await asyncio.sleep(0.1)
    for document, process in rows:
        found.setdefault(str(document), set()).add(process)
    return found


PLACES = "SELECT document_id, process FROM documents_connection"
