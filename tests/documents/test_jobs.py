"""What is done about documents in the background."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from documents import acts, jobs
from documents.models import Connection, Document
from jobs.registry import KINDS

pytestmark = pytest.mark.django_db


def trashed(owner: User, title: str, ago: timedelta) -> None:
    document = acts.create(owner.pk, title)
    acts.move(document.pk, None, "trashed")
    Document.objects.filter(pk=document.pk).update(trashed_at=timezone.now() - ago)


def test_they_come_round_by_themselves() -> None:
    assert {name for name, kind in KINDS.items() if kind.every and name.startswith("documents.")} == {
        "documents.forget_connections",
        "documents.empty_trash",
        "documents.verify_in_turn",
    }


def test_the_trash_is_emptied_of_what_is_old(alice: User) -> None:
    trashed(alice, "old", timedelta(days=31))
    trashed(alice, "new", timedelta(days=29))
    acts.create(alice.pk, "open")
    jobs.empty_trash()
    assert set(Document.objects.values_list("title", flat=True)) == {"new", "open"}


def test_a_run_ends_and_the_oldest_go_first(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PORTION", 1)
    trashed(alice, "old", timedelta(days=31))
    trashed(alice, "older", timedelta(days=40))
    jobs.empty_trash()
    assert Document.objects.get().title == "old"
    jobs.empty_trash()
    assert not Document.objects.exists()


def test_connections_of_dead_processes_are_forgotten(document: Document, alice: User) -> None:
    now = timezone.now()
    for lease in (now - timedelta(seconds=1), now + timedelta(minutes=1)):
        Connection.objects.create(
            document=document, user=alice, process="here", client_id="typewriter", since=now, lease=lease
        )
    jobs.forget_connections()
    assert Connection.objects.get().lease > now
