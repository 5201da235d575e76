"""What a job goes through, from being enqueued to its end."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from jobs import queue, registry, runner
from jobs.models import Job

pytestmark = pytest.mark.django_db

ran: list[dict[str, Any]] = []


@pytest.fixture(autouse=True)
def chores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three kinds of job: one that works, one that never does, one that comes round."""
    kinds: dict[str, registry.Kind] = {}
    monkeypatch.setattr(registry, "KINDS", kinds)
    for module in (queue, runner):
        monkeypatch.setattr(module, "KINDS", kinds)
    registry.job("chore")(lambda **payload: ran.append(payload))
    registry.job("hopeless", attempts=2)(fail)
    registry.job("daily", every=timedelta(days=1))(lambda: ran.append({"daily": True}))
    ran.clear()
    yield
    ran.clear()


def fail() -> None:
    raise RuntimeError("the roof leaks")


def let_the_pause_pass() -> None:
    Job.objects.update(run_at=timezone.now())


def let_the_lease_run_out() -> None:
    Job.objects.update(lease_until=timezone.now())


def test_it_works() -> None:
    queue.enqueue("chore", {"what": "sweep"})

    assert runner.run_due() == 1
    assert ran == [{"what": "sweep"}]
    assert not Job.objects.exists()


def test_jobs_run_in_the_order_in_which_they_are_due() -> None:
    now = timezone.now()
    for minutes in (1, 3, 2):
        queue.enqueue("chore", {"due": minutes}, run_at=now - timedelta(minutes=minutes))

    runner.run_due()

    assert [payload["due"] for payload in ran] == [3, 2, 1]


def test_a_job_waits_for_its_time() -> None:
    queue.enqueue("chore", run_at=timezone.now() + timedelta(hours=1))

    assert runner.run_due() == 0


def test_a_job_of_a_rolled_back_transaction_never_was() -> None:
    with transaction.atomic():
        queue.enqueue("chore")
        transaction.set_rollback(True)

    assert runner.run_due() == 0


def test_one_key_is_one_job_with_the_newest_payload() -> None:
    queue.enqueue("chore", {"what": "old"}, key="hall")
    queue.enqueue("chore", {"what": "new"}, key="hall")
    queue.enqueue("chore", {"what": "other"}, key="kitchen")

    runner.run_due()

    assert ran == [{"what": "new"}, {"what": "other"}]


def test_a_key_enqueued_while_its_job_runs_runs_once_more() -> None:
    queue.enqueue("chore", {"round": 1}, key="hall")
    running = queue.claim()
    assert running is not None
    queue.enqueue("chore", {"round": 2}, key="hall")
    assert queue.claim() is None, "not twice at a time"

    queue.finish(running)
    runner.run_due()

    assert ran == [{"round": 2}]
    assert not Job.objects.exists()


def test_a_claimed_job_is_nobody_elses() -> None:
    queue.enqueue("chore")

    assert queue.claim() is not None
    assert queue.claim() is None


def test_a_job_whose_worker_died_comes_back() -> None:
    queue.enqueue("chore")
    queue.claim()
    let_the_lease_run_out()

    assert runner.run_due() == 1


def test_a_renewed_lease_holds() -> None:
    queue.enqueue("chore")
    job = queue.claim()
    assert job is not None
    let_the_lease_run_out()

    queue.renew(job)

    assert queue.claim() is None


def test_who_lost_the_lease_settles_nothing() -> None:
    queue.enqueue("chore")
    slow = queue.claim()
    let_the_lease_run_out()
    quick = queue.claim()
    assert slow is not None
    assert quick is not None

    queue.finish(slow)
    queue.fail(slow, "too late")
    queue.renew(slow)

    kept = Job.objects.get()
    assert kept.lease == quick.lease
    assert kept.lease_until == quick.lease_until
    assert kept.last_error == ""


def test_a_failed_job_is_tried_later_then_kept_as_dead() -> None:
    queue.enqueue("hopeless")

    assert runner.run_due() == 1
    assert runner.run_due() == 0, "it pauses first"
    let_the_pause_pass()
    assert runner.run_due() == 1
    let_the_pause_pass()
    assert runner.run_due() == 0, "it was tried often enough"

    dead = Job.objects.get()
    assert dead.dead_at is not None
    assert "the roof leaks" in dead.last_error


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    queue.enqueue("hopeless")
    for _ in range(2):
        assert queue.claim() is not None
        let_the_lease_run_out()

    assert queue.claim() is None
    assert Job.objects.get().last_error == "its worker died"


def test_a_dead_job_does_not_stand_in_the_way_of_its_key() -> None:
    Job.objects.create(kind="chore", key="hall", dead_at=timezone.now())

    queue.enqueue("chore", key="hall")

    assert runner.run_due() == 1


def test_pauses_grow_and_are_bounded() -> None:
    assert timedelta(seconds=2.5) <= queue.pause(1) <= timedelta(seconds=5)
    assert timedelta(seconds=20) <= queue.pause(4) <= timedelta(seconds=40)
    assert queue.pause(1000) <= timedelta(hours=1)


def test_a_periodic_job_is_planned_once_and_comes_round() -> None:
    queue.plan_periodic()
    queue.plan_periodic()

    runner.run_due()

    assert ran == [{"daily": True}]
    assert Job.objects.get().run_at > timezone.now() + timedelta(hours=23)


def test_a_periodic_job_that_fails_for_good_comes_round_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.KINDS, "daily", registry.Kind("daily", fail, 1, timedelta(days=1), outside=False))
    queue.plan_periodic()

    runner.run_due()

    assert Job.objects.alive().get().attempts == 0
    assert Job.objects.exclude(dead_at=None).count() == 1


def test_unknown_kinds_are_left_to_newer_workers() -> None:
    queue.enqueue("from the future")

    assert runner.run_due() == 0
    assert Job.objects.get().attempts == 0


def test_a_kind_has_one_function() -> None:
    with pytest.raises(ValueError, match="already"):
        registry.job("chore")(print)
