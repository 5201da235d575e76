"""The queue: what a job goes through from `enqueue` to its end. Rows are the only state.

A running job is leased: its worker renews the lease, and when the worker dies the lease runs out and the job is due
again. Each claim has a lease id of its own, so one who lost the lease can no longer settle the job.
"""

import random
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from jobs.models import Job
from jobs.registry import KINDS, Kind

LEASE: timedelta = getattr(settings, "JOBS_LEASE", timedelta(seconds=60))
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
INSERT_TRIES = 20
PERIODIC = "periodic"

# Called when a transaction that enqueued work has committed, so that a worker in this process need not wait.
enqueued: list[Callable[[], None]] = []


def enqueue(
    kind: str, payload: Mapping[str, Any] | None = None, *, key: str | None = None, run_at: datetime | None = None
) -> None:
    """Has the job run once this transaction commits, or at `run_at`.

    With a `key` there is one living job of that kind and key: enqueued again it gets the newer payload, and if it is
    running just then, it runs once more afterwards, so that what the caller has written is seen.
    """
    job = Job(kind=kind, payload=dict(payload or {}), key=key, run_at=run_at or timezone.now())
    for _ in range(INSERT_TRIES):
        if _refreshed(job) or _inserted(job):
            transaction.on_commit(_announce)
            return
    raise RuntimeError(f"job {job} keeps ending while it is enqueued")


def _refreshed(job: Job) -> bool:
    if job.key is None:
        return False
    # The update locks the row until our commit, so a worker can't take the job before it could see our changes.
    same = Job.objects.alive().filter(kind=job.kind, key=job.key)
    running = When(lease__isnull=False, then=Value(True))
    return same.update(payload=job.payload, again=Case(running, default=Value(False))) > 0


def _inserted(job: Job) -> bool:
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:  # another process enqueued this key just now
        return False
    return True


def _announce() -> None:
    for listener in enqueued:
        listener()


def plan_periodic() -> None:
    """Makes sure that each periodic kind is in the queue; any number of processes may do so at once."""
    for kind in KINDS.values():
        if kind.every is not None:
            Job.objects.bulk_create([Job(kind=kind.name, key=PERIODIC)], ignore_conflicts=True)


def claim(outside: bool | None = None) -> Job | None:
    """Takes the job that is longest due, under a lease of one's own; None where nothing is due.

    Only of kinds that are `outside`, or only of the others; None: of all.

    Kinds that this program doesn't know are left to newer workers. A job whose workers died as often as it may be
    tried is given up.
    """
    while (job := _taken(outside)) is not None:
        if job.attempts <= KINDS[job.kind].attempts:
            return job
        fail(job, "its worker died")
    return None


def _taken(outside: bool | None) -> Job | None:
    now = timezone.now()
    kinds = [name for name, kind in KINDS.items() if outside in (None, kind.outside)]
    due = Job.objects.due(now).filter(kind__in=kinds)
    if not due.exists():
        return None  # without taking SQLite's one write lock
    with transaction.atomic():
        job = due.select_for_update(skip_locked=True).first()
        if job is not None:
            job.lease, job.lease_until, job.attempts = uuid.uuid4(), now + LEASE, job.attempts + 1
            job.save(update_fields=["lease", "lease_until", "attempts"])
    return job


def renew(job: Job) -> None:
    """Keeps the lease for a running job; without effect for one who lost it."""
    _held(job).update(lease_until=timezone.now() + LEASE)


def finish(job: Job) -> None:
    """The work is done: the job goes, or comes round again."""
    with transaction.atomic():
        if not _held(job).filter(again=False).delete()[0]:
            _held(job).update(again=False, attempts=0, lease=None, lease_until=None, last_error="")
        _come_round(KINDS[job.kind])


def fail(job: Job, error: str) -> None:
    """The work raised: the job is tried later, or, tried often enough, kept as dead."""
    kind, now = KINDS[job.kind], timezone.now()
    with transaction.atomic():
        if job.attempts < kind.attempts:
            _held(job).update(lease=None, lease_until=None, last_error=error, run_at=now + pause(job.attempts))
            return
        _held(job).update(lease=None, lease_until=None, last_error=error, dead_at=now)
        _come_round(kind)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failures: doubling, bounded, and spread so that jobs don't come back at once."""
    longest = min(FIRST_PAUSE * (1 << min(attempts - 1, 20)), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1)  # noqa: S311 - spreads load, hides nothing


def _held(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, lease=job.lease)


def _come_round(kind: Kind) -> None:
    if kind.every is not None:
        later = Job(kind=kind.name, key=PERIODIC, run_at=timezone.now() + kind.every)
        Job.objects.bulk_create([later], ignore_conflicts=True)
