"""Who opened a socket or stream: by a token in `hello`, the request's bearer token, a ticket, or a session's cookie."""

from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.conf import settings
from django.http import parse_cookie

from accounts import tickets
from accounts.origins import Origin, is_listed, parsed
from accounts.principals import Principal, by_session, by_token
from protocol.errors import ProtocolError

Scope = Any


def authenticate(
    scope: Scope, token: str | None, document_id: UUID | None = None, *, is_stream: bool = False
) -> Principal:
    """The principal behind a socket, `token` being the one in its `hello`; a ticket has to be one to `document_id`.

    The first credential given decides: a bad token is not saved by a good cookie. A browser tells which page it comes
    from, which has to be an allowed one; a cookie counts only with that, for browsers send it along from any page.
    (Of a stream they tell other pages nothing, and from the server's own pages they ask without one.)
    Raises origin_not_allowed, bad_ticket, unauthenticated.
    """
    headers = _headers(scope)
    if b"origin" in headers and not origin_allowed(scope):
        raise ProtocolError("origin_not_allowed")
    principal = _principal(scope, headers, token, document_id, is_stream)
    if principal is None:
        raise ProtocolError("unauthenticated")
    return principal


def _principal(
    scope: Scope, headers: dict[bytes, list[str]], token: str | None, document_id: UUID | None, is_stream: bool
) -> Principal | None:
    token = token if token is not None else _bearer(headers)
    given = token if token is not None else _ticket(scope)
    if given is not None:
        # What stands in an address is a ticket or nothing; in the place of a token may be either.
        is_ticket = token is None or tickets.is_one(token)
        return tickets.use(given, document_id) if is_ticket else by_token(given)
    key = _session_key(headers)
    if key and b"origin" not in headers and not is_stream:
        raise ProtocolError("origin_not_allowed", "A cookie counts only with the Origin of a page.")
    return by_session(key) if key else None


def origin_allowed(scope: Scope) -> bool:
    """Whether the one Origin of the handshake is a page of this server's own, or one of ALLOWED_ORIGINS."""
    origins = _headers(scope).get(b"origin", [])
    if len(origins) != 1:
        return False
    origin = parsed(origins[0])
    return origin is not None and (origin == _own(scope) or is_listed(origins[0]))


def _own(scope: Scope) -> Origin | None:
    """The origin of the pages that this server serves, as the handshake names it."""
    headers = _headers(scope)
    hosts = headers.get(b"host", [])
    if len(hosts) != 1:
        return None
    return parsed(f"{_scheme(scope, headers)}://{hosts[0]}")


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


def _ticket(scope: Scope) -> str | None:
    """The one ticket in the address; several are a bad one."""
    given = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).get("ticket", [])
    return given[0] if len(given) == 1 else "" if given else None


def _session_key(headers: dict[bytes, list[str]]) -> str | None:
    return parse_cookie("; ".join(headers.get(b"cookie", []))).get(settings.SESSION_COOKIE_NAME)
