"""Read first by every Python process that goes by a clock of its own (PYTHONPATH names this folder).

libfaketime answers "invalid argument" to the way in which Python sleeps, until an absolute time; waiting is not so.
"""

import threading
import time


def sleep(seconds: float) -> None:
    threading.Event().wait(seconds)


time.sleep = sleep  # type: ignore[assignment]
