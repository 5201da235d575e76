"""The bare relay, `python -m benchmarks.bench.relay uvicorn|daphne`: each frame goes to everyone at the same path.

No Channels, no transform, no database; the server is started with the options that Deltapad's is.
"""

import socket
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

sends: dict[str, list[Send]] = defaultdict(list)


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """One connection."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    here = sends[scope["path"]]
    here.append(send)
    try:
        while (event := await receive())["type"] == "websocket.receive":
            frame = {"type": "websocket.send", "text": event["text"]}
            for other in list(here):
                await other(frame)
    finally:
        here.remove(send)


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(f"listening on {listener.getsockname()[1]}", flush=True)
    {"uvicorn": _uvicorn, "daphne": _daphne}[sys.argv[1]](listener)


def _uvicorn(listener: socket.socket) -> None:
    from uvicorn import Config, Server

    config = Config(application, ws="websockets-sansio", ws_per_message_deflate=False, lifespan="off", log_config=None)
    # Opened anew, the socket knows that it is TCP, and asyncio turns Nagle's delay off.
    Server(config).run(sockets=[socket.socket(fileno=listener.detach())])


def _daphne(listener: socket.socket) -> None:
    from daphne.cli import CommandLineInterface

    arguments = ["--fd", str(listener.fileno()), "--verbosity", "0", "--websocket_timeout", "-1", "--no-server-name"]
    CommandLineInterface().run([*arguments, "benchmarks.bench.relay:application"])


if __name__ == "__main__":
    main()
