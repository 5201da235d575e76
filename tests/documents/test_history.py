"""Opening documents and reading their past."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from documents import history, snapshots
from documents.models import Document, Revision, Snapshot
from protocol import digest
from protocol.authority import ClientRow, Head
from protocol.content import Content
from protocol.delta import Delta
from protocol.errors import ProtocolError
from tests.documents.conftest import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(document: Document, alice: User) -> Document:
    """A document that reads "edcba", a letter a version."""
    typed(document, alice, *"abcde")
    return document


def snap(document: Document, version: int, text: str | None = None) -> None:
    """Keeps the contents at `version`, or a text that tells where they were read from."""
    content = history.contents_at(document.pk, version)
    if text is not None:
        content = Content.from_delta(Delta([{"insert": text + "\n"}]))
    row = Revision.objects.get(document=document, version=version)
    contents = Snapshot.pack(content.to_json())
    Snapshot.objects.create(document=document, version=version, contents=contents, digest=row.digest)


# Opening


def test_it_opens_at_the_head(written: Document) -> None:
    opened = history.open_document(written.pk)
    assert (opened.id, opened.title, opened.state) == (written.pk, "A document", "open")
    assert opened.head.version == 5
    assert opened.head.content.text() == "edcba\n"
    assert opened.digest == written.digest


def test_it_opens_an_empty_document(document: Document) -> None:
    opened = history.open_document(document.pk)
    assert opened.head == Head(0, Content.EMPTY)
    assert opened.digest == digest.START


def test_it_reads_the_newest_snapshot_and_its_tail_alone(written: Document, django_assert_num_queries: Any) -> None:
    snap(written, 2, "older")
    snap(written, 4, "newer")
    Revision.objects.filter(version__lte=4).delete()
    with django_assert_num_queries(3):
        opened = history.open_document(written.pk)
    assert opened.head.content.text() == "enewer\n"
    assert opened.snapshot == 4


def test_a_snapshot_at_the_head_is_enough(written: Document) -> None:
    snap(written, 5)
    Revision.objects.all().delete()
    assert history.open_document(written.pk).head.content.text() == "edcba\n"


def test_formats_and_emoji_survive_a_snapshot(document: Document, alice: User) -> None:
    typed(document, alice, "😀 \u2028 ý")
    snap(document, 1)
    Revision.objects.all().delete()
    assert history.contents_at(document.pk, 1).to_json() == [{"insert": "😀 \u2028 ý\n"}]


def test_no_document() -> None:
    with pytest.raises(ProtocolError, match="not_found"):
        history.open_document(uuid4())


def test_a_log_with_a_gap_is_never_read_over(written: Document) -> None:
    Revision.objects.filter(version=3).delete()
    for read in (
        lambda: history.open_document(written.pk),
        lambda: history.revisions_after(written.pk, 1),
        lambda: history.revisions_after(written.pk, 2),
        lambda: list(history.deltas_between(written.pk, 2, 5)),
    ):
        with pytest.raises(ProtocolError, match="history_gone"):
            read()


# Earlier contents


def test_it_reads_every_version(written: Document) -> None:
    snap(written, 2)
    texts = [history.contents_at(written.pk, version).text() for version in range(6)]
    assert texts == ["\n", "a\n", "ba\n", "cba\n", "dcba\n", "edcba\n"]


def test_a_snapshot_of_later_is_of_no_use(written: Document) -> None:
    snap(written, 4, "later")
    assert history.contents_at(written.pk, 3).text() == "cba\n"


def test_a_version_still_to_come(written: Document) -> None:
    with pytest.raises(ProtocolError, match="base_version_ahead"):
        history.contents_at(written.pk, 6)


# The log


def test_it_reads_the_changes_between(written: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PORTION", 2)
    assert list(history.deltas_between(written.pk, 0, 5)) == [Delta([{"insert": letter}]) for letter in "abcde"]
    assert list(history.deltas_between(written.pk, 1, 4)) == [Delta([{"insert": letter}]) for letter in "bcd"]
    assert list(history.deltas_between(written.pk, 5, 5)) == []


def test_revisions_are_those_of_the_wire(written: Document, alice: User) -> None:
    [revision] = history.revisions_after(written.pk, 4)
    assert (revision.version, revision.client_id, revision.seq) == (5, "typewriter", 5)
    assert revision.user_id == str(alice.pk)
    assert revision.delta == Delta([{"insert": "e"}])
    assert revision.at == Revision.objects.get(version=5).at


def test_where_a_submission_stands(written: Document) -> None:
    assert history.committed_at(written.pk, "typewriter", 3) == 3
    assert history.committed_at(written.pk, "typewriter", 6) is None
    assert history.committed_at(written.pk, "somebody", 1) is None
    assert history.committed_at(uuid4(), "typewriter", 1) is None


def test_how_far_a_client_id_has_come(written: Document, alice: User) -> None:
    assert history.client_row(written.pk, "typewriter") == ClientRow(str(alice.pk), 5, 5)
    assert history.client_row(written.pk, "somebody") is None


def test_head_versions(written: Document) -> None:
    other = uuid4()
    assert history.head_version([written.pk, other]) == {written.pk: 5}


# Snapshots


def test_a_snapshot_is_taken_when_the_tail_is_long(written: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = history.open_document(written.pk)
    monkeypatch.setattr(snapshots, "SNAPSHOT_EVERY", 6)
    assert not snapshots.take_if_due(written.pk, opened.head, opened.digest)
    monkeypatch.setattr(snapshots, "SNAPSHOT_EVERY", 5)
    assert snapshots.take_if_due(written.pk, opened.head, opened.digest)
    assert not snapshots.take_if_due(written.pk, opened.head, opened.digest)
    taken = Snapshot.objects.get()
    assert (taken.version, taken.digest) == (5, written.digest)
    assert taken.unpack() == [{"insert": "edcba\n"}]


@pytest.mark.parametrize(
    ("versions", "left"),
    [
        ([], []),
        ([500], [500]),
        ([500, 1000], [1000]),
        (range(500, 5001, 500), [5000]),
        (range(500, 5501, 500), [5000, 5500]),
        (range(500, 21_000, 500), [5000, 10_000, 15_000, 20_000, 20_500]),
        ([9000, 9500], [9000, 9500]),
    ],
)
def test_older_snapshots_are_thinned(versions: Sequence[int], left: Sequence[int]) -> None:
    assert [version for version in versions if version not in snapshots._spare(versions, 5000)] == left


def test_thinned_as_they_come_they_lie_as_close_as_they_should() -> None:
    kept: list[int] = []
    for version in range(500, 100_000, 503):
        kept.append(version)
        kept = [one for one in kept if one not in snapshots._spare(kept, snapshots.SPARSE)]
        assert kept[-1] == version
        assert all(later - earlier <= snapshots.SPARSE for earlier, later in pairwise([0, *kept]))
    assert len(kept) <= 2 * 100_000 / snapshots.SPARSE


def test_of_large_documents_there_are_fewer() -> None:
    assert [snapshots.stretch(size) for size in (1_000, 40_000, 100_000, 10_000_000)] == [1000, 1000, 2500, 5000]


def test_a_new_snapshot_thins_the_older(written: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in (1, 2, 3):
        snap(written, version)
    monkeypatch.setattr(snapshots, "SNAPSHOT_EVERY", 2)
    monkeypatch.setattr(snapshots, "SPARSE", 3)
    opened = history.open_document(written.pk)
    assert snapshots.take_if_due(written.pk, opened.head, opened.digest)
    assert set(Snapshot.objects.values_list("version", flat=True)) == {3, 5}
    assert [history.contents_at(written.pk, version).length for version in range(6)] == [1, 2, 3, 4, 5, 6]


def test_a_snapshot_is_compressed(document: Document) -> None:
    text = "the same again and again " * 1000
    assert len(Snapshot.pack([{"insert": text}])) < len(text) / 20
