"""The server as an operator meets it: started, killed, stopped, asked for too much."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import pytest
from websockets.sync.client import connect

from collab.config import ROOT
from tests.live import LiveServer, clean_environment, eventually
from tests.services import PostgreSQL, free_port

pytestmark = pytest.mark.live


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    with LiveServer(server=request.param) as running:
        yield running


def status(server: LiveServer) -> int:
    with urllib.request.urlopen(f"{server.url}/accounts/login/", timeout=60) as answer:
        code: int = answer.status
        return code


def test_serves_pages(server: LiveServer) -> None:
    assert status(server) == 200


def test_replaces_a_worker_that_died(server: LiveServer) -> None:
    (first,) = server.workers()
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: server.workers() not in ([], [first]))
    assert status(server) == 200


def test_keeps_port_and_database_over_a_kill(server: LiveServer) -> None:
    port, document = server.port, server.document()
    server.kill()
    server.start()
    assert server.port == port
    assert document in server.manage("shell", "--verbosity", "0", "-c", LIST_DOCUMENTS)


LIST_DOCUMENTS = "from documents.models import Document; print(*Document.objects.values_list('pk', flat=True))"


def test_ends_in_good_order_on_sigterm(server: LiveServer) -> None:
    workers = server.workers()
    assert server.terminate() == 0
    assert not any(alive(pid) for pid in workers)
    assert "Traceback" not in server.log
    server.start()


def test_no_worker_outlives_its_parent(server: LiveServer) -> None:
    workers = server.workers()
    assert server._process is not None
    server._process.kill()
    assert eventually(lambda: not any(alive(pid) for pid in workers))
    server.kill()
    server.start()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
def test_several_workers_share_the_port(kind: str, redis_url: str, postgresql: PostgreSQL) -> None:
    with LiveServer(server=kind, workers=2, postgresql=postgresql, redis_url=redis_url) as server:
        assert len(server.workers()) == 2
        killed = server.workers()[0]
        os.kill(killed, signal.SIGSTOP)
        try:
            assert status(server) == 200
        finally:
            os.kill(killed, signal.SIGCONT)


def test_runserver_of_django_takes_sockets_too() -> None:
    installation, port = LiveServer(), free_port()
    said = installation.folder / "said"
    with said.open("w") as output:
        command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
        running = subprocess.Popen(command, cwd=ROOT, env=installation.environment, stdout=output, stderr=output)
    try:
        assert eventually(lambda: accepts(port)), said.read_text()
        with connect(f"ws://127.0.0.1:{port}/ws/documents/") as socket:
            socket.send("what?")
            assert "bad_message" in str(socket.recv(timeout=30))
    finally:
        running.kill()
        running.wait()
        installation.stop()


def accepts(port: int) -> bool:
    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", port)) == 0


def serve(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=clean_environment() | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = serve(PORT=port)
    assert done.returncode == 1
    assert f"port {port} on 127.0.0.1 is taken" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_told_by_its_name() -> None:
    done = serve(PORT="http")
    assert done.returncode == 1
    assert done.stderr.startswith("error: PORT: ")
    assert len(done.stderr.splitlines()) == 1


def test_several_processes_without_redis_are_refused() -> None:
    done = serve(WORKERS="2", PORT="0")
    assert done.returncode == 1
    assert "collab.E001" in done.stderr


def test_production_does_not_start_without_a_secret_key() -> None:
    done = serve(ENVIRONMENT="production", ALLOWED_HOSTS="example.com", PORT="0")
    assert done.returncode == 1
    assert "SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr
