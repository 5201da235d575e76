import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.colors import color_of

# Of a group.
NAME_LENGTH = 100

one_line = RegexValidator(r"^[^\x00-\x1f\x7f\u2028\u2029]*$", _("A name is one line of text."))
hex_color = RegexValidator(r"^#[0-9a-f]{6}$", _("A color is written as #rrggbb."))


class People(BaseUserManager["User"]):
    """Makes users, who are known by their e-mail address alone."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new person; without a password nobody can log in as them by password. Refuses no e-mail."""
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new person who may do anything in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. `name` is what others see, `color` (`#rrggbb`) marks their caret."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=128, blank=True, validators=[one_line])
    color = models.CharField(_("color"), max_length=7, blank=True, validators=[hex_color])
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    # Without an account: see accounts.guests.
    is_guest = models.BooleanField(_("guest"), default=False, db_default=False, editable=False)
    # Of an agent, a program that takes part by its own name: on whose behalf it acts (accounts.agents).
    keeper = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, editable=False, related_name="agents", verbose_name=_("keeper")
    )
    # None: any number. Kept to by the commit, for agents alone (accounts.budgets).
    changes_an_hour = models.PositiveIntegerField(_("changes an hour"), null=True, editable=False)
    # None: as the setting QUOTA_BYTES has it.
    quota = models.PositiveBigIntegerField(_("storage quota in bytes"), null=True, blank=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[People] = People()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.color = self.color or color_of(self.id)
        super().save(*args, **kwargs)

    @property
    def display_name(self) -> str:
        """What others see: the name, or else the e-mail's part before the @. A guest is always marked as one."""
        if self.is_guest:
            return gettext("%(name)s (guest)") % {"name": self.name}
        return self.name or self.email.partition("@")[0]


class Spending(models.Model):
    """How many changes an agent has made within an hour, which is counted from the epoch."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    hour = models.PositiveBigIntegerField()
    changes = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.changes} of {self.user_id}"


class TokenQuerySet(models.QuerySet["Token"]):
    def live(self) -> "TokenQuerySet":
        """Tokens that still open the door: not revoked, not expired, of an active person, or an agent of one."""
        unexpired = models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now())
        kept = models.Q(user__keeper=None) | models.Q(user__keeper__is_active=True)
        return self.filter(unexpired, kept, revoked_at=None, user__is_active=True)


class Token(models.Model):
    """A bearer's key to a person's rights. The secret is shown once and only its SHA-256 is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("user"))
    name = models.CharField(_("name"), max_length=100, validators=[one_line])
    prefix = models.CharField(_("prefix"), max_length=12, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(_("scopes"))
    # A token made with another dies with it.
    made_by = models.ForeignKey("self", models.CASCADE, null=True, blank=True, editable=False, related_name="made")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.name} (dp_{self.prefix}_…)"

    @property
    def is_live(self) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())


class Ticket(models.Model):
    """One connection to one document, for whoever holds its secret, of which only the SHA-256 is kept."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    # What made it: a token, an application's access token, or else a session.
    token = models.ForeignKey(Token, models.CASCADE, null=True, related_name="+")
    access_token = models.ForeignKey("allauth_idp_oidc.Token", models.CASCADE, null=True, related_name="+")
    session_key = models.CharField(max_length=40, blank=True)
    document_id = models.UUIDField()
    scopes = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"to {self.document_id}"


class Group(models.Model):
    """People whom documents are shared with together. (`User.groups` are Django's, of powers in the admin.)"""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("group of people")
        verbose_name_plural = _("groups of people")

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """Someone in a group; a manager may change who is in it."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="members", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="group_members", verbose_name=_("person"))
    is_manager = models.BooleanField(_("manages the group"), default=False)

    class Meta:
        verbose_name = _("member of a group")
        verbose_name_plural = _("members of groups")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["group", "user"], name="group_member")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.group})"


class AuditEntry(models.Model):
    """That someone did something to someone's rights, documents or keys. It names its subjects and outlives them."""

    class Way(models.TextChoices):
        SESSION = "session", _("in the browser")
        TOKEN = "token", _("by token")
        ADMIN = "admin", _("in the admin")
        SERVER = "server", _("by the server")

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    # A verb with its subject, as `members.put`.
    act = models.CharField(_("act"), max_length=64, db_index=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("called"), max_length=254, blank=True)
    way = models.CharField(_("way"), max_length=8, choices=Way)
    token_id = models.BigIntegerField(_("token"), null=True)
    address = models.GenericIPAddressField(_("from"), null=True)
    document_id = models.UUIDField(_("document"), null=True)
    user_id = models.UUIDField(_("whom it concerns"), null=True)
    about = models.JSONField(_("more"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["document_id", "-id"], name="audit_document"),
            models.Index(fields=["by", "-id"], name="audit_by"),
            models.Index(fields=["user_id", "-id"], name="audit_user"),
        ]

    def __str__(self) -> str:
        return f"{self.act} ({self.at:%Y-%m-%d %H:%M})"


class IdempotentRequest(models.Model):
    """A request that bore an `Idempotency-Key`, and how it was answered (documents.api.once): not at all yet, or so."""

    # Of the person, the token and the key; the key itself opens the answer.
    name = models.CharField(max_length=64, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.BinaryField(default=b"")

    def __str__(self) -> str:
        return self.name
