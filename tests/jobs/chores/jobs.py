"""Jobs that leave a trace in a file, so that a test sees who ran when."""

import os
import time

from jobs.registry import job


@job("noted")
def noted(path: str, number: int, seconds: float) -> None:
    """Notes its beginning and its end."""
    _note(path, f"begin {number} {os.getpid()}")
    time.sleep(seconds)
    _note(path, f"end {number} {os.getpid()}")


def _note(path: str, line: str) -> None:
    with open(path, "a") as file:
        file.write(line + "\n")
