"""Reads a document's past: the head to go on from, the revisions after a version, the contents at one.

The log is only ever appended to, so a head read first and a log read up to that head agree without a transaction.
What was removed from it (documents.retention) is a gap, which nothing is read over; contents stand at its end.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Length

from documents.models import ClientPosition, Document, Revision, Snapshot
from protocol.authority import ClientRow, Head
from protocol.content import Content
from protocol.delta import Delta
from protocol.errors import ProtocolError
from protocol.ground import Name
from protocol.messages import Revision as RevisionMessage

PAGE = 500
PAGE_BYTES = 512 * 1024
# Rows are read in portions of so many, for one alone may be megabytes.
PORTION = 50


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document ready to be worked on. `digest` is that of `head.version`; `snapshot` the version read from."""

    id: UUID
    title: str
    state: str
    damaged: bool
    removals: int
    head: Head
    digest: str
    snapshot: int


def open_document(document_id: UUID) -> OpenDocument:
    """The document at its newest version, from the newest snapshot and its tail. Raises not_found."""
    try:
        document = Document.objects.get(pk=document_id)
    except Document.DoesNotExist:
        raise ProtocolError("not_found") from None
    content, snapshot = _replay(document_id, document.version)
    head = Head(document.version, content)
    return OpenDocument(
        id=document_id,
        title=document.title,
        state=document.state,
        damaged=bool(document.damage),
        removals=document.removals,
        head=head,
        digest=document.digest,
        snapshot=snapshot,
    )


def contents_at(document_id: UUID, version: int) -> Content:
    """The contents after revision `version`. Raises not_found, base_version_ahead, history_gone."""
    newest = head_version([document_id]).get(document_id)
    if newest is None:
        raise ProtocolError("not_found")
    if version > newest:
        raise ProtocolError("base_version_ahead")
    return _replay(document_id, version)[0]


def head_version(document_ids: Collection[UUID]) -> dict[UUID, int]:
    """The newest versions of those documents that there are."""
    return dict(Document.objects.filter(pk__in=document_ids).values_list("pk", "version"))


def revisions_after(
    document_id: UUID, after: int, limit: int = PAGE, limit_bytes: int = PAGE_BYTES
) -> list[RevisionMessage]:
    """The next page of revisions after `after`: at most `limit`, and at least one even above `limit_bytes`.

    It ends where a removed one follows. Empty at the head (and above it). Raises history_gone where the next one is
    no longer kept.
    """
    rows = Revision.objects.filter(document=document_id, version__gt=after).order_by("version")
    sizes = list(rows.annotate(size=Length("delta")).values_list("version", "size")[:limit])
    if not sizes:
        return []
    kept = rows.filter(version__lte=_last_within(sizes, limit_bytes), delta__isnull=False)
    page = [_message(row, row.delta) for row in kept if row.delta is not None]
    if not page:
        raise ProtocolError("history_gone")
    _without_gap(after, [revision.version for revision in page])
    return page


def _last_within(sizes: Iterable[tuple[int, int | None]], limit_bytes: int) -> int:
    """The last version of a page; 0 where its first revision is removed, which has no size."""
    last = total = 0
    for version, size in sizes:
        total += size or 0
        if size is None or (last and total > limit_bytes):
            break
        last = version
    return last


def is_whole_after(document_id: UUID, after: int) -> bool:
    """Whether none of the revisions after that version was removed."""
    return not Revision.objects.filter(document=document_id, version__gt=after, delta=None).exists()


def name_at(document_id: UUID, version: int) -> Name | None:
    """The client_id and seq of the revision that made a version, which a removed one still has."""
    return Revision.objects.filter(document=document_id, version=version).values_list("client_id", "seq").first()


def message(version: int, client_id: str, seq: int, user_id: str | None, at: datetime, delta: str) -> RevisionMessage:
    """A revision as it is told, of what its row holds."""
    return RevisionMessage(
        version=version, client_id=client_id, seq=seq, user_id=user_id, at=at, delta=Delta(json.loads(delta))
    )


def _message(row: Revision, delta: str) -> RevisionMessage:
    user_id = str(row.user_id) if row.user_id else None
    return message(row.version, row.client_id, row.seq, user_id, row.at, delta)


def deltas_between(document_id: UUID, after: int, version: int) -> Iterator[Delta]:
    """The changes after version `after` up to `version`, read in portions. Raises history_gone."""
    return (delta for _, delta in written_between(document_id, after, version))


def written_between(document_id: UUID, after: int, version: int) -> Iterator[tuple[str | None, Delta]]:
    """The changes like `deltas_between`, each with the id of whoever made it."""
    for start in range(after, version, PORTION):
        end = min(start + PORTION, version)
        rows = Revision.objects.filter(document=document_id, version__gt=start, version__lte=end)
        kept = rows.filter(delta__isnull=False).order_by("version").values_list("version", "user", "delta")
        found = [(number, user_id, text) for number, user_id, text in kept if text is not None]
        _without_gap(start, [number for number, _, _ in found], end)
        for _, user_id, text in found:
            yield str(user_id) if user_id else None, Delta(json.loads(text))


def _without_gap(after: int, versions: Sequence[int], end: int | None = None) -> None:
    last = after + len(versions) if end is None else end
    if list(versions) != list(range(after + 1, last + 1)):
        raise ProtocolError("history_gone")


def client_row(document_id: UUID, client_id: str) -> ClientRow | None:
    """Whose the client id is and how far it has come, or None where it never committed.

    Its `version` may lie above a head read earlier: read the log up to it before answering with its `acked_seq`.
    """
    row = ClientPosition.objects.filter(document=document_id, client_id=client_id).first()
    if row is None:
        return None
    return ClientRow(str(row.user_id) if row.user_id else None, row.acked_seq, row.version)


def committed_at(document_id: UUID, client_id: str, seq: int) -> int | None:
    """The version at which this submission stands, or None."""
    rows = Revision.objects.filter(document=document_id, client_id=client_id, seq=seq)
    return rows.values_list("version", flat=True).first()


def _replay(document_id: UUID, version: int) -> tuple[Content, int]:
    """The contents at `version`, and the version of the snapshot that they were made from."""
    snapshots = Snapshot.objects.filter(document=document_id, version__lte=version)
    snapshot = snapshots.order_by("-version").defer("authorship").first()
    content = Content.from_delta(Delta(snapshot.unpack())) if snapshot else Content.EMPTY
    start = snapshot.version if snapshot else 0
    for delta in deltas_between(document_id, start, version):
        content = content.apply(delta)
    return content, start
