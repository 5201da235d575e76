"""What begins with a server process, under any server: its process object, its draining, its background jobs."""

import gc
import sys

from django.conf import settings

from collab import drain, process
from collab.tasks import unhandled
from jobs.runner import Runner

# The commit's thread asks for the interpreter after each statement; Python's own 5 ms, several times over, is felt.
SWITCH_SECONDS = 0.0005

# Most that lives here is freed without the garbage collector, and a look through all of it takes a twentieth of a
# second where many documents are open: every few minutes then, not every few seconds.
COLLECT_AT = 5_000, 10, 50

# Threads for jobs that wait for the servers of others.
OUTSIDE = 2

_begun: process.Process | None = None


def begin() -> process.Process:
    """Begins, if that has not happened yet; called in the event loop."""
    global _begun
    here = process.current()
    if _begun is not here:
        _begun = here
        drain.install(here)
        here.loop.set_exception_handler(unhandled)
        # What was imported stays: to look through all of it now and then would hold everybody up for that long.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT_AT)
        sys.setswitchinterval(SWITCH_SECONDS)
        if settings.RUN_JOBS:
            for outside in (False, *[True] * OUTSIDE):
                runner = Runner(outside)
                runner.start()
                here.at_end.append(runner.ask_to_stop)
    return here
