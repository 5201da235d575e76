"""Which process holds which connection, from /proc; a balancer would know it too."""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

ESTABLISHED = "01"
PATIENCE_SECONDS = 5.0


def holders(ports: Sequence[int], pids: Sequence[int]) -> list[int]:
    """For the client's port of each connection, which of the processes (by its place in `pids`) has its other end."""
    found: dict[int, int] = {}
    deadline = time.monotonic() + PATIENCE_SECONDS
    # What the kernel lists while connections come and go may lack some.
    while missing := set(ports) - found.keys():
        if time.monotonic() > deadline:
            raise RuntimeError(f"nobody holds the connections of the ports {missing}")
        sockets = {inode: number for number, pid in enumerate(pids) for inode in _sockets(pid)}
        ends = _other_ends()
        found |= {port: sockets[ends[port]] for port in missing if ends.get(port) in sockets}
    return [found[port] for port in ports]


def _other_ends() -> dict[int, str]:
    """The inode of the socket at which a connection from each port of this machine ends."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {int(row[2].rpartition(":")[2], 16): row[9] for row in rows if row[3] == ESTABLISHED}


def _sockets(pid: int) -> list[str]:
    found = []
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            found.append(os.readlink(file).removeprefix("socket:[").removesuffix("]"))
    return found
