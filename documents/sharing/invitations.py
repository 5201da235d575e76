"""Invitations to people without an account: they become members once an account has the very address.

An address counts as someone's when it was confirmed, when they come by the mail that was sent to it, or when this
server asks nobody to confirm any.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.principals import Principal
from documents import rights
from documents.acts import after, held, require
from documents.models import Document, Membership
from documents.sharing import mails
from documents.sharing.models import Invitation
from documents.signals import access_changed
from protocol.errors import ProtocolError

LAST = timedelta(days=14)
MOST_INVITATIONS = 200
NO_INVITATION = "This invitation was withdrawn, has expired, or was never sent."


def invite(document_id: UUID, by: Principal, email: str, role: str, site: str) -> Invitation:
    """Invites whoever has an address, by mail; needs `share`. Invited again, they get another role and another mail.

    Raises invalid_field for what is no address, for the role `owner`, and beyond MOST_INVITATIONS.
    """
    email = _address(email)
    if role == "owner":
        raise ProtocolError("invalid_field", "Only someone who is here already can become the owner.")
    with held(document_id) as document:
        require(document, by, "share")
        if document.invitations.exclude(email=email).count() >= MOST_INVITATIONS:
            raise ProtocolError("invalid_field", f"At most {MOST_INVITATIONS} people are invited at a time.")
        terms = {"role": role, "invited_by_id": by.user_id, "expires_at": timezone.now() + LAST}
        invitation, _ = Invitation.objects.update_or_create(document=document, email=email, defaults=terms)
        audit.record("invitations.send", by=by, document_id=document_id, email=email, role=role)
        mails.invited(invitation, User.objects.get(pk=by.user_id), site)
    return invitation


def send_again(document_id: UUID, by: Principal, invitation_id: UUID, site: str) -> Invitation:
    """Sends the mail once more, and lets the invitation last anew; needs `share`."""
    with held(document_id) as document:
        require(document, by, "share")
        invitation = _of(document, invitation_id)
        return invite(document_id, by, invitation.email, invitation.role, site)


def withdraw(document_id: UUID, by: Principal | None, invitation_id: UUID) -> None:
    """Takes an invitation back; needs `share`."""
    with held(document_id) as document:
        require(document, by, "share")
        invitation = _of(document, invitation_id)
        audit.record("invitations.withdraw", by=by, document_id=document_id, email=invitation.email)
        invitation.delete()


def take_up(user: User) -> None:
    """Makes someone a member wherever an address that is theirs was invited."""
    waiting = Invitation.objects.filter(email__in=_addresses(user), expires_at__gt=timezone.now())
    for invitation in waiting:
        with suppress(ProtocolError):  # withdrawn just now
            accept(invitation, user)


def accept(invitation: Invitation, user: User) -> None:
    """Makes someone a member as their invitation has it; who has a role already keeps the higher one."""
    with held(invitation.document_id) as document:
        invitation = _of(document, invitation.pk)
        held_already = rights.role_of(document.pk, str(user.pk))
        if held_already is None or rights.RANKS[invitation.role] < rights.RANKS[held_already]:
            role = {"role": invitation.role}
            Membership.objects.update_or_create(document=document, user=user, defaults=role)
            after(access_changed, document.pk, user_id=str(user.pk))
        by = Principal(str(user.pk))
        audit.record("invitations.accept", by=by, document_id=document.pk, user_id=user.pk, role=invitation.role)
        invitation.delete()


def forget_expired() -> None:
    """Deletes the invitations that nobody took up in time."""
    Invitation.objects.filter(expires_at__lt=timezone.now()).delete()


def _of(document: Document, invitation_id: UUID) -> Invitation:
    invitation = document.invitations.filter(pk=invitation_id, expires_at__gt=timezone.now()).first()
    if invitation is None:
        raise ProtocolError("not_found", NO_INVITATION)
    return invitation


def _address(email: str) -> str:
    kept = email.strip().lower()
    try:
        validate_email(kept)
    except ValidationError as error:
        raise ProtocolError("invalid_field", "This is no e-mail address.") from error
    return kept


def _addresses(user: User) -> Iterable[str]:
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    trusted = [user.email] if settings.ACCOUNT_EMAIL_VERIFICATION == "none" else []
    return {email.lower() for email in [*confirmed, *trusted]}
