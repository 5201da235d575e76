"""One server process on a listening socket that `manage.py serve` opened: `python -m collab.worker SERVER FD LIFELINE`.

LIFELINE is the read end of a pipe that the parent holds open: when the parent is gone, so is the worker.
"""

import os
import signal
import socket
import sys
import threading

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


def daphne(descriptor: int) -> None:
    """Serves by Daphne: HTTP/1.1 and WebSocket, HTTP/2 behind TLS."""
    from daphne.cli import CommandLineInterface

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
    CommandLineInterface().run([*arguments, "--no-server-name", APPLICATION])


def uvicorn(descriptor: int) -> None:
    """Serves by uvicorn. (`uvicorn --fd` takes a TCP socket for a Unix one, which leaves Nagle's delay on.)"""
    from uvicorn import Config, Server

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
    Server(config).run(sockets=[socket.socket(fileno=descriptor)])


def end_with_parent(lifeline: int) -> None:
    """Sends this process SIGTERM when the other end of the pipe closes."""

    def wait() -> None:
        os.read(lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def main() -> None:
    server, descriptor, lifeline = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    end_with_parent(lifeline)
    {"daphne": daphne, "uvicorn": uvicorn}[server](descriptor)


if __name__ == "__main__":
    main()
