"""What is kept of an image; its bytes are a file in Django's storage."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

# So long an image may wait to be named: in a tab that is offline, what names it is sent late.
GRACE = timedelta(days=30)


def first_look() -> datetime:
    """When it is first asked whether a new image is named."""
    return timezone.now() + GRACE


class Image(models.Model):
    """An image of one document, which names it by `image_id`; in another document that name means nothing."""

    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="images", db_index=False)
    image_id = models.UUIDField(default=uuid.uuid4, editable=False)
    # The document's version when the image came in: no earlier one names it.
    version = models.PositiveBigIntegerField(default=0)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    file = models.FileField(max_length=200)
    media_type = models.CharField(max_length=32)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    # When it is next asked whether anything that is kept still names it.
    look_at = models.DateTimeField(default=first_look, db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "image_id"], name="image")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.image_id}"
