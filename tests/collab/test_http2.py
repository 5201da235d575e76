"""HTTP/2 over TLS under Daphne, tried with a real client; sockets on the same port."""

import asyncio
import datetime as dt
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from collab.config import ROOT
from tests.collab.talk import Socket
from tests.live import LiveServer
from tests.services import free_port


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key, and a certificate for 127.0.0.1 that it signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_file, certificate_file = folder / "key.pem", folder / "certificate.pem"
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    certificate_file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return key_file, certificate_file


class Secure:
    """Daphne with TLS, on the database of a live server that itself does not run."""

    def __init__(self, folder: Path) -> None:
        self.installation = LiveServer()
        key, self.certificate = certificate(folder)
        self.port = free_port()
        endpoint = f"ssl:{self.port}:privateKey={key}:certKey={self.certificate}:interface=127.0.0.1"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "daphne", "-e", endpoint, "collab.asgi:application"],
            cwd=ROOT,
            env=self.installation.environment,
            stderr=subprocess.PIPE,
        )

    def trust(self) -> ssl.SSLContext:
        """A new one for each client: they write into it which protocols they speak."""
        return ssl.create_default_context(cafile=str(self.certificate))

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def answers(self, client: httpx.AsyncClient) -> None:
        async with asyncio.timeout(60):
            while True:
                try:
                    await client.get("/accounts/login/")
                except httpx.ConnectError:
                    await asyncio.sleep(0.1)
                else:
                    return

    def stop(self) -> str:
        """Ends it; what it printed."""
        self.process.terminate()
        _, printed = self.process.communicate(timeout=30)
        self.installation.stop()
        return printed.decode()


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Secure]:
    server = Secure(tmp_path)
    yield server
    assert "Traceback" not in server.stop()


@pytest.fixture
async def client(secure: Secure) -> AsyncIterator[httpx.AsyncClient]:
    token = secure.installation.people["alice"].token
    headers = {"Authorization": f"Bearer {token}"}
    base = f"https://{secure.host}"
    async with httpx.AsyncClient(http2=True, verify=secure.trust(), base_url=base, headers=headers, timeout=30) as made:
        await secure.answers(made)
        yield made


async def test_it_works(secure: Secure, client: httpx.AsyncClient) -> None:
    page = await client.get("/accounts/login/")
    assert (page.http_version, page.status_code) == ("HTTP/2", 200)
    made = await client.post("/api/v1/documents", json={"title": "Over HTTP/2"})
    assert (made.http_version, made.status_code) == ("HTTP/2", 201)

    many = await asyncio.gather(*(client.get(f"/api/v1/documents/{made.json()['id']}") for _ in range(20)))
    assert {(answer.http_version, answer.json()["title"]) for answer in many} == {("HTTP/2", "Over HTTP/2")}

    address = f"wss://{secure.host}/ws/documents/{made.json()['id']}/"
    alice = await Socket.open(address, ssl=secure.trust())
    await alice.hello(token=secure.installation.people["alice"].token)
    await alice.types("Hello")
    contents = await client.get(f"/api/v1/documents/{made.json()['id']}/contents")
    assert contents.json() == {"version": 1, "contents": [{"insert": "Hello\n"}]}
    await alice.close()
