"""The one entry for HTTP and WebSocket, under any ASGI server."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
pages = get_asgi_application()  # before what needs Django's apps

from channels.routing import ProtocolTypeRouter  # noqa: E402

from collab.consumer import DocumentConsumer  # noqa: E402
from collab.lifespan import lifespan  # noqa: E402
from collab.probes import Probes  # noqa: E402
from collab.startup import begin  # noqa: E402

protocols = ProtocolTypeRouter({"http": Probes(pages), "websocket": DocumentConsumer.as_asgi(), "lifespan": lifespan})


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Serves one connection; the first one begins the process."""
    begin()
    await protocols(scope, receive, send)
