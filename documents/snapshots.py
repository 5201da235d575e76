"""Snapshots bound what opening a document reads. They are taken beside the hot path, by whoever holds the contents."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from uuid import UUID

from django.db import transaction

from documents.models import Document, Revision, Snapshot
from protocol.authority import Head

# A document opens from its newest snapshot and at most about this many revisions.
SNAPSHOT_EVERY = 500
# An earlier version opens from an older snapshot and at most so many revisions: fifty milliseconds' work.
SPARSE = 1000
# Of a large document snapshots are fewer, for together they are not to take more room than a tenth of the revisions
# between (some 400 bytes each); and yet no fewer than open in a quarter of a second.
BYTES_A_REVISION = 40
SPARSEST = 5000


def take_if_due(document_id: UUID, head: Head, digest: str) -> bool:
    """Keeps `head` (whose digest is `digest`, committed already) if the tail has grown long; says whether it did.

    Of the older snapshots it leaves as many as it takes to open any version.
    """
    taken = Snapshot.objects.filter(document=document_id).order_by("-version").values_list("version", flat=True)
    if head.version - (taken.first() or 0) < SNAPSHOT_EVERY:
        return False
    contents = Snapshot.pack(head.content.to_json())
    row = Snapshot(document_id=document_id, version=head.version, contents=contents, digest=digest)
    with transaction.atomic():
        # Nothing is removed from the history meanwhile: those contents would come back, or that gap's would go.
        list(Document.objects.select_for_update(no_key=True).filter(pk=document_id).values_list("pk"))
        if Revision.objects.filter(document=document_id, version=head.version, delta=None).exists():
            return False
        # Two processes may take the same one at once: they are equal.
        Snapshot.objects.bulk_create([row], ignore_conflicts=True)
        _thin(document_id, stretch(len(contents)))
    return True


def stretch(size: int) -> int:
    """Over how many revisions a snapshot of so many bytes may be the only one."""
    return max(SPARSE, min(size // BYTES_A_REVISION, SPARSEST))


def _thin(document_id: UUID, longest: int) -> None:
    snapshots = Snapshot.objects.filter(document=document_id)
    versions = list(snapshots.order_by("version").values_list("version", flat=True))
    removed = Revision.objects.filter(document=document_id, version__in=snapshots.values("version"), delta=None)
    # What stands at a removed revision cannot be made again.
    spare = _spare(versions, longest, set(removed.values_list("version", flat=True)))
    snapshots.filter(version__in=spare).delete()


def _spare(versions: Sequence[int], longest: int, needed: Collection[int] = ()) -> list[int]:
    """Those of the versions (in order) without which no stretch is longer; none that is needed, nor the newest."""
    spare = []
    kept = 0
    for version, following in pairwise(versions):
        if following - kept <= longest and version not in needed:
            spare.append(version)
        else:
            kept = version
    return spare
