"""One worker process as its parent sees it: started, ready, ending, gone."""

import os
import select
import socket
import subprocess
import sys
import time

# Of the GNU C library: one arena for all threads. They take turns in Python, and what an arena once held stays taken.
ALLOCATION = {"MALLOC_ARENA_MAX": "1"}


class Child:
    """A process of `collab.worker` that serves on `listener`.

    A pair of sockets joins it to its parent. The child says its name (`Process.id`) when it serves; when the parent is
    gone, the pair breaks, and the child ends. `heir_of` is the name of the child that died in this place: this one
    tells that its people left.
    """

    def __init__(self, server: str, listener: socket.socket, heir_of: str = "") -> None:
        self.started = time.monotonic()
        self._name = ""
        self._ending: float | None = None
        self._line, theirs = socket.socketpair()
        descriptors = listener.fileno(), theirs.fileno()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "collab.worker", server, *map(str, descriptors), heir_of],
                env=ALLOCATION | os.environ,
                pass_fds=descriptors,
                process_group=0,  # Ctrl-C reaches the supervisor alone, which then asks the workers
            )

    def __str__(self) -> str:
        return f"worker {self._process.pid}"

    @property
    def status(self) -> int | None:
        """The exit status, negative for a signal; None while it lives."""
        return self._process.poll()

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.started

    @property
    def name(self) -> str:
        """What it calls itself; empty until it serves."""
        if not self._name and select.select([self._line], [], [], 0)[0]:
            self._name = self._line.recv(64).decode()
        return self._name

    def ask_to_end(self) -> None:
        """Has it drain and go."""
        self._ending = time.monotonic()
        self._process.terminate()

    def ended_within(self, seconds: float) -> bool | None:
        """True once it went by itself, None while it may still; False where it had to be killed after `seconds`."""
        assert self._ending is not None
        if self.status is None and time.monotonic() - self._ending < seconds:
            return None
        in_time = self.status is not None
        self._process.kill()
        self._process.wait()
        return in_time
