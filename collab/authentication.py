"""Who opened this socket: by a token in `hello`, by the handshake's bearer token, or by a session's cookie."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import parse_cookie

from accounts.principals import Principal, by_session, by_token
from protocol.errors import ProtocolError

Scope = Any
DEFAULT_PORTS = {"http": 80, "https": 443}


def authenticate(scope: Scope, token: str | None) -> Principal:
    """The principal behind a socket, `token` being the one in its `hello`. Raises unauthenticated.

    The first credential given decides: a bad token is not saved by a good cookie. A cookie counts only with an
    Origin that is allowed, for browsers send it along from any page.
    """
    headers = _headers(scope)
    token = token if token is not None else _bearer(headers)
    if token is not None:
        principal = by_token(token)
    else:
        key = _session_key(headers) if origin_allowed(scope) else None
        principal = by_session(key) if key else None
    if principal is None:
        raise ProtocolError("unauthenticated")
    return principal


def origin_allowed(scope: Scope) -> bool:
    """Whether the one Origin of the handshake is a page of this server's own, or one of ALLOWED_ORIGINS."""
    origins = _headers(scope).get(b"origin", [])
    if len(origins) != 1:
        return False
    origin = _parsed(origins[0])
    return origin is not None and origin in {_own(scope), *map(_parsed, settings.ALLOWED_ORIGINS)}


Origin = tuple[str, str, int]


def _parsed(text: str) -> Origin | None:
    try:
        url = urlsplit(text)
        port = url.port or DEFAULT_PORTS.get(url.scheme)
    except ValueError:
        return None
    bare = f"{url.scheme}://{url.netloc}" == text and "@" not in url.netloc
    if not bare or not url.hostname or port is None:
        return None
    return url.scheme, url.hostname, port


def _own(scope: Scope) -> Origin | None:
    """The origin of the pages that this server serves, as the handshake names it."""
    headers = _headers(scope)
    hosts = headers.get(b"host", [])
    if len(hosts) != 1:
        return None
    return _parsed(f"{_scheme(scope, headers)}://{hosts[0]}")


def _scheme(scope: Scope, headers: dict[bytes, list[str]]) -> str:
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        wire_name = name.removeprefix("HTTP_").replace("_", "-").lower().encode()
        return "https" if headers.get(wire_name) == [secure] else "http"
    # Daphne names no scheme.
    default = "wss" if settings.SECURE_SSL_REDIRECT else "ws"
    return "https" if scope.get("scheme", default) in ("https", "wss") else "http"


def _headers(scope: Scope) -> dict[bytes, list[str]]:
    headers: dict[bytes, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.lower(), []).append(value.decode("latin-1"))
    return headers


def _bearer(headers: dict[bytes, list[str]]) -> str | None:
    """The bearer token. Another kind of Authorization is between the client and some proxy."""
    bearers = [line for line in headers.get(b"authorization", []) if line.lower().startswith("bearer ")]
    if not bearers:
        return None
    return bearers[0][len("bearer ") :].strip() if len(bearers) == 1 else ""


def _session_key(headers: dict[bytes, list[str]]) -> str | None:
    return parse_cookie("; ".join(headers.get(b"cookie", []))).get(settings.SESSION_COOKIE_NAME)
