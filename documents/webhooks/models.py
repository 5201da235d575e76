"""What is kept of webhooks, and of what was sent by them."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Token
from documents.events.cursors import Position

URL_LENGTH = 2000


class Webhook(models.Model):
    """Where someone wants to hear of a document. All up to `version` and `number` was sent. Its secret is not kept."""

    class Off(models.TextChoices):
        BY_PERSON = "person", _("by you")
        FAILING = "failing", _("its address did not take what was sent for days")
        GONE = "gone", _("its address says that it wants no more")
        RIGHTS = "rights", _("its person, or the token that made it, may not read the document")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="webhooks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="webhooks")
    # What was made by a token ends with it.
    token = models.ForeignKey(Token, models.CASCADE, null=True, related_name="+")
    url = models.CharField(max_length=URL_LENGTH)
    # Of what events, by the types of their messages.
    kinds = models.JSONField()
    deltas = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    secret_number = models.PositiveIntegerField(default=1)
    rotated_at = models.DateTimeField(null=True)
    # Why it is off; empty: it is on.
    off = models.CharField(max_length=8, choices=Off, blank=True, default="")
    version = models.PositiveBigIntegerField()
    number = models.PositiveBigIntegerField()
    # Failures since the last success, when the first of them was, and before when nothing is tried.
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.document_id} to {self.url}"

    @property
    def position(self) -> Position:
        """Where in the document's events it is."""
        return Position(self.version, self.number)

    @position.setter
    def position(self, position: Position) -> None:
        self.version, self.number = position


class Delivery(models.Model):
    """One message of a webhook: what happened after one position up to another. Its text is made when it is sent."""

    class Kind(models.TextChoices):
        EVENTS = "events", _("events")
        GONE = "gone", _("history that is gone")
        TEST = "test", _("test")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    after_version = models.PositiveBigIntegerField()
    after_number = models.PositiveBigIntegerField()
    version = models.PositiveBigIntegerField()
    number = models.PositiveBigIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)
    # Of the last attempt: its HTTP status, or what went wrong, and how long it took.
    attempts = models.PositiveIntegerField(default=0)
    attempted_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=100, blank=True, default="")
    seconds = models.FloatField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["webhook", "-made_at"], name="webhook_delivery")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def after(self) -> Position:
        """Before what it tells."""
        return Position(self.after_version, self.after_number)

    @property
    def until(self) -> Position:
        """After what it tells."""
        return Position(self.version, self.number)
