"""Keeps a number of worker processes alive on one socket, and ends them together."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

POLL_SECONDS = 0.1
SETTLED_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 5.0
FAILURES_ALLOWED = 5


@dataclass
class Worker:
    """One place for a worker process; the process in it changes when one dies."""

    process: subprocess.Popen[bytes]
    started: float
    failures: int = 0
    due: float | None = None

    def pause(self) -> float:
        """Seconds before the next start: none after a worker that had settled, then more and more."""
        return 0.0 if not self.failures else min(0.1 * 2**self.failures, LONGEST_PAUSE_SECONDS)


class Supervisor:
    """Starts `workers` processes of `server` on `listener`.

    A worker that dies is replaced. One that fails at its start time and again ends the whole, since nobody would
    be served. SIGTERM, SIGINT and SIGHUP are forwarded as SIGTERM and waited for, `grace_seconds` at most.
    """

    def __init__(
        self, server: str, workers: int, listener: socket.socket, grace_seconds: float, report: Callable[[str], object]
    ) -> None:
        self._server = server
        self._listener = listener
        self._grace_seconds = grace_seconds
        self._report = report
        self._stopping = threading.Event()
        self._lifeline, self._held_open = os.pipe()
        self._workers = [Worker(self._start(), time.monotonic()) for _ in range(workers)]

    def run(self) -> int:
        """Serves until a signal comes; the exit status: 0, or 1 if the workers cannot start."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        status = 0
        while not self._stopping.wait(POLL_SECONDS):
            for worker in self._workers:
                self._keep_alive(worker)
            if any(worker.failures >= FAILURES_ALLOWED for worker in self._workers):
                self._report("the server cannot start; its own words stand above")
                status = 1
                break
        self._end()
        return status

    def _start(self) -> subprocess.Popen[bytes]:
        descriptor = self._listener.fileno()
        return subprocess.Popen(
            [sys.executable, "-m", "collab.worker", self._server, str(descriptor), str(self._lifeline)],
            pass_fds=(descriptor, self._lifeline),
            process_group=0,  # Ctrl-C reaches the supervisor alone, which then asks the workers
        )

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()

    def _keep_alive(self, worker: Worker) -> None:
        """Replaces the worker's process if it died, after a pause if it had died young."""
        status = worker.process.poll()
        now = time.monotonic()
        if status is None:
            return
        if worker.due is None:
            self._report(f"worker {worker.process.pid} ended with status {status}; starting another")
            failed = status > 0 and now - worker.started < SETTLED_SECONDS
            worker.failures = worker.failures + 1 if failed else 0
            worker.due = now + worker.pause()
        if now >= worker.due:
            worker.process, worker.started, worker.due = self._start(), now, None

    def _end(self) -> None:
        deadline = time.monotonic() + self._grace_seconds
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            try:
                worker.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._report(f"worker {worker.process.pid} did not finish in time; killed")
                worker.process.kill()
                worker.process.wait()
