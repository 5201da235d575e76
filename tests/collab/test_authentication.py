"""Which Origin may bring a cookie: exactly this server's own, or one that is listed."""

from typing import Any

import pytest
from pytest_django import Settings

from collab.authentication import origin_allowed


def scope(origin: str | None, host: str = "pad.example", scheme: str | None = "wss", **headers: str) -> dict[str, Any]:
    pairs = {"host": host, "origin": origin, **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in pairs.items() if value is not None]
    return {"headers": raw} | ({"scheme": scheme} if scheme else {})


def test_its_own_pages_may() -> None:
    assert origin_allowed(scope("https://pad.example"))
    assert origin_allowed(scope("https://pad.example:443"))
    assert origin_allowed(scope("https://pad.example:8443", host="pad.example:8443"))
    assert origin_allowed(scope("http://pad.example", scheme="ws"))


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://pad.example",
        "https://pad.example:8443",
        "https://www.pad.example",
        "https://pad.example.evil.example",
        "https://evil.example/pad.example",
        "https://evil@pad.example",
        "https://pad.example/",
        "https://pad.example?",
        "https://pad.example#",
        "//pad.example",
        "pad.example",
        "https://",
        "http://[",
        "https://pad.example:port",
    ],
)
def test_nobody_elses_may(origin: str | None) -> None:
    assert not origin_allowed(scope(origin))


def test_two_origins_are_none() -> None:
    doubled = scope("https://pad.example")
    doubled["headers"].append((b"origin", b"https://pad.example"))
    assert not origin_allowed(doubled)


def test_listed_ones_may(settings: Settings) -> None:
    settings.ALLOWED_ORIGINS = ["https://intranet.example:8443"]
    assert origin_allowed(scope("https://intranet.example:8443"))
    assert not origin_allowed(scope("https://intranet.example"))


def test_behind_a_proxy_its_word_is_the_scheme(settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert origin_allowed(scope("https://pad.example", scheme="ws", x_forwarded_proto="https"))
    assert not origin_allowed(scope("https://pad.example", scheme="ws"))


def test_without_a_proxy_nobodys_word_is(settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = None
    assert not origin_allowed(scope("https://pad.example", scheme="ws", x_forwarded_proto="https"))


def test_where_the_server_names_no_scheme_it_is_the_configured_one(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert origin_allowed(scope("https://pad.example", scheme=None))
    settings.SECURE_SSL_REDIRECT = False
    assert not origin_allowed(scope("https://pad.example", scheme=None))
