"""Runs due jobs: in a thread of the server, or alone as `manage.py worker`."""

import logging
import random
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections, connection

from jobs import queue
from jobs.models import Job
from jobs.registry import KINDS

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
ERROR_CHARACTERS = 4000


def run_due(limit: int = 1000, outside: bool | None = None) -> int:
    """Runs the jobs that are due, one after another, `limit` at most; returns how many it ran. (`queue.claim`)"""
    done = 0
    while done < limit and (job := queue.claim(outside)) is not None:
        run(job)
        done += 1
    return done


def run(job: Job) -> None:
    """Does the work of a claimed job and settles it; what the work raises is logged and kept with the job."""
    try:
        with _lease_renewed(job):
            KINDS[job.kind].work(**job.payload)
    except Exception:
        logger.exception("Job %s failed, attempt %d", job, job.attempts)
        queue.fail(job, traceback.format_exc()[-ERROR_CHARACTERS:])
    else:
        queue.finish(job)


@contextmanager
def _lease_renewed(job: Job) -> Iterator[None]:
    over = threading.Event()
    thread = threading.Thread(target=_renew_until, args=(job, over), name=f"lease of {job}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _renew_until(job: Job, over: threading.Event) -> None:
    try:
        while not over.wait(queue.LEASE.total_seconds() / 3):
            try:
                queue.renew(job)
            except Exception:
                logger.exception("Could not renew the lease of job %s", job)
                close_old_connections()
    finally:
        connection.close()


class Runner:
    """A thread that runs jobs from `start` to `stop`. It outlives a database that goes away and comes back.

    Only jobs that are `outside`, or only the others; None: all.
    """

    def __init__(self, outside: bool | None = None) -> None:
        self._outside = outside
        self._stopping = False
        self._work = threading.Event()
        self._thread = threading.Thread(target=self.run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begins; a runner starts once."""
        self._thread.start()

    def stop(self, timeout: float | None = None) -> bool:
        """Lets the job that is running end, `timeout` seconds at most; returns whether it has."""
        self.ask_to_stop()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def ask_to_stop(self) -> None:
        """Take no further job. Safe in a signal handler."""
        self._stopping = True
        self._work.set()

    def run(self) -> None:
        """Runs jobs in this thread until asked to stop."""
        queue.enqueued.append(self._work.set)
        planned = False
        try:
            while not self._stopping:
                self._work.clear()
                planned = self._turn(planned)
                if self._outside:  # a connection that waits with it would be kept from pages
                    connection.close()
                self._work.wait(POLL_SECONDS * random.uniform(0.75, 1.25))  # noqa: S311 - spreads load
        finally:
            queue.enqueued.remove(self._work.set)
            connection.close()

    def _turn(self, planned: bool) -> bool:
        try:
            close_old_connections()
            if not planned:
                queue.plan_periodic()
            while not self._stopping and run_due(limit=1, outside=self._outside):
                close_old_connections()
        except Exception:
            logger.exception("The job queue can't be reached; trying again")
            return planned
        return True
