"""What is kept of a document: its head, its revisions, whose client ids they bear, and who may do what."""

import json
import uuid
import zlib
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import documents.events.models
import documents.images.models
import documents.sharing.models
import documents.webhooks.models  # noqa: F401 - Django looks for models here
from accounts.models import Group
from documents.publishing.models import Publication  # noqa: F401 - Django looks for models here
from protocol import digest

TITLE_LENGTH = 200
FOLDER_LENGTH = 100


class Document(models.Model):
    """A document as of its newest revision. `version`, `digest`, `length` and `size` move only in documents.commit."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        FROZEN = "frozen", _("frozen")
        TRASHED = "trashed", _("in the trash")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    # A document never stands without an owner: it is handed on before its owner can go.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="owned_documents", verbose_name=_("owner")
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    viewers_see_history = models.BooleanField(_("viewers see the history"), default=False)
    is_template = models.BooleanField(_("template"), default=False, db_default=False)
    version = models.PositiveBigIntegerField(_("version"), default=0, editable=False)
    digest = models.CharField(max_length=64, default=digest.START, editable=False)
    length = models.PositiveBigIntegerField(_("length in UTF-16 code units"), default=1, editable=False)
    # What its revisions' deltas take in the database.
    size = models.PositiveBigIntegerField(_("size of the history in bytes"), default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last changed"), default=timezone.now, editable=False)
    trashed_at = models.DateTimeField(_("moved to the trash"), null=True, editable=False)
    # What documents.integrity has found wrong: until it finds nothing, nobody edits and nobody opens the document.
    damage = models.TextField(_("damage"), blank=True, default="", db_default="", editable=False)
    # Everything up to this version was looked at since `verified_since`; the head was last reached at `verified_at`.
    verified_version = models.PositiveBigIntegerField(_("verified version"), default=0, db_default=0, editable=False)
    verified_since = models.DateTimeField(null=True, editable=False)
    verified_at = models.DateTimeField(_("verified"), null=True, editable=False)
    # Drafting history older than so many days is removed but for named versions; None: all is kept.
    keep_days = models.PositiveIntegerField(_("days that drafts are kept"), null=True, blank=True, editable=False)
    # Everything up to this version is compacted.
    compacted_version = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)
    # How often something of the history was removed: whoever holds some of it in memory then reads it anew.
    removals = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes: ClassVar[list[models.Index]] = [
            models.Index("trashed_at", condition=models.Q(state="trashed"), name="document_trash"),
            models.Index("id", condition=~models.Q(damage=""), name="document_damaged"),
            # The admin's order. That of the last change would cost every commit an index.
            models.Index("created_at", "id", name="document_created"),
            models.Index("keep_days", condition=models.Q(keep_days__isnull=False), name="document_keep_days"),
        ]

    def __str__(self) -> str:
        return self.title


class Revision(models.Model):
    """One committed change. `delta` is canonical JSON text, `digest` chains it to all that came before.

    Without its delta it is a tombstone (documents.retention): what it changed is gone, that it was stays.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="revisions", db_index=False)
    version = models.PositiveBigIntegerField(_("version"))
    client_id = models.CharField(max_length=64)
    seq = models.PositiveBigIntegerField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    at = models.DateTimeField(_("when"))
    delta = models.TextField(null=True)  # noqa: DJ001 - "" is no delta, and none is not ""
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("document", "version", name="revision_version"),
            models.UniqueConstraint("document", "client_id", "seq", name="revision_submission"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index("document", "version", condition=models.Q(delta=None), name="revision_removed")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.version}"


class ClientPosition(models.Model):
    """How far a client id has come in a document, and whose it is. It outlives the revisions themselves."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="client_positions", db_index=False)
    client_id = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    acked_seq = models.PositiveBigIntegerField()
    version = models.PositiveBigIntegerField()
    # Whose it was in the archive that it came from, where that is nobody known here.
    imported_name = models.CharField(max_length=128, default="", db_default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "client_id"], name="client_position")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.client_id}"


class Rejection(models.Model):
    """The highest seq that was refused to someone under a client id: neither it nor one below it is ever committed."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="rejections", db_index=False)
    client_id = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seq = models.PositiveBigIntegerField()

    class Meta:
        # By person too: whoever may not write at all must not be in the way of whose client id it is.
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "client_id", "user"], name="rejection")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.client_id}"


class Snapshot(models.Model):
    """The whole contents at one version, so that opening reads a short tail; compressed JSON of the Delta."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="snapshots", db_index=False)
    version = models.PositiveBigIntegerField()
    contents = models.BinaryField()
    digest = models.CharField(max_length=64)
    # Who wrote what of it (documents.past.authorship), once someone has asked.
    authorship = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "version"], name="snapshot_version")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.version}"

    @staticmethod
    def pack(ops: list[Any]) -> bytes:
        """Ops as `contents` holds them."""
        return zlib.compress(json.dumps(ops, ensure_ascii=False, separators=(",", ":")).encode())

    def unpack(self) -> list[dict[str, Any]]:
        """The ops of `contents`."""
        ops: list[dict[str, Any]] = json.loads(zlib.decompress(self.contents))
        return ops

    def unpack_authorship(self) -> list[tuple[int, str | None]]:
        """The runs of `authorship`, which has to be there."""
        runs: list[tuple[int, str | None]] = json.loads(zlib.decompress(self.authorship or b""))
        return runs


class NamedVersion(models.Model):
    """A version that someone gave a name, to find it again. The history's compaction keeps it."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="named_versions", db_index=False)
    version = models.PositiveBigIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=TITLE_LENGTH)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("named by")
    )
    at = models.DateTimeField(_("named"), default=timezone.now)

    class Meta:
        verbose_name = _("named version")
        verbose_name_plural = _("named versions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "version"], name="named_version")
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Someone other than the owner who may enter a document, and as what."""

    class Role(models.TextChoices):
        ADMIN = "admin", _("admin")
        EDITOR = "editor", _("editor")
        VIEWER = "viewer", _("viewer")

    document = models.ForeignKey(Document, models.CASCADE, related_name="memberships", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "user"], name="membership")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class GroupMembership(models.Model):
    """A group whose people may enter a document, and as what."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="group_memberships", db_index=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships", verbose_name=_("group"))
    role = models.CharField(_("role"), max_length=16, choices=Membership.Role)

    class Meta:
        verbose_name = _("group with access")
        verbose_name_plural = _("groups with access")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "group"], name="group_membership")
        ]

    def __str__(self) -> str:
        return f"{self.group} ({self.role})"


class Process(models.Model):
    """A server process that has connections. It is dead once `lease` has passed, by the database's clock."""

    name = models.CharField(max_length=64, primary_key=True)
    lease = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name


class Connection(models.Model):
    """One live connection to a document, until `lease`, which its process keeps renewing, or until that one is dead."""

    session_id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    document = models.ForeignKey(Document, models.CASCADE, related_name="connections")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    process = models.CharField(max_length=64)
    client_id = models.CharField(max_length=64)
    since = models.DateTimeField()
    lease = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.session_id)


class SearchEntry(models.Model):
    """What can be found of a document (documents.search): its title now, its text as of `version`, read `at`."""

    document = models.OneToOneField(Document, models.CASCADE, related_name="search_entry")
    version = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(null=True)
    text = models.TextField(default="")
    title_words = models.TextField(default="")
    words = models.TextField(default="")

    def __str__(self) -> str:
        return f"{self.document_id} {self.version}"


class Star(models.Model):
    """That someone wants to find the document again; nobody else sees it."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="stars", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "user"], name="star")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.user_id}"


class Folder(models.Model):
    """A person's own place for documents; nobody else sees it, and it gives nobody any right."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=FOLDER_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "name"], name="folder_name")
        ]

    def __str__(self) -> str:
        return self.name


class Placement(models.Model):
    """That someone keeps the document in a folder of theirs: in one at most."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="placements", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    folder = models.ForeignKey(Folder, models.CASCADE, related_name="placements")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "user"], name="placement")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.folder_id}"


class Visit(models.Model):
    """When someone last opened the document in the editor, to within a minute; nobody else sees it."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="visits", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "user"], name="visit")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "-opened_at"], name="visit_latest")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.user_id}"
