"""What REDIS_URL means to the channel layer: one Redis, several that share the groups, or what Sentinels name."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

SCHEMES = ("redis", "rediss", "unix")
SENTINEL = "redis+sentinel"
SENTINEL_PORT = 26379

# Of reading, no time-out: a subscription hears nothing for as long as nobody types. That the other end is gone is told
# by a ping after so many seconds of silence.
PATIENT = {"socket_connect_timeout": 5, "socket_timeout": None, "health_check_interval": 15}
PROMPT = {"socket_connect_timeout": 2, "socket_timeout": 2}

Host = dict[str, Any]


def hosts(url: str) -> list[Host]:
    """The hosts as channels-redis takes them, of one URL or of several with spaces between them.

    Raises:
        ValueError: it is not of a form that docs/guides/deploy.md shows. What it holds is not in the message.
    """
    return [_host(one) for one in url.split()]


def _host(url: str) -> Host:
    scheme = url.partition("://")[0]
    if scheme == SENTINEL:
        return _by_sentinels(url) | PATIENT
    if scheme in SCHEMES:
        return {"address": url, **PATIENT}
    raise ValueError(f"is none of {', '.join(f'{known}://' for known in (*SCHEMES, SENTINEL))}")


def _by_sentinels(url: str) -> Host:
    """`redis+sentinel://user:password@host:26379,host:26379/service/0?sentinel_password=…`"""
    parts = urlsplit(url)
    credentials, _, places = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    service, _, number = parts.path.strip("/").partition("/")
    if not places or not service or not (number or "0").isdigit():
        raise ValueError(f"of Sentinel, it is {SENTINEL}://host:{SENTINEL_PORT},host:{SENTINEL_PORT}/service/0")
    secret = parse_qs(parts.query).get("sentinel_password", [None])[0]
    return {
        "master_name": unquote(service),
        "sentinels": [_place(place) for place in places.split(",")],
        "sentinel_kwargs": PROMPT | {"password": secret},
        "username": unquote(user) or None,
        "password": unquote(password) or None,
        "db": int(number or 0),
    }


def _place(place: str) -> tuple[str, int]:
    parts = urlsplit(f"//{place}")
    if not parts.hostname:
        raise ValueError("a Sentinel has no host")
    return parts.hostname, parts.port or SENTINEL_PORT
