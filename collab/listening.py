"""The socket that all server processes share, and the address it has."""

import errno
import os
import socket

BACKLOG = 2048


class CannotListen(Exception):
    """The address can't be had; the message says why in one line."""


def listen(host: str, port: int) -> socket.socket:
    """Opens the listening socket (`port` 0 means any free one).

    Raises:
        CannotListen: the port is taken, not allowed, or the host is not an address of this machine.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        raise CannotListen(_reason(error, host, port)) from error


def url_of(listener: socket.socket) -> str:
    """The URL that a browser on this machine opens."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{host}:{port}"


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken: stop what listens there, or choose another with PORT=8001"
    if error.errno == errno.EACCES:
        return f"port {port} is not allowed for this user: choose one above 1023 with PORT=8001"
    return (
        f"cannot listen on {host} port {port}: {os.strerror(error.errno) if error.errno and error.errno > 0 else error}"
    )
