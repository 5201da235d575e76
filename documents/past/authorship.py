"""Who wrote what of a document, at any of its versions.

Working it out takes all revisions up to there, so it is kept beside each snapshot on the way, and goes on from the
nearest of them. The first who asks about a long history asks several times, and gets further each time.
"""

from dataclasses import dataclass
from uuid import UUID

from documents import history
from documents.models import Revision, Snapshot
from documents.past.reverting import between
from protocol import authorship
from protocol.content import Content
from protocol.errors import ProtocolError

# Revisions after which one call stops at the next snapshot: about a second's work.
AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Authorship:
    """The runs of one author each at a version: length in UTF-16 code units, and the author's id where it is known."""

    version: int
    runs: list[tuple[int, str | None]]


def authorship_at(document_id: UUID, version: int) -> Authorship:
    """Who wrote what at `version`, or at the lower one that was reached meanwhile: then ask again.

    Raises not_found, base_version_ahead, history_gone.
    """
    head = history.head_version([document_id]).get(document_id)
    if head is None:
        raise ProtocolError("not_found")
    if version > head:
        raise ProtocolError("base_version_ahead")
    begun, written = _nearest(document_id, version)
    reached = begun
    for following in (*_snapshots(document_id, begun, version), version):
        written = _further(document_id, written, reached, following)
        reached = following
        _keep(document_id, reached, written)
        if reached - begun >= AT_ONCE:
            break
    return Authorship(reached, list(authorship.runs(written)))


def forget(document_id: UUID, author: str) -> None:
    """Takes an author out of what is kept: what they wrote is nobody's."""
    known = Snapshot.objects.filter(document=document_id, authorship__isnull=False).defer("contents")
    for snapshot in known.iterator():
        runs = [(length, None if by == author else by) for length, by in snapshot.unpack_authorship()]
        Snapshot.objects.filter(pk=snapshot.pk).update(authorship=Snapshot.pack(runs))


def _nearest(document_id: UUID, version: int) -> tuple[int, Content]:
    known = Snapshot.objects.filter(document=document_id, version__lte=version, authorship__isnull=False)
    snapshot = known.order_by("-version").defer("contents").first()
    if snapshot is None:
        return 0, authorship.NOBODY
    return snapshot.version, authorship.of_runs(snapshot.unpack_authorship())


def _snapshots(document_id: UUID, after: int, version: int) -> list[int]:
    rows = Snapshot.objects.filter(document=document_id, version__gt=after, version__lt=version)
    return list(rows.order_by("version").values_list("version", flat=True))


def _further(document_id: UUID, written: Content, after: int, version: int) -> Content:
    rows = Revision.objects.filter(document=document_id, version__gt=after, version__lte=version)
    if rows.filter(delta=None).exists():
        # What was removed of the history is made up for by what it made.
        authors = list(rows.order_by().values_list("user", flat=True).distinct()[:2])
        author = str(authors[0]) if len(authors) == 1 and authors[0] else None
        change = between(history.contents_at(document_id, after), history.contents_at(document_id, version))
        return written.apply(authorship.written(change, author))
    for author, change in history.written_between(document_id, after, version):
        written = written.apply(authorship.written(change, author))
    return written


def _keep(document_id: UUID, version: int, written: Content) -> None:
    packed = Snapshot.pack(list(authorship.runs(written)))
    Snapshot.objects.filter(document=document_id, version=version, authorship=None).update(authorship=packed)
