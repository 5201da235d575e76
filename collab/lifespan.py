"""ASGI's lifespan, for the servers that have one: the process begins with the server and ends with it."""

from typing import Any

from collab import process


async def lifespan(scope: Any, receive: Any, send: Any) -> None:
    """Stops the process object at the end; the application begins it before it gets here."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await process.current().stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
