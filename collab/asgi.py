"""The one entry for HTTP and WebSocket, under any ASGI server."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
pages = get_asgi_application()  # before what needs Django's apps

from collab.consumer import DocumentConsumer  # noqa: E402
from collab.lifespan import lifespan  # noqa: E402
from collab.probes import Probes  # noqa: E402
from collab.startup import begin  # noqa: E402
from collab.streaming import Streaming  # noqa: E402
from collab.watching import watching  # noqa: E402

# What is no address at all is told so by the document's socket: browsers can read that, and no refused handshake.
LIST = "/ws/documents/"


def sockets(scope: Any, receive: Any, send: Any) -> Awaitable[None]:
    """Sockets on one document, and those that ring for someone's list of them."""
    # Whoever only hands on is no coroutine: it would stay in memory for as long as the connection does.
    return (watching if scope["path"] == LIST else DocumentConsumer())(scope, receive, send)


protocols: dict[str, Callable[..., Awaitable[None]]] = {
    "http": Probes(Streaming(pages)),
    "websocket": sockets,
    "lifespan": lifespan,
}


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Serves one connection; the first one begins the process."""
    begin()
    await protocols[scope["type"]](scope, receive, send)
