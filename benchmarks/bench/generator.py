"""The load generator as a process: jobs go to it as lines of JSON, results come back so."""

import json
import subprocess
import threading
from collections.abc import Callable
from typing import Any, Self

from benchmarks.bench.cores import GENERATOR, on_core
from benchmarks.bench.systems import LOAD

SCRIPT = LOAD / "main.mjs"
LONGEST_JOB_SECONDS = 600.0


OnEvent = Callable[[str, Any], Any]


class Failed(Exception):
    """A run that did not come to its end."""


class Generator:
    """One process of Node on a core (None: on any); `with` starts and ends it."""

    def __init__(self, core: int | None = GENERATOR) -> None:
        self._core = core

    def __enter__(self) -> Self:
        with on_core(self._core):
            self._process = subprocess.Popen(
                ["node", "--max-old-space-size=4096", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.__exit__(None, None, None)  # closes the pipes and waits

    @property
    def pid(self) -> int:
        return self._process.pid

    def run(self, job: dict[str, Any], on_event: OnEvent) -> dict[str, Any]:
        """Does a job, which waits at each event for what `on_event` says to it and its detail. Raises Failed."""
        watchdog = threading.Timer(LONGEST_JOB_SECONDS, self._process.kill)
        watchdog.start()
        try:
            return self._talk(job, on_event)
        finally:
            watchdog.cancel()

    def _talk(self, job: dict[str, Any], on_event: OnEvent) -> dict[str, Any]:
        self._send(job)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            message = json.loads(line)
            if "event" in message:
                self._send(on_event(message["event"], message["detail"]))
            elif "failed" in message:
                raise Failed(message["failed"])
            else:
                result: dict[str, Any] = message["result"]
                return result
        raise Failed("the load generator ended, or was ended after all too long")

    def _send(self, message: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
