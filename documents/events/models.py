"""What is kept of what happened to a document besides its revisions."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Event(models.Model):
    """Something that happened when the document was at `version`: after that revision, and before the next.

    Whoever writes one holds the document's row, so that the keys of one document's events rise as they are committed.
    """

    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="events", db_index=False)
    version = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # As protocol.events has it.
    message: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index("document", "version", "id", name="event_place")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.version} {self.message['type']}"
