"""What is kept of links and who came in through them, of invitations, and of those who asked to come in."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def unexpired(self) -> "ShareLinkQuerySet":
        """Links that still let their people be where they are."""
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=Now()))


class ShareLink(models.Model):
    """An address that lets in whoever has it. The address itself is not kept, see documents.sharing.addresses."""

    class Role(models.TextChoices):
        EDITOR = "editor", _("editor")
        VIEWER = "viewer", _("viewer")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="share_links")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    label = models.CharField(_("label"), max_length=100, blank=True)
    # As Django keeps passwords; empty where none is asked for.
    password = models.CharField(max_length=128, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True)
    guests = models.BooleanField(_("lets in people without an account"), default=False)
    most_people = models.PositiveIntegerField(_("lets in at most"), null=True)
    # Everyone who ever came in through it, those who left again too.
    people = models.PositiveIntegerField(_("has let in"), default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    # Some of `memberships`, where they were read along (documents.api.links).
    first_members: "list[LinkMembership]"

    objects = ShareLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label or str(self.pk)

    @property
    def lets_in(self) -> bool:
        """Whether someone new may still come in through it."""
        full = self.most_people is not None and self.people >= self.most_people
        return not full and (self.expires_at is None or self.expires_at > timezone.now())


class LinkMembership(models.Model):
    """That someone came into a document through a link: they have its role as long as it lives."""

    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="memberships")
    # The link's own document, so that the rights are found by document and person.
    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="link_memberships")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index("document", "user", name="link_membership_pair")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["link", "user"], name="link_membership")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} by {self.link_id}"


class Invitation(models.Model):
    """That whoever has this e-mail address becomes a member, as soon as they have an account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="invitations", db_index=False)
    # In lower case.
    email = models.EmailField(db_index=True)
    role = models.CharField(max_length=16)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "email"], name="invitation")
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"


class AccessRequest(models.Model):
    """That someone would like to come into a document, and waits for an answer."""

    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="access_requests", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "user"], name="access_request")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.document_id}"
