"""Where webhooks may go: to https on the public Internet, judged when they are made and each time they are sent."""

from ipaddress import ip_address
from typing import Any

import pytest

from documents.webhooks import addresses, sending
from protocol.errors import ProtocolError
from tests.documents.webhooks.sink import Sink

PUBLIC = ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
PRIVATE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
    "fc00::1", "fd12::1", "ff02::1", "fec0::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:93.184.215.14", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::1", "2001:0:1::1", "::127.0.0.1",
]  # fmt: skip


def resolves(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    monkeypatch.setattr(addresses, "look_up", lambda host, port: list(found))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_taken(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolves(monkeypatch, address)
    target = addresses.find("https://hooks.example.com/path?a=b")
    assert (target.url.host, target.address) == ("hooks.example.com", address)


@pytest.mark.parametrize("address", PRIVATE)
def test_others_are_not(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert not addresses.is_public(ip_address(address))
    resolves(monkeypatch, PUBLIC[0], address)
    with pytest.raises(ProtocolError, match="public"):
        addresses.find("https://hooks.example.com/")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:7f00:1]", "localhost", "2130706433", "0x7f.1", "127.1"]
)
def test_nor_by_any_other_writing(host: str) -> None:
    with pytest.raises(ProtocolError, match=r"invalid_field"):
        addresses.find(f"https://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "https://", "//host/", "http://hooks.example.com/", "ftp://hooks.example.com/", "file:///etc/passwd",
        "https://me:secret@hooks.example.com/", "https://hooks.example.com/#part", "https://hooks.example.com:99999/",
        "https://hooks.example.com/\n", "https://hooks.example.com/\x00", "https://" + "a" * 3000,
    ],
)  # fmt: skip
def test_what_is_no_such_url_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    resolves(monkeypatch, PUBLIC[0])
    with pytest.raises(ProtocolError, match="invalid_field"):
        addresses.find(url)


def test_a_host_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves(monkeypatch)
    with pytest.raises(ProtocolError, match="not to be found"):
        addresses.find("https://hooks.example.com/")


def test_a_name_that_leads_elsewhere_by_then_is_not_connected_to(monkeypatch: pytest.MonkeyPatch, sink: Sink) -> None:
    resolves(monkeypatch, "127.0.0.1")
    outcome = sending.send("https://hooks.example.com/", b"{}", {})
    assert (outcome.status, outcome.error) == (None, addresses.NOT_PUBLIC)
    assert sink.got == []


def test_what_was_judged_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch, sink: Sink, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ("hooks.example.com",)
    asked: list[str] = []

    def once(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else PUBLIC

    monkeypatch.setattr(addresses, "look_up", once)
    outcome = sending.send(sink.url.replace("127.0.0.1", "hooks.example.com"), b"{}", {})
    assert outcome.is_taken
    assert asked == ["hooks.example.com"]
    assert sink.got[0][0]["host"].startswith("hooks.example.com:")


def test_a_redirect_is_not_followed(sink: Sink) -> None:
    sink.status = 302
    outcome = sending.send(sink.url, b"{}", {})
    assert (outcome.status, outcome.is_taken, len(sink.got)) == (302, False, 1)
