"""How much somebody's documents may take, and what they take: the bytes of the histories of those that they own, and of
their images.

Whoever is beyond it makes no more documents, and no more images come into theirs. What is being typed is never refused
for it: no words are lost, and the largest document is bounded anyway.
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Sum

from accounts.models import User
from documents.images.models import Image
from documents.models import Document
from protocol.errors import ProtocolError


@dataclass(frozen=True, slots=True)
class Usage:
    """What somebody's documents take, in bytes, and may take (None: as much as there is)."""

    used: int
    quota: int | None


def usage(user_id: UUID) -> Usage:
    """What the documents that someone owns take; those in the trash are theirs too."""
    owned = (Document.objects.filter(owner=user_id), Image.objects.filter(document__owner=user_id))
    used = sum(rows.aggregate(used=Sum("size", default=0))["used"] for rows in owned)
    own = User.objects.values_list("quota", flat=True).get(pk=user_id)
    return Usage(used, (settings.QUOTA_BYTES or None) if own is None else own)


def require_room(user_id: UUID, more: int = 0) -> None:
    """Raises quota_exceeded where someone's documents take all that they may, or would with `more` bytes."""
    if not settings.QUOTA_BYTES and not User.objects.filter(pk=user_id, quota__isnull=False).exists():
        return
    found = usage(user_id)
    if found.quota is not None and (found.used >= found.quota or found.used + more > found.quota):
        raise ProtocolError("quota_exceeded")
