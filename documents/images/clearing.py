"""Deletes images that nothing names any more: no change that is kept, and no contents of a version.

As long as one does, an undo or a restored version may show the image again. Files go once the deletion is committed,
by a job, so that neither a rollback nor a crash leaves a row without its file or a file for ever.
"""

from collections.abc import Iterator
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone

from documents import acts
from documents.images.models import GRACE, Image
from documents.models import Document, Revision, Snapshot
from jobs.pace import Pace
from jobs.queue import enqueue

JOB = "documents.delete_image_file"
# How many images are found at a time.
PORTION = 100


def clear_due(seconds: float) -> None:
    """Looks at images whose turn it is for so long, resting most of the time."""
    pace = Pace(seconds)
    due = Image.objects.filter(look_at__lt=timezone.now()).order_by("look_at")
    for image in due[:PORTION]:
        look(image)
        if pace():
            return


def look(image: Image) -> None:
    """Deletes the image if nothing names it; else it is looked at again later."""
    seen = Document.objects.get(pk=image.document_id)
    # Before the document's row is held, for it may take a second.
    named = _is_named(image)
    with acts.held(image.document_id) as document:
        if document.removals != seen.removals:
            return
        if named or _changes_that_name(image, seen.version + 1).exists():
            Image.objects.filter(pk=image.pk).update(look_at=timezone.now() + GRACE)
        else:
            image.delete()


def look_soon(document: Document, last: int) -> None:
    """Something up to version `last` was removed from the document's history, and perhaps the last name of an image."""
    Image.objects.filter(document=document, version__lte=last).update(look_at=timezone.now())


def delete_file(name: str) -> None:
    """Deletes the file; that it is gone already is no error."""
    default_storage.delete(name)


def _is_named(image: Image) -> bool:
    if _changes_that_name(image, image.version).exists():
        return True
    return any(str(image.image_id) in contents for contents in _contents(image))


def _changes_that_name(image: Image, first: int) -> QuerySet[Revision]:
    return Revision.objects.filter(document=image.document_id, version__gte=first, delta__contains=str(image.image_id))


def _contents(image: Image) -> Iterator[str]:
    """Snapshots hold what revisions gave them, so they tell more only where a revision's text was removed."""
    if not Revision.objects.filter(document=image.document_id, delta=None).exists():
        return
    kept = Snapshot.objects.filter(document=image.document_id, version__gte=image.version)
    for snapshot in kept.iterator(chunk_size=1):
        yield str(snapshot.unpack())


@receiver(post_delete, sender=Image)
def _enqueue_file(instance: Image, **about: Any) -> None:
    enqueue(JOB, {"name": instance.file.name}, key=instance.file.name)
