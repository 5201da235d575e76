"""Keeps a number of worker processes alive on one socket, renews them one after another, and ends them together."""

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType

from collab.child import Child

POLL_SECONDS = 0.1
SETTLED_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 5.0
FAILURES_ALLOWED = 5
# How long a worker may take until it serves, before a restart of all is given up.
START_SECONDS = 60.0


@dataclass
class Place:
    """Where one worker serves; the process in it changes when one dies, or is renewed."""

    child: Child
    # In youth and in a row: those that died, and those that ended by themselves. A signal is not the program's failure,
    # but may come each time (out of memory, say).
    deaths: int = 0
    failures: int = 0
    due: float | None = None

    def note_death(self, status: int, age: float) -> None:
        """Its process ended with this exit status (negative: by a signal), so many seconds old."""
        young = age < SETTLED_SECONDS
        self.deaths = self.deaths + 1 if young else 0
        self.failures = self.failures + 1 if young and status > 0 else 0

    def pause(self) -> float:
        """Seconds before the next start: none after a worker that had settled, then more and more."""
        return min(0.1 * 2 ** min(self.deaths, 10), LONGEST_PAUSE_SECONDS) if self.deaths else 0.0

    @property
    def hopeless(self) -> bool:
        """Whether starting it again is no use."""
        return self.failures >= FAILURES_ALLOWED


class Supervisor:
    """Starts `workers` processes of `server` on `listener`.

    A worker that dies is replaced. One that fails at its start time and again ends the whole, since nobody would
    be served. SIGUSR2 renews all workers, one at a time: the new one serves before the old one is asked to go. SIGTERM,
    SIGINT and SIGHUP are forwarded as SIGTERM and waited for, `grace_seconds` at most. It hears signals as soon as
    it is made, before any worker starts.
    """

    def __init__(
        self, server: str, workers: int, listener: socket.socket, grace_seconds: float, report: Callable[[str], object]
    ) -> None:
        self._server = server
        self._listener = listener
        self._grace_seconds = grace_seconds
        self._report = report
        self._stopping = threading.Event()
        self._renewal_wanted = False
        self._renewal: Iterator[None] = iter(())
        # In no place: the one that is not ready yet, and the one that still drains.
        self._in_passing: set[Child] = set()
        self._workers = workers
        self._places: list[Place] = []
        signal.signal(signal.SIGUSR2, self._renew)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)

    def run(self) -> int:
        """Serves until a signal comes; the exit status: 0, or 1 if the workers cannot start."""
        self._places = [Place(self._start()) for _ in range(self._workers)]
        status = 0
        while not self._stopping.wait(POLL_SECONDS):
            for place in self._places:
                self._keep_alive(place)
            self._go_on_renewing()
            if any(place.hopeless for place in self._places):
                self._report("the server cannot start; its own words stand above")
                status = 1
                break
        self._end()
        return status

    def _start(self, heir_of: str = "") -> Child:
        return Child(self._server, self._listener, heir_of)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()

    def _renew(self, number: int, frame: FrameType | None) -> None:
        self._renewal_wanted = True

    def _keep_alive(self, place: Place) -> None:
        """Replaces the place's process if it died, after a pause if it had died young."""
        child, now = place.child, time.monotonic()
        if child.status is None:
            return
        if place.due is None:
            self._report(f"{child} ended with status {child.status}; starting another")
            place.note_death(child.status, child.age)
            place.due = now + place.pause()
        if now >= place.due:
            place.child, place.due = self._start(heir_of=child.name), None

    # -- renewing --

    def _go_on_renewing(self) -> None:
        """One step of what SIGUSR2 began; asked again meanwhile, it begins again when it is done."""
        if next(self._renewal, self) is self and self._renewal_wanted:
            self._renewal_wanted = False
            self._renewal = self._renewed()

    def _renewed(self) -> Iterator[None]:
        for place in self._places:
            successor = self._start()
            self._in_passing.add(successor)
            while not successor.name:
                if successor.status is not None or successor.age > START_SECONDS:
                    self._report(f"{successor} does not serve; the restart ends here, and the others stay")
                    successor.ask_to_end()
                    yield from self._gone(successor)
                    return
                yield
            self._in_passing ^= {successor, place.child}
            old, place.child, place.due = place.child, successor, None
            self._report(f"{successor} follows {old}")
            old.ask_to_end()
            yield from self._gone(old)
        self._report("all workers are new")

    def _gone(self, child: Child) -> Iterator[None]:
        """Waits until a child that was asked to end has ended, `grace_seconds` at most."""
        while (in_time := child.ended_within(self._grace_seconds)) is None:
            yield
        self._in_passing.discard(child)
        if not in_time:
            self._report(f"{child} did not finish in time; killed")

    def _end(self) -> None:
        children = [place.child for place in self._places] + list(self._in_passing)
        for child in children:
            child.ask_to_end()
        for child in children:
            for _ in self._gone(child):
                time.sleep(POLL_SECONDS / 5)
