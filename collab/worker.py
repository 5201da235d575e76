"""One server process on a listening socket that `manage.py serve` opened.

`python -m collab.worker SERVER FD LINE HEIR_OF`. LINE is a socket whose other end the parent holds: the worker says
there that it serves, and ends when the parent is gone. HEIR_OF names the process that died before it in its place, or
is empty.
"""

import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from collab.config import config

APPLICATION = "collab.asgi:application"
# Above the protocol's own limit on a frame (4 MiB), so that the consumer answers, and not a dropped connection.
MESSAGE_BYTES = 8 * 1024 * 1024
# Daphne bounds what it sends, too, and a welcome holds the whole document. (A frame that comes is bound as above.)
DAPHNE_MESSAGE_BYTES = 64 * 1024 * 1024
GRACE_SECONDS = 8
# Seconds of silence before a WebSocket ping, and again until its pong must be here. Together, with the two seconds that
# Daphne may be late, what is announced. Equal, for Daphne forgets to stop the clock of a ping that another overtook.
PING_SECONDS = config.heartbeat_timeout // 2 - 1

Serving = Callable[[Callable[[], object]], None]
"""To be called in the event loop once the server accepts connections, with what makes it accept no more."""


def daphne(descriptor: int, serving: Serving) -> None:
    """Serves by Daphne: HTTP/1.1 and WebSocket, HTTP/2 behind TLS."""
    from daphne.cli import CommandLineInterface
    from daphne.server import Server, reactor

    class Daphne(Server):  # type: ignore[misc]
        def listen_success(self, port: object) -> None:
            super().listen_success(port)
            reactor.callLater(0, serving, port.stopListening)  # type: ignore[attr-defined]

    options = {
        "--fd": descriptor,
        "--verbosity": 0,
        "--websocket-max-message-size": DAPHNE_MESSAGE_BYTES,
        "--websocket-max-frame-size": MESSAGE_BYTES,
        "--websocket_timeout": -1,
        "--ping-interval": PING_SECONDS,
        "--ping-timeout": PING_SECONDS,
        "--application-close-timeout": GRACE_SECONDS,
    }
    arguments = [str(part) for option in options.items() for part in option]
    interface = CommandLineInterface()
    interface.server_class = Daphne
    interface.run([*arguments, "--no-server-name", APPLICATION])


def uvicorn(descriptor: int, serving: Serving) -> None:
    """Serves by uvicorn. (`uvicorn --fd` takes a TCP socket for a Unix one, which leaves Nagle's delay on.)"""
    from uvicorn import Config, Server

    class Uvicorn(Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            serving(self.servers[0].close)

    config = Config(
        APPLICATION,
        ws="websockets-sansio",
        ws_max_size=MESSAGE_BYTES,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        # Small frames gain nothing from compression, and secrets beside chosen text can leak through it.
        ws_per_message_deflate=False,
        proxy_headers=False,  # Django reads them, and knows how many proxies to trust
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    Uvicorn(config).run(sockets=[socket.socket(fileno=descriptor)])


def end_with_parent(line: socket.socket) -> None:
    """Sends this process SIGTERM when the other end of the line closes."""

    def wait() -> None:
        with suppress(ConnectionResetError):  # it had not yet read what was said
            line.recv(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def announced(line: socket.socket, heir_of: str) -> Serving:
    """What begins the process, tells the parent that it serves, and settles the affairs of the one before it."""

    def serving(stop_accepting: Callable[[], object]) -> None:
        from collab.startup import begin
        from collab.tasks import spawn

        gc.freeze()
        gc.enable()
        process = begin()
        process.at_drain.append(stop_accepting)
        if heir_of:
            spawn(process.attendance.inherit(heir_of))
        line.send(process.id.encode())

    return serving


def main() -> None:
    server, descriptor, line, heir_of = (
        sys.argv[1],
        int(sys.argv[2]),
        socket.socket(fileno=int(sys.argv[3])),
        sys.argv[4],
    )
    end_with_parent(line)
    # What the imports make stays: looking through it again and again would take a sixth of the time they take.
    gc.disable()
    {"daphne": daphne, "uvicorn": uvicorn}[server](descriptor, announced(line, heir_of))


if __name__ == "__main__":
    main()
