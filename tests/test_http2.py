"""Daphne serves pages and REST over HTTP/2 where TLS is on; a real HTTP/2 client asks it."""

import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.asyncio.client import connect

from collab.config import ROOT
from deltapad_client.connection import Connection
from protocol.messages import Hello
from tests.live import LiveServer
from tests.services import free_port

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `key.pem` and a `cert.pem` that vouches for itself."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    (folder / "cert.pem").write_bytes(signed.public_bytes(pem))
    return folder


@pytest.fixture
def trust(certificate: Path) -> ssl.SSLContext:
    """One for each test: a client leaves in it which protocols it offers, and sockets offer no HTTP/2."""
    return _trust(certificate)


def _trust(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate / "cert.pem"))


@pytest.fixture(scope="module")
def server(certificate: Path) -> Iterator[tuple[LiveServer, int]]:
    """A live server to prepare things with; and the port of Daphne, by its own command line, on the same database."""
    port = free_port()
    endpoint = f"ssl:{port}:interface=127.0.0.1:privateKey={certificate}/key.pem:certKey={certificate}/cert.pem"
    command = [sys.executable, "-m", "daphne", "-e", endpoint, "collab.asgi:application"]
    with LiveServer() as plain, (certificate / "log").open("wb") as log:
        daphne = subprocess.Popen(command, cwd=ROOT, env=plain.environment, stdout=log, stderr=log)
        try:
            _wait(port, _trust(certificate))
            yield plain, port
        finally:
            daphne.terminate()
            daphne.wait(30)
    assert "Traceback" not in (certificate / "log").read_text()


def _wait(port: int, trust: ssl.SSLContext) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            httpx.get(f"https://localhost:{port}/accounts/login/", verify=trust)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("Daphne did not start")


def test_it_works(server: tuple[LiveServer, int], trust: ssl.SSLContext) -> None:
    live, port = server
    document = live.document()
    token = live.people["alice"].token
    with httpx.Client(
        http2=True,
        verify=trust,
        base_url=f"https://localhost:{port}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    ) as http:
        change = {"client_id": "over-http2", "seq": 1, "base_version": 0, "delta": [{"insert": "hello"}]}
        submitted = http.post(f"/api/v1/documents/{document}/revisions", json=change)
        contents = http.get(f"/api/v1/documents/{document}/contents")
        page = http.get("/accounts/login/")
    assert [answer.http_version for answer in (submitted, contents, page)] == ["HTTP/2"] * 3
    assert contents.json() == {"version": 1, "contents": [{"insert": "hello\n"}]}
    assert page.status_code == 200


async def test_sockets_work_beside_it(server: tuple[LiveServer, int], trust: ssl.SSLContext) -> None:
    live, port = server
    url = f"wss://localhost:{port}/ws/documents/{live.document()}/"
    async with connect(url, ssl=trust) as socket:
        hello = Hello(client_id="over-tls", token=live.people["bob"].token)
        welcome = await Connection(socket).hello(hello)
    assert welcome.role == "editor"
