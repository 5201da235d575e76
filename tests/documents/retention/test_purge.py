"""Purging a range of versions: what they held is gone, and all that counts on them holds."""

import random
from contextlib import suppress
from typing import Any

import pytest

from accounts.models import AuditEntry, User
from documents import acts, history, snapshots
from documents.integrity.verify import verify
from documents.models import Document, Revision, SearchEntry, Snapshot
from documents.past import versions
from documents.retention.purge import Purged, purge
from documents.search import texts
from documents.submit import submit
from protocol.authority import Duplicate, Refused, Submission
from protocol.delta import Delta
from protocol.errors import ProtocolError
from tests.documents.conftest import Asker, principal, typed
from tests.documents.growing import grow, snap
from tests.scale import rounds
from tests.seeds import seeds

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(document: Document, alice: User) -> Document:
    """A document that reads "gfedcba", a letter a version."""
    typed(document, alice, *"abcdefg")
    return document


def readable(document: Document) -> dict[int, str]:
    """The versions that can be opened, and what they hold."""
    found = {}
    for version in range(document.version + 1):
        with suppress(ProtocolError):
            found[version] = history.contents_at(document.pk, version).text().strip()
    return found


def test_it_works(written: Document, alice: User) -> None:
    assert purge(written.pk, principal(alice), 3, 5).removed == 3
    assert readable(written) == {0: "", 1: "a", 2: "ba", 5: "edcba", 6: "fedcba", 7: "gfedcba"}
    written.refresh_from_db()
    assert verify(written.pk).sound
    typed(written, alice, "h")
    assert verify(written.pk).sound


def test_what_stays_of_a_revision(written: Document, alice: User) -> None:
    before = list(Revision.objects.order_by("version").values())
    purge(written.pk, None, 3, 5)
    after = list(Revision.objects.order_by("version").values())
    assert [row["version"] for row in after if row["delta"] is None] == [3, 4, 5]
    assert after == [{**row, "delta": now["delta"]} for row, now in zip(before, after, strict=True)]


def test_no_table_holds_what_was_taken_out_again(document: Document, alice: User) -> None:
    typed(document, alice, "a", "secret")
    texts.follow(60)
    snap(document, 2)
    take_out = Submission("typewriter", 3, 2, Delta([{"delete": 6}]))
    submit(document.pk, principal(alice), take_out)
    assert SearchEntry.objects.get().text == "secreta\n"
    assert purge(document.pk, None, 2, 3) == Purged(removed=2, still_there=0)
    assert not Revision.objects.filter(delta__contains="secret").exists()
    assert [snapshot.unpack() for snapshot in Snapshot.objects.all()] == [[{"insert": "a\n"}]]
    assert SearchEntry.objects.get().text == ""
    texts.follow(60)
    assert SearchEntry.objects.get().text == "a\n"


def test_it_says_how_much_still_stands(written: Document, alice: User) -> None:
    submit(written.pk, principal(alice), Submission("typewriter", 8, 7, Delta([{"retain": 3}, {"delete": 1}])))
    assert purge(written.pk, None, 3, 5).still_there == 2  # of "edc" the "d" was taken out
    assert purge(written.pk, None, 4, 6).still_there is None


def test_a_submission_that_is_in_is_told_so(written: Document, alice: User, as_alice: Asker) -> None:
    purge(written.pk, None, 3, 5)
    again = Submission("typewriter", 4, 3, Delta([{"insert": "d"}]))
    assert submit(written.pk, principal(alice), again) == Duplicate(4)
    body = {"client_id": "typewriter", "seq": 4, "base_version": 3, "delta": [{"insert": "d"}]}
    answer = as_alice("POST", f"documents/{written.pk}/revisions", body)
    assert (answer.status, answer.body) == (200, {"version": 4, "delta": None, "duplicate": True})


def test_a_change_made_in_the_gap_is_refused(written: Document, bob: User) -> None:
    purge(written.pk, None, 3, 5)
    change = Delta([{"insert": "x"}])
    for seq, base in enumerate((2, 3, 4), 1):
        refused = submit(written.pk, principal(bob), Submission("bobs-editor", seq, base, change))
        assert refused == Refused("history_gone")
    submit(written.pk, principal(bob), Submission("bobs-editor", 4, 5, change))
    assert history.open_document(written.pk).head.content.text() == "xgfedcba\n"


def test_the_history_is_told_up_to_the_gap_and_after_it(written: Document, as_bob: Asker) -> None:
    purge(written.pk, None, 3, 5)
    page = as_bob("GET", f"documents/{written.pk}/revisions").body["revisions"]
    assert [revision["version"] for revision in page] == [1, 2]
    assert as_bob("GET", f"documents/{written.pk}/revisions?after=2").refused == (409, "history_gone")
    page = as_bob("GET", f"documents/{written.pk}/revisions?after=5").body["revisions"]
    assert [revision["version"] for revision in page] == [6, 7]
    assert history.name_at(written.pk, 4) == ("typewriter", 4)


def test_up_to_the_head(written: Document, alice: User) -> None:
    purge(written.pk, None, 1, 7)
    assert readable(written) == {0: "", 7: "gfedcba"}
    assert verify(written.pk).sound
    written.refresh_from_db()
    assert written.size == 0
    typed(written, alice, "h")
    assert verify(written.pk).sound


def test_ranges_may_meet_and_overlap(written: Document) -> None:
    for first, last in ((4, 5), (2, 3), (3, 4), (5, 6)):
        purge(written.pk, None, first, last)
        assert verify(written.pk).sound
    assert readable(written) == {0: "", 1: "a", 6: "fedcba", 7: "gfedcba"}


def test_no_snapshot_that_a_gap_needs_is_thinned_out(
    written: Document, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    purge(written.pk, None, 3, 5)
    monkeypatch.setattr(snapshots, "SNAPSHOT_EVERY", 2)
    typed(written, alice, *"hijklmnop")
    kept = set(Snapshot.objects.values_list("version", flat=True))
    assert 5 in kept
    assert len(kept) < 4
    assert verify(written.pk).sound


def test_no_snapshot_brings_it_back(written: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "SNAPSHOT_EVERY", 1)
    opened = history.open_document(written.pk)
    purge(written.pk, None, 3, 7)
    Snapshot.objects.all().delete()
    assert not snapshots.take_if_due(written.pk, opened.head, opened.digest)
    assert not Snapshot.objects.exists()


def test_names_within_it_go(written: Document, alice: User) -> None:
    for version in (2, 3, 5):
        versions.name(written.pk, principal(alice), version, f"Version {version}")
    purge(written.pk, None, 3, 5)
    assert {named.version for named in versions.named(written.pk)} == {2, 5}


def test_it_is_audited(written: Document, alice: User) -> None:
    purge(written.pk, principal(alice), 3, 5)
    entry = AuditEntry.objects.get(act="history.purge")
    assert (entry.by, entry.document_id) == (alice, written.pk)
    assert entry.about == {"first": 3, "last": 5, "removed": 3}


@pytest.mark.parametrize("seed", seeds(rounds(20, 400)))
def test_whatever_is_purged_the_rest_is_as_it_was(
    seed: int, document: Document, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    grow(document, [alice, bob], rng.randint(1, 30), rng, snapshots=1)
    before = readable(document)
    for _ in range(rng.randint(1, 4)):
        first = rng.randint(1, document.version)
        purge(document.pk, None, first, rng.randint(first, document.version))
    after = readable(document)
    assert after.items() <= before.items()
    assert document.version in after
    assert verify(document.pk).sound


# Over REST, and who may


def test_over_rest(written: Document, as_alice: Asker) -> None:
    answer = as_alice("DELETE", f"documents/{written.pk}/revisions?first=3&last=5")
    assert (answer.status, answer.body) == (200, {"removed": 3, "still_there": 3})


def test_the_owner_alone_may(written: Document, as_bob: Asker, as_mallory: Asker, alice: User) -> None:
    assert as_bob("DELETE", f"documents/{written.pk}/revisions?first=3&last=5").refused == (403, "forbidden")
    assert as_mallory("DELETE", f"documents/{written.pk}/revisions?first=3&last=5").refused == (404, "not_found")
    reader = Asker(alice, "read")
    assert reader("DELETE", f"documents/{written.pk}/revisions?first=3&last=5").refused == (403, "forbidden")
    assert not Revision.objects.filter(delta=None).exists()


# Bad input


@pytest.mark.parametrize(
    ("first", "last", "code"), [(0, 3, "invalid_field"), (4, 3, "invalid_field"), (3, 8, "base_version_ahead")]
)
def test_a_range_that_is_none(written: Document, first: int, last: int, code: str) -> None:
    with pytest.raises(ProtocolError, match=code):
        purge(written.pk, None, first, last)


def test_a_damaged_document_keeps_every_byte(written: Document) -> None:
    acts.note_damage(written.pk, "head at version 7: something")
    with pytest.raises(ProtocolError, match="document_damaged"):
        purge(written.pk, None, 3, 5)


# What verification finds of gaps


def test_a_gap_without_its_snapshot_is_damage(written: Document) -> None:
    purge(written.pk, None, 3, 5)
    Snapshot.objects.all().delete()
    assert [str(finding) for finding in verify(written.pk).findings] == [
        "snapshot at version 5: it is missing, and what was removed before it cannot make it"
    ]


def test_a_lost_delta_is_no_gap(written: Document) -> None:
    Revision.objects.filter(version__in=[4, 7]).update(delta=None)
    assert {(finding.kind, finding.version) for finding in verify(written.pk).findings} == {
        ("snapshot", 4),
        ("snapshot", 7),
    }


@pytest.mark.parametrize("about", [{"contents": b"nothing"}, {"digest": "0"}])
def test_a_wrong_snapshot_after_a_gap_is_found(written: Document, about: dict[str, Any]) -> None:
    purge(written.pk, None, 3, 5)
    Snapshot.objects.filter(version=5).update(**about)
    assert ("snapshot", 5) in {(finding.kind, finding.version) for finding in verify(written.pk, repair=True).findings}


def test_a_digest_after_a_gap_is_checked(written: Document) -> None:
    purge(written.pk, None, 3, 5)
    Revision.objects.filter(version=4).update(digest="0")  # taken as given, for nothing tells
    assert verify(written.pk).sound
    Revision.objects.filter(version=5).update(digest="0")
    assert not verify(written.pk).sound
