"""Recomputing documents from their revisions: what is damaged is found, what is not is never reported."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from documents import acts, history
from documents.integrity import walk
from documents.integrity.report import MOST_FINDINGS
from documents.integrity.verify import verify
from documents.integrity.walk import check
from documents.models import Document, Revision, Snapshot
from protocol.errors import ProtocolError
from tests import cast
from tests.documents.conftest import typed
from tests.documents.growing import DAMAGE, grow, snap
from tests.scale import rounds
from tests.seeds import seeds

pytestmark = pytest.mark.django_db

DOCUMENTS = 3


@pytest.fixture
def grown(document: Document, alice: User, bob: User) -> Document:
    """A document with 20 revisions of two people, and snapshots at 8 and 16."""
    grow(document, [alice, bob], 20, random.Random(1), snapshots=0)
    snap(document, 8)
    snap(document, 16)
    return document


def found(document: Document, after: int = 0) -> list[tuple[str, int]]:
    """What is wrong, as kinds and versions."""
    return [(finding.kind, finding.version) for finding in check(document.pk, after).findings]


def test_a_sound_document(grown: Document) -> None:
    report = check(grown.pk)
    assert (report.version, report.complete, report.sound) == (20, True, True)


def test_an_empty_document(document: Document) -> None:
    report = check(document.pk)
    assert (report.version, report.complete, report.sound) == (0, True, True)


def test_no_document(grown: Document) -> None:
    grown.delete()
    with pytest.raises(ProtocolError, match="not_found"):
        check(grown.pk)


# Whatever is damaged is found, and only there


@pytest.mark.parametrize("seed", seeds(rounds(150, 3000)))
def test_one_damaged_thing_is_found(seed: int, alice: User, bob: User, carol: User) -> None:
    rng = random.Random(seed)
    documents = [cast.document() for _ in range(DOCUMENTS)]
    for document in documents:
        grow(document, [alice, bob], rng.randint(2, 30), rng)
    damaged = rng.choice(documents)
    assert all(verify(document.pk).sound for document in documents)
    damage = rng.choice(DAMAGE)
    damage(damaged, rng)
    assert [document for document in documents if not verify(document.pk).sound] == [damaged], damage.__name__
    assert list(Document.objects.filter(state="frozen")) == list(Document.objects.exclude(damage="")) == [damaged]


def test_each_is_named(grown: Document) -> None:
    Revision.objects.filter(version=3).update(delta="[]")
    Revision.objects.filter(version=12).delete()
    assert found(grown) == [("revision", 3), ("revision", 12)]


def test_a_run_of_missing_revisions_is_one_finding(grown: Document) -> None:
    Revision.objects.filter(version__gt=5, version__lt=9).delete()
    [finding] = check(grown.pk).findings
    assert str(finding) == "revision at version 6: those up to 8 are missing"


def test_a_gap_where_two_portions_meet(grown: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "PORTION", 5)
    Revision.objects.filter(version__in=[5, 6]).delete()
    assert found(grown) == [("revision", 5), ("revision", 6)]


def test_revisions_above_the_head(grown: Document) -> None:
    at = Revision.objects.get(version=19)
    length = history.contents_at(grown.pk, 19).length
    Document.objects.update(version=19, digest=at.digest, updated_at=at.at, length=length)
    assert ("head", 19) in found(grown)


def test_it_says_no_word_of_the_text(grown: Document) -> None:
    Revision.objects.filter(version=3).update(delta='[{"insert":"secret"}]')
    Snapshot.objects.filter(version=8).update(contents=Snapshot.pack([{"insert": "secret\n"}]))
    assert "secret" not in " ".join(map(str, check(grown.pk).findings))


def test_what_nobody_would_read_is_not_looked_for(grown: Document, alice: User) -> None:
    other = acts.create(alice.pk, "Other")
    grow(other, [alice], 2 * MOST_FINDINGS, random.Random(3))
    Revision.objects.filter(document=other).update(digest="0")
    report = check(other.pk)
    assert (len(report.findings), report.complete) == (MOST_FINDINGS, False)


# A part of it


def test_it_goes_on_from_what_was_verified(grown: Document) -> None:
    Revision.objects.filter(version=3).update(delta="[]")
    assert found(grown, after=10) == []
    assert found(grown, after=7) == [("revision", 3)]


def test_a_damaged_snapshot_to_go_on_from(grown: Document) -> None:
    Snapshot.objects.filter(version=8).update(contents=b"")
    assert ("snapshot", 8) in found(grown, after=10)


def test_a_wrong_snapshot_to_go_on_from_is_told_by_what_follows(grown: Document) -> None:
    Snapshot.objects.filter(version=8).update(contents=Snapshot.pack([{"insert": "another text\n"}]))
    assert found(grown, after=10)


def test_it_stops_when_told_to(grown: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "PORTION", 5)
    Document.objects.update(length=0)
    report = check(grown.pk, stop=lambda: True)
    assert (report.version, report.complete, report.sound) == (5, False, True)


def test_it_reads_in_portions(grown: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "PORTION", 5)
    with CaptureQueriesContext(connection) as queries:
        check(grown.pk)
    assert sum('"delta"' in query["sql"] for query in queries) == 4


# Editing goes on meanwhile


def test_an_edit_in_between_is_no_fault(grown: Document, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "PORTION", 5)

    def edit() -> bool:
        typed(grown, alice, "between", client_id="Alice-editor-1")
        snap(grown, grown.version)
        return False

    report = check(grown.pk, stop=edit)
    assert grown.version > 20
    assert (report.version, report.complete, report.findings) == (20, True, [])


# Repair


def test_wrong_snapshots_are_made_anew(grown: Document) -> None:
    Snapshot.objects.filter(version=8).update(contents=b"")
    Snapshot.objects.filter(version=16).update(digest="0")
    report = check(grown.pk, repair=Snapshot.save)
    assert (report.sound, report.repaired) == (True, [8, 16])
    assert check(grown.pk).sound


def test_what_the_revisions_do_not_tell_is_not_repaired(grown: Document) -> None:
    Revision.objects.filter(version=3).update(delta="[]")
    Snapshot.objects.filter(version=8).update(digest="0")
    report = check(grown.pk, repair=Snapshot.save)
    assert [finding.kind for finding in report.findings] == ["revision"]
    assert report.repaired == []
