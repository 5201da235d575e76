"""Snapshots bound what opening a document reads. They are taken beside the hot path, by whoever holds the contents."""

from uuid import UUID

from documents.models import Snapshot
from protocol.authority import Head

# A document opens from its newest snapshot and at most about this many revisions.
SNAPSHOT_EVERY = 500


def take_if_due(document_id: UUID, head: Head, digest: str) -> bool:
    """Keeps `head` (whose digest is `digest`, committed already) if the tail has grown long; says whether it did."""
    taken = Snapshot.objects.filter(document=document_id).order_by("-version").values_list("version", flat=True)
    if head.version - (taken.first() or 0) < SNAPSHOT_EVERY:
        return False
    contents = Snapshot.pack(head.content.to_json())
    row = Snapshot(document_id=document_id, version=head.version, contents=contents, digest=digest)
    # Two processes may take the same one at once: they are equal.
    Snapshot.objects.bulk_create([row], ignore_conflicts=True)
    return True
