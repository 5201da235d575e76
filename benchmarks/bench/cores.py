"""Where measured processes run, and before whom: the server on the first core, the load generator on the second.

Servers of several processes share all cores with the load generator.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SERVER, GENERATOR = 0, 1
# Where it is permitted, all that is measured goes before the rest of a busy machine.
NICENESS = -10


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """Processes started meanwhile run there; with None, or on a machine of one core, anywhere."""
    allowed = sorted(os.sched_getaffinity(0))
    if core is not None and len(allowed) > 1:
        os.sched_setaffinity(0, {allowed[core]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def first(work: Callable[[], int]) -> int:
    """Does `work` before others: in a session of its own, for Linux may weigh sessions rather than processes."""
    child = os.fork()
    if child == 0:
        os.setsid()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
            Path("/proc/self/autogroup").write_text(str(NICENESS))
        return work()
    while True:
        try:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        except KeyboardInterrupt:
            os.kill(child, signal.SIGINT)
