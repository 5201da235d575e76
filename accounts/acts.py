"""What is done to people and to what they come in with, each kept in the audit log.

`by` is who acts; None is the server or an administrator. Whether they may is asked before.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts import audit, tokens
from accounts.models import Token, User
from accounts.principals import Principal


def make_token(
    by: Principal | None,
    user_id: str | UUID,
    name: str,
    scopes: Iterable[str] = tokens.SCOPES,
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """A new token of someone's and its text; it ends with the token that makes it."""
    with transaction.atomic():
        made_by = by.token_id if by else None
        token, raw = tokens.create(user_id, name, scopes, expires_at=expires_at, made_by=made_by)
        audit.record("tokens.make", by=by, user_id=user_id, token=token.pk, scopes=" ".join(token.scopes))
    return token, raw


def revoke_token(by: Principal | None, token: Token) -> None:
    """Ends a token, and those made with it, for good; where it was over, nothing happens."""
    with transaction.atomic():
        if Token.objects.filter(pk=token.pk, revoked_at=None).exists():
            audit.record("tokens.revoke", by=by, user_id=token.user_id, token=token.pk)
        tokens.revoke(token)


def set_active(by: Principal | None, user: User, is_active: bool) -> None:
    """Lets someone in again, or ends all that they have open, at once, and lets them in no more."""
    with transaction.atomic():
        user.is_active = is_active
        user.save(update_fields=["is_active"])  # what ends with a person hears of it
        audit.record("people.activate" if is_active else "people.deactivate", by=by, user_id=user.pk)


def end_sessions(by: Principal | None, user: User) -> None:
    """Logs someone out everywhere; their tokens stay."""
    with transaction.atomic():
        for session in UserSession.objects.filter(user=user):
            session.end()
        audit.record("sessions.end", by=by, user_id=user.pk)
