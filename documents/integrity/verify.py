"""Verifies documents, and keeps the outcome: a damaged one is frozen with every byte, and somebody is told.

A document is walked a part at a time. Damage sends it back to the beginning, so that whatever reaches the head again
has found everything right.
"""

import logging
from collections.abc import Collection
from uuid import UUID

from django.utils import timezone

from documents import acts
from documents.integrity.lost_images import lost_images
from documents.integrity.report import Report
from documents.integrity.walk import Stop, check
from documents.models import Document, Snapshot

logger = logging.getLogger(__name__)


def verify(document_id: UUID, *, repair: bool = False) -> Report:
    """Looks at the whole document; where nothing is wrong (any more) it may be edited and opened again.

    With `repair`, wrong snapshots are made anew from the revisions, which are never touched. Raises not_found.
    """
    began = timezone.now()
    report = check(document_id, repair=Snapshot.save if repair else None)
    _look_for_images(document_id, report)
    _keep(document_id, report, verified_since=began)
    return report


def go_on(document: Document, stop: Stop) -> Report:
    """Looks at what came since the document was verified, or was left over then. Raises not_found.

    Where someone has verified it meanwhile, or asked for that, nothing found means nothing: their look counts.
    """
    began = timezone.now()
    report = check(document.pk, document.verified_version, stop=stop)
    if not document.verified_version:
        _look_for_images(document.pk, report)
    row = Document.objects.filter(pk=document.pk, verified_at=document.verified_at)
    if report.findings or row.exists():
        _keep(document.pk, report, **({} if document.verified_version else {"verified_since": began}))
    return report


def ask(document_ids: Collection[UUID]) -> None:
    """Has these documents looked at from the beginning, before any others."""
    Document.objects.filter(pk__in=document_ids).update(verified_version=0, verified_at=None)


def damaged() -> int:
    """How many documents are damaged."""
    return Document.objects.exclude(damage="").count()


def _look_for_images(document_id: UUID, report: Report) -> None:
    report.lost = lost_images(document_id)
    if report.lost:
        logger.error("document %s has lost the files of images: %s", document_id, ", ".join(report.lost))


def _keep(document_id: UUID, report: Report, **began: object) -> None:
    row = Document.objects.filter(pk=document_id)
    if report.findings:
        damage = "\n".join(map(str, report.findings))
        if acts.note_damage(document_id, damage):
            logger.error("document %s is damaged and frozen: %s", document_id, damage.replace("\n", "; "))
        row.update(verified_version=0, verified_at=timezone.now())
    elif report.complete:
        row.update(verified_version=report.version, verified_at=timezone.now(), **began)
        if row.exclude(damage="").exists():
            acts.note_damage(document_id, "")
    else:
        row.update(verified_version=report.version, **began)
