"""Compacts drafting history: of what is older than the document's owner wants, named versions alone stay.

A job does it in steps. Only what was verified is removed, for afterwards nothing could be made right again.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts import audit
from accounts.principals import Principal
from documents import acts
from documents.models import Document, NamedVersion, Revision
from documents.retention.removal import remove, whole
from jobs.pace import Pace
from protocol.errors import ProtocolError

# Revisions that one step looks at.
STEP = 1000
# How many documents are found at a time.
PORTION = 100
LONGEST_DAYS = 36_500


def keep(document_id: UUID, by: Principal | None, days: int | None) -> None:
    """Has drafts removed when they are older than so many days, or (None) all kept from now on; needs `purge`.

    Raises invalid_field.
    """
    if days is not None and not 0 < days <= LONGEST_DAYS:
        raise ProtocolError("invalid_field", f"Drafts are kept for 1 to {LONGEST_DAYS} days.")
    with acts.held(document_id) as document:
        acts.require(document, by, "purge")
        document.keep_days = days
        document.save(update_fields=["keep_days"])
        audit.record("history.keep", by=by, document_id=document_id, days=days)


def compact_due(seconds: float) -> None:
    """Compacts documents for so long, resting most of the time."""
    pace = Pace(seconds)
    for document_id, before in _due(timezone.now()):
        while compact(document_id, before):
            if pace():
                return


def _due(now: datetime) -> Iterator[tuple[UUID, datetime]]:
    """Documents whose next revision to be compacted was verified and made before a time."""
    wanted = Document.objects.filter(keep_days__isnull=False, damage="", verified_version__gt=F("compacted_version"))
    for days in wanted.order_by("keep_days").values_list("keep_days", flat=True).distinct():
        before = now - timedelta(days=days or 0)
        older = Revision.objects.filter(
            document=OuterRef("pk"), version=OuterRef("compacted_version") + 1, at__lt=before
        )
        due = wanted.filter(Exists(older), keep_days=days)
        for document_id in due.values_list("pk", flat=True)[:PORTION]:
            yield document_id, before


def compact(document_id: UUID, before: datetime) -> bool:
    """Removes the next portion of the revisions made before a time; says whether more may follow."""
    document = Document.objects.filter(pk=document_id).first()
    if document is None or document.keep_days is None or document.damage:
        return False
    first = document.compacted_version + 1
    last = _last_older(document, first, before)
    if last < first:
        return False
    kept = _named(document_id, first, last) | {last}
    removals = document.removals
    # Before the document's row is held: what a version holds never changes, and who wrote it only by a removal.
    wholes = {version: whole(document_id, version) for version in sorted(kept)}
    with acts.held(document_id) as document:
        if document.removals != removals or _named(document_id, first, last) - kept:
            return True
        # Where the last step ended, contents are needed no more, unless by name.
        start = first if _named(document_id, first - 1, first - 1) else first - 1
        removed = remove(document, start, last, wholes)
        document.compacted_version = last
        document.save(update_fields=["compacted_version"])
        audit.record("history.compact", by=None, document_id=document_id, first=first, last=last, removed=removed)
    return True


def _last_older(document: Document, first: int, before: datetime) -> int:
    """The last version of the next portion that was verified, and made before a time."""
    until = min(first + STEP - 1, document.verified_version)
    rows = Revision.objects.filter(document=document, version__gte=first, version__lte=until)
    newer = rows.filter(at__gte=before).order_by("version").values_list("version", flat=True).first()
    return until if newer is None else newer - 1


def _named(document_id: UUID, first: int, last: int) -> set[int]:
    named = NamedVersion.objects.filter(document=document_id, version__gte=first, version__lte=last)
    return set(named.values_list("version", flat=True))
