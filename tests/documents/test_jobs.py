"""What is done about documents in the background."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from documents import acts, jobs
from documents.commit import Denied, commit
from documents.models import Connection, Document, Rejection
from jobs.registry import KINDS
from tests.documents.committing import batch, new
from tests.documents.conftest import typed

pytestmark = pytest.mark.django_db


def trashed(owner: User, title: str, ago: timedelta) -> None:
    document = acts.create(owner.pk, title)
    acts.move(document.pk, None, "trashed")
    Document.objects.filter(pk=document.pk).update(trashed_at=timezone.now() - ago)


def test_they_come_round_by_themselves() -> None:
    assert {name for name, kind in KINDS.items() if kind.every and name.startswith("documents.")} == {
        "documents.forget_connections",
        "documents.empty_trash",
        "documents.compact",
        "documents.follow_texts",
        "documents.verify_in_turn",
        "documents.forget_rejections",
        "documents.forget_sharing",
        "documents.clear_images",
        "documents.deliver_webhooks",
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


# Rejections


def rejection(document: Document, user: User, seq: int, client_id: str = "typewriter") -> Rejection:
    return Rejection.objects.create(document=document, client_id=client_id, user=user, seq=seq)


def test_rejections_that_a_later_commit_covers_are_forgotten(document: Document, alice: User, bob: User) -> None:
    typed(document, alice, "a", "b", "c")
    other = acts.create(alice.pk, "Other")
    rejection(document, alice, 3)
    kept = [
        rejection(document, alice, 4, client_id="another-one"),
        rejection(document, bob, 2),  # the client id is not bob's
        rejection(other, alice, 2),
    ]
    jobs.forget_rejections()
    assert list(Rejection.objects.order_by("pk")) == kept


def test_a_rejection_above_all_commits_holds(document: Document, alice: User) -> None:
    typed(document, alice, "a")
    rejection(document, alice, 2)
    jobs.forget_rejections()
    change = new(document, alice.pk, version=2, seq=2)
    assert commit([batch(document, change)]) == [Denied({("typewriter", 2): "seq_too_old"})]


def test_what_was_forgotten_is_refused_all_the_same(document: Document, alice: User) -> None:
    typed(document, alice, "a")
    document.revisions.update(seq=5)
    document.client_positions.update(acked_seq=5)
    rejection(document, alice, 3)
    jobs.forget_rejections()
    assert not Rejection.objects.exists()
    change = new(document, alice.pk, version=2, seq=3)
    assert commit([batch(document, change)]) == [Denied({("typewriter", 3): "seq_too_old"})]
