"""What becomes of a document that was verified, and whose turn it is."""

import logging
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from documents import acts, jobs
from documents.integrity import turn, walk
from documents.integrity.report import Report
from documents.integrity.turn import verify_in_turn
from documents.integrity.verify import ask, verify
from documents.models import Document, Revision, Snapshot
from documents.signals import document_changed
from protocol.errors import ProtocolError
from tests import cast
from tests.documents.conftest import Asker, principal, typed
from tests.documents.growing import grow, snap

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _restless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.pace.Pace.REST", 0)


@pytest.fixture
def grown(document: Document, alice: User, bob: User) -> Document:
    """A document at version 20, with a snapshot at 8."""
    grow(document, [alice, bob], 20, random.Random(1), snapshots=0)
    snap(document, 8)
    return document


def lose_a_revision(document: Document) -> Revision:
    row = Revision.objects.get(document=document, version=3)
    kept = Revision.objects.get(pk=row.pk)
    row.delete()
    return kept


def state(document: Document) -> tuple[str, bool]:
    document.refresh_from_db()
    return document.state, bool(document.damage)


# What becomes of it


def test_a_sound_document_goes_on(grown: Document, bob: User) -> None:
    assert verify(grown.pk).sound
    assert state(grown) == ("open", False)
    assert grown.verified_version == 20
    assert grown.verified_at
    typed(grown, bob, "on")


def test_a_damaged_one_is_frozen_and_keeps_every_byte(grown: Document) -> None:
    lose_a_revision(grown)
    before = list(Revision.objects.values()), list(Snapshot.objects.values())
    assert not verify(grown.pk).sound
    assert state(grown) == ("frozen", True)
    assert grown.damage == "revision at version 3: it is missing"
    assert (list(Revision.objects.values()), list(Snapshot.objects.values())) == before


def test_it_is_alerted_once_without_a_word_of_the_text(grown: Document, caplog: pytest.LogCaptureFixture) -> None:
    Revision.objects.filter(version=3).update(delta='[{"insert":"secret"}]')
    verify(grown.pk)
    verify(grown.pk)
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert record.getMessage() == (
        f"document {grown.pk} is damaged and frozen: revision at version 3: its digest is not that of its delta"
    )


def test_open_editors_are_told(grown: Document, django_capture_on_commit_callbacks: Any) -> None:
    told = []

    def hear(document_id: Any, **about: Any) -> None:
        told.append(document_id)

    document_changed.connect(hear)
    lose_a_revision(grown)
    with django_capture_on_commit_callbacks(execute=True):
        verify(grown.pk)
    document_changed.disconnect(hear)
    assert told == [grown.pk]


def test_one_in_the_trash_stays_there(grown: Document) -> None:
    acts.move(grown.pk, None, "trashed")
    lose_a_revision(grown)
    verify(grown.pk)
    assert state(grown) == ("trashed", True)


# Who may open it again


def test_nobody_opens_a_damaged_document(grown: Document, alice: User) -> None:
    lose_a_revision(grown)
    verify(grown.pk)
    for by in (principal(alice), None):
        with pytest.raises(ProtocolError, match="document_damaged"):
            acts.move(grown.pk, by, "open")
    assert state(grown) == ("frozen", True)


def test_it_comes_out_of_the_trash_frozen(grown: Document, alice: User, as_alice: Asker) -> None:
    lose_a_revision(grown)
    verify(grown.pk)
    acts.move(grown.pk, principal(alice), "trashed")
    answer = as_alice("PATCH", f"documents/{grown.pk}", {"state": "open", "title": "Back again"})
    assert (answer.status, answer.body["state"], answer.body["title"]) == (200, "frozen", "Back again")


def test_rest_says_so(grown: Document, as_alice: Asker) -> None:
    assert as_alice("GET", f"documents/{grown.pk}").body["damaged"] is False
    lose_a_revision(grown)
    verify(grown.pk)
    assert as_alice("GET", f"documents/{grown.pk}").body["damaged"] is True
    assert as_alice("PATCH", f"documents/{grown.pk}", {"state": "open"}).refused == (409, "document_damaged")


def test_once_it_passes_it_may_be_opened(grown: Document, alice: User, bob: User) -> None:
    lost = lose_a_revision(grown)
    verify(grown.pk)
    lost.save(force_insert=True)
    assert verify(grown.pk).sound
    assert state(grown) == ("frozen", False)
    acts.move(grown.pk, principal(alice), "open")
    typed(grown, bob, "on")


def test_a_repaired_one_passes(grown: Document) -> None:
    Snapshot.objects.update(contents=b"")
    assert not verify(grown.pk).sound
    assert verify(grown.pk, repair=True).sound
    assert state(grown) == ("frozen", False)


# Whose turn it is


def ago(**about: Any) -> Any:
    return timezone.now() - timedelta(**about)


def seen_in_turn() -> list[str]:
    """Runs the turns; the titles of the documents that were looked at, in order."""
    began = timezone.now()
    jobs.verify_some()
    seen = Document.objects.filter(verified_at__gte=began).order_by("verified_at")
    return list(seen.values_list("title", flat=True))


@pytest.fixture
def verified(alice: User) -> dict[str, Document]:
    """Documents that were verified, some time ago: one has changed since."""
    made = {}
    for title in ("changed", "unchanged"):
        made[title] = cast.document(members={}, title=title)
        typed(made[title], alice, "a")
    verify_in_turn(60)
    Document.objects.update(verified_at=ago(hours=1), verified_since=ago(days=1))
    typed(made["changed"], alice, "b")
    return made


def test_what_has_changed_has_its_turn(verified: dict[str, Document]) -> None:
    assert seen_in_turn() == ["changed"]
    verified["changed"].refresh_from_db()
    assert verified["changed"].verified_version == 2
    assert seen_in_turn() == []


def test_not_again_so_soon(verified: dict[str, Document]) -> None:
    Document.objects.update(verified_at=ago(minutes=1))
    assert seen_in_turn() == []


def test_a_new_one_has_its_turn_before(verified: dict[str, Document]) -> None:
    cast.document(members={}, title="new")
    assert seen_in_turn() == ["new", "changed"]


def test_everything_is_looked_at_anew_now_and_then(verified: dict[str, Document]) -> None:
    Document.objects.filter(title="unchanged").update(verified_since=ago(days=8))
    assert seen_in_turn() == ["changed", "unchanged"]
    Document.objects.update(verified_at=ago(hours=1))
    assert seen_in_turn() == []


def test_only_what_is_new_is_read(grown: Document, alice: User) -> None:
    verify(grown.pk)
    Document.objects.update(verified_at=ago(hours=1))
    typed(grown, alice, "on")
    Revision.objects.filter(version=3).delete()  # below the newest snapshot: the whole pass will see it
    seen_in_turn()
    assert state(grown) == ("open", False)
    Document.objects.update(verified_since=ago(days=8))
    seen_in_turn()
    assert state(grown) == ("frozen", True)


def test_a_long_one_is_taken_in_parts(grown: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "PORTION", 6)
    reached = []
    while not grown.verified_at:
        verify_in_turn(0)
        grown.refresh_from_db()
        reached.append(grown.verified_version)
    # From the snapshot at version 8 where one lies on the way.
    assert reached == [6, 12, 14, 20]


def test_a_damaged_one_waits_for_an_administrator(grown: Document) -> None:
    lost = lose_a_revision(grown)
    assert seen_in_turn() == ["A document"]
    lost.save(force_insert=True)
    Document.objects.update(verified_at=ago(days=9), verified_since=ago(days=9))
    assert seen_in_turn() == []
    ask([grown.pk])
    assert seen_in_turn() == ["A document"]
    assert state(grown) == ("frozen", False)


def test_one_deleted_meanwhile_is_passed_over(verified: dict[str, Document], monkeypatch: pytest.MonkeyPatch) -> None:
    new = cast.document(members={}, title="new")
    due = turn._due

    def late() -> Any:
        found = list(due())
        new.delete()
        return iter(found)

    monkeypatch.setattr(turn, "_due", late)
    assert seen_in_turn() == ["changed"]


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Has something happen while the next document has its turn."""
    place = "documents.integrity.verify.check"

    def check(*args: Any, **options: Any) -> Report:
        monkeypatch.setattr(place, walk.check)
        report = walk.check(*args, **options)
        act()
        return report

    monkeypatch.setattr(place, check)


def test_damage_that_another_found_meanwhile_stays(
    grown: Document, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify(grown.pk)
    Document.objects.update(verified_at=ago(hours=1))
    typed(grown, alice, "on")
    lose_a_revision(grown)  # below what is still to be looked at in this turn
    meanwhile(monkeypatch, lambda: verify(grown.pk))
    jobs.verify_some()
    assert state(grown) == ("frozen", True)
    assert grown.verified_version == 0


def test_who_asks_meanwhile_is_not_forgotten(verified: dict[str, Document], monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, lambda: ask([verified["changed"].pk]))
    jobs.verify_some()
    verified["changed"].refresh_from_db()
    assert (verified["changed"].verified_at, verified["changed"].verified_version) == (None, 0)
    assert seen_in_turn() == ["changed"]
