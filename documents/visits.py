"""What someone opened last: a row for each of their documents, written at most once in a while."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from documents.models import Visit

# Whoever opens a document again and again writes no more often than this.
WRITTEN_EVERY = timedelta(minutes=1)


def note(document_id: UUID, user_id: UUID) -> None:
    """That someone opens the document now."""
    now = timezone.now()
    if Visit.objects.filter(document=document_id, user=user_id, opened_at__gt=now - WRITTEN_EVERY).exists():
        return
    visit = Visit(document_id=document_id, user_id=user_id, opened_at=now)
    Visit.objects.bulk_create(
        [visit], update_conflicts=True, update_fields=["opened_at"], unique_fields=["document", "user"]
    )
