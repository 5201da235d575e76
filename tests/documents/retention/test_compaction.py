"""Compacting drafting history: named versions and what is newer stay; it goes in steps, and only what was verified."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, User
from documents import acts, history, jobs
from documents.integrity.verify import verify
from documents.models import Document, Revision, Snapshot
from documents.past import versions
from documents.past.authorship import authorship_at
from documents.retention import compaction
from documents.retention.compaction import compact_due, keep
from documents.retention.erasure import erase, erase_author
from documents.retention.purge import purge
from documents.retention.removal import whole
from documents.submit import submit
from protocol.authority import Refused, Submission
from protocol.delta import Delta
from protocol.errors import ProtocolError
from tests.documents.conftest import Asker, principal, typed
from tests.documents.retention.test_purge import readable

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _restless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.pace.Pace.REST", 0)


@pytest.fixture
def old(document: Document, alice: User) -> Document:
    """A document with a letter a version: "f" and "g" were typed today, the others long ago; verified."""
    typed(document, alice, *"abcdefg")
    Revision.objects.filter(version__lte=5).update(at=timezone.now() - timedelta(days=40))
    verify(document.pk)
    document.refresh_from_db()
    return document


def removed(document: Document) -> list[int]:
    rows = Revision.objects.filter(document=document, delta=None).order_by("version")
    return list(rows.values_list("version", flat=True))


def test_it_works(old: Document, alice: User) -> None:
    versions.name(old.pk, principal(alice), 2, "First draft")
    keep(old.pk, principal(alice), 30)
    jobs.compact()
    assert removed(old) == [1, 2, 3, 4, 5]
    assert readable(old) == {0: "", 2: "ba", 5: "edcba", 6: "fedcba", 7: "gfedcba"}
    assert verify(old.pk).sound


def test_everything_is_kept_unless_somebody_says_so(old: Document) -> None:
    compact_due(60)
    assert removed(old) == []


def test_nothing_that_is_newer(old: Document) -> None:
    keep(old.pk, None, 41)
    compact_due(60)
    assert removed(old) == []


def test_only_what_was_verified(old: Document) -> None:
    keep(old.pk, None, 30)
    Document.objects.update(verified_version=3)
    compact_due(60)
    assert removed(old) == [1, 2, 3]


def test_nothing_of_a_damaged_document(old: Document) -> None:
    keep(old.pk, None, 30)
    acts.note_damage(old.pk, "head at version 7: something")
    compact_due(60)
    assert removed(old) == []


def test_in_steps(old: Document, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "STEP", 2)
    versions.name(old.pk, principal(alice), 2, "First draft")
    keep(old.pk, None, 30)
    seen = []
    for _ in range(4):
        compact_due(0)
        seen.append(removed(old))
        assert verify(old.pk).sound
    assert seen == [[1, 2], [1, 2, 3, 4], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]]
    # Contents where a step ended are not kept for ever.
    assert sorted(Snapshot.objects.values_list("version", flat=True)) == [2, 5]


def test_it_goes_on_as_time_passes(old: Document, alice: User) -> None:
    keep(old.pk, None, 30)
    compact_due(60)
    Revision.objects.filter(version=6).update(at=timezone.now() - timedelta(days=31))
    compact_due(60)
    assert readable(old) == {0: "", 6: "fedcba", 7: "gfedcba"}
    assert verify(old.pk).sound


def test_over_what_was_purged(old: Document) -> None:
    purge(old.pk, None, 2, 3)
    keep(old.pk, None, 30)
    compact_due(60)
    assert readable(old) == {0: "", 5: "edcba", 6: "fedcba", 7: "gfedcba"}
    assert verify(old.pk).sound


def test_a_name_given_just_then_stays_readable(old: Document, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(old.pk, None, 30)
    contents_at = history.contents_at

    def named_meanwhile(document_id: Any, version: int) -> Any:
        monkeypatch.setattr(history, "contents_at", contents_at)
        versions.name(old.pk, principal(alice), 2, "First draft")
        return contents_at(document_id, version)

    monkeypatch.setattr(history, "contents_at", named_meanwhile)
    compact_due(60)
    assert readable(old) == {0: "", 2: "ba", 5: "edcba", 6: "fedcba", 7: "gfedcba"}


def test_who_wrote_what_is_known_afterwards(document: Document, alice: User, bob: User) -> None:
    typed(document, alice, "alpha ", client_id="alices")
    typed(document, bob, "beta ")
    typed(document, alice, "gamma ", client_id="alices")
    typed(document, alice, "today ", client_id="alices")
    Revision.objects.filter(version__lte=3).update(at=timezone.now() - timedelta(days=40))
    verify(document.pk)
    before = authorship_at(document.pk, 3)
    assert len(before.runs) > 2
    Snapshot.objects.update(authorship=None)
    keep(document.pk, None, 30)
    compact_due(60)
    assert removed(document) == [1, 2, 3]
    assert authorship_at(document.pk, 3) == before
    assert verify(document.pk).sound


def test_who_was_erased_just_then_is_not_named_again(
    document: Document, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(document, bob, "beta ")
    typed(document, alice, "today ", client_id="alices")
    Revision.objects.filter(version=1).update(at=timezone.now() - timedelta(days=40))
    verify(document.pk)
    keep(document.pk, None, 30)

    def erased_meanwhile(document_id: Any, version: int) -> Any:
        monkeypatch.setattr("documents.retention.compaction.whole", whole)
        known = whole(document_id, version)
        erase(bob.pk, None)
        erase_author(str(bob.pk))
        return known

    monkeypatch.setattr("documents.retention.compaction.whole", erased_meanwhile)
    compact_due(60)
    assert removed(document) == [1]
    assert [author for _, author in authorship_at(document.pk, 1).runs] == [None]


def test_who_comes_back_from_the_gap_keeps_their_text(old: Document, bob: User) -> None:
    keep(old.pk, None, 30)
    compact_due(60)
    late = Submission("bobs-editor", 1, 4, Delta([{"insert": "x"}]))
    assert submit(old.pk, principal(bob), late) == Refused("history_gone")


def test_it_is_audited(old: Document, alice: User) -> None:
    keep(old.pk, principal(alice), 30)
    compact_due(60)
    entries = [(entry.act, entry.by, entry.about) for entry in AuditEntry.objects.order_by("pk")]
    assert entries == [
        ("history.keep", alice, {"days": 30}),
        ("history.compact", None, {"first": 1, "last": 5, "removed": 5}),
    ]


# Over REST, and who may


def test_over_rest(old: Document, as_alice: Asker, as_bob: Asker) -> None:
    address = f"documents/{old.pk}/retention"
    assert as_bob("GET", address).body == {"keep_days": None}
    assert as_alice("PUT", address, {"keep_days": 30}).body == {"keep_days": 30}
    assert as_bob("GET", address).body == {"keep_days": 30}
    assert as_alice("PUT", address, {"keep_days": None}).body == {"keep_days": None}
    compact_due(60)
    assert removed(old) == []


def test_the_owner_alone_may(old: Document, as_bob: Asker, as_carol: Asker, as_mallory: Asker) -> None:
    address = f"documents/{old.pk}/retention"
    assert as_bob("PUT", address, {"keep_days": 30}).refused == (403, "forbidden")
    assert as_carol("GET", address).refused == (403, "forbidden")
    assert as_mallory("GET", address).refused == (404, "not_found")
    assert as_mallory("PUT", address, {"keep_days": 30}).refused == (404, "not_found")


# Bad input


@pytest.mark.parametrize("days", [0, -1, 36_501, "30", 1.5])
def test_no_number_of_days(old: Document, as_alice: Asker, days: Any) -> None:
    assert as_alice("PUT", f"documents/{old.pk}/retention", {"keep_days": days}).refused == (422, "invalid_field")
    if isinstance(days, int):
        with pytest.raises(ProtocolError, match="invalid_field"):
            keep(old.pk, None, days)
