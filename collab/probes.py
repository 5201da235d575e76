"""What machines ask a server process, beside the pages and without Django's threads, hosts and redirects."""

import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST

from collab import process
from collab.config import config

Headers = dict[bytes, bytes]
PLAIN = "text/plain"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response."""

    status: HTTPStatus
    body: bytes
    content_type: str = "application/json"


class Probes:
    """An ASGI application that answers for its few addresses, and leaves the others to `pages`."""

    def __init__(self, pages: Callable[..., Awaitable[None]]) -> None:
        self._pages = pages

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        probe = PROBES.get(scope["path"])
        if probe is None:
            await self._pages(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD"):
            await _send(send, await probe(dict(scope["headers"])), bare=scope["method"] == "HEAD")
        else:
            await _send(send, Answer(HTTPStatus.METHOD_NOT_ALLOWED, b""))


async def live(headers: Headers) -> Answer:
    """That there is an answer is the answer: the event loop turns."""
    return _json(HTTPStatus.OK, {"status": "live"})


async def ready(headers: Headers) -> Answer:
    """Whether people may be sent here."""
    state = await process.current().readiness.state()
    status = HTTPStatus.SERVICE_UNAVAILABLE if state.status == "unavailable" else HTTPStatus.OK
    return _json(status, {"status": state.status} | ({"reason": state.reason} if state.reason else {}))


async def metrics(headers: Headers) -> Answer:
    """Everything that is measured, for whoever knows METRICS_TOKEN; without one there is nothing here."""
    if not config.metrics_token:
        return Answer(HTTPStatus.NOT_FOUND, b"", PLAIN)
    wanted = f"Bearer {config.metrics_token}".encode()
    if not hmac.compare_digest(headers.get(b"authorization", b""), wanted):
        return Answer(HTTPStatus.UNAUTHORIZED, b"", PLAIN)
    return Answer(HTTPStatus.OK, await process.current().scrape.page(), CONTENT_TYPE_LATEST)


def _json(status: HTTPStatus, fields: dict[str, str]) -> Answer:
    return Answer(status, json.dumps(fields).encode())


async def _send(send: Any, answer: Answer, bare: bool = False) -> None:
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": int(answer.status), "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bare else answer.body})


PROBES: dict[str, Callable[[Headers], Awaitable[Answer]]] = {
    "/health/live": live,
    "/health/ready": ready,
    "/metrics": metrics,
}
