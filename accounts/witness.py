"""Log-ins and changes of what people log in with, kept in the audit log."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from accounts import audit
from accounts.models import User
from accounts.principals import Principal


@receiver(user_logged_in)
def logged_in(user: User, **_: Any) -> None:
    """Someone came in."""
    _own("sessions.begin", user)


@receiver(user_logged_out)
def logged_out(user: User | None, **_: Any) -> None:
    """Someone went."""
    if user is not None:
        _own("sessions.end", user)


@receiver(user_login_failed)
def refused(credentials: dict[str, Any], **_: Any) -> None:
    """Someone tried a wrong password. What they typed as an address is not kept: it may be their password."""
    typed = str(credentials.get("email") or credentials.get("username") or "")
    user_id = User.objects.filter(email__iexact=typed).values_list("pk", flat=True).first()
    audit.record("sessions.refuse", by=None, user_id=user_id)


@receiver(mfa_signals.authenticator_added)
def factor_added(user: User, authenticator: Authenticator, **_: Any) -> None:
    """A second factor, or a passkey."""
    _own("keys.add", user, kind=str(authenticator.type))


@receiver(mfa_signals.authenticator_removed)
def factor_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    """One is gone."""
    _own("keys.remove", user, kind=str(authenticator.type))


@receiver(mfa_signals.authenticator_reset)
def factor_reset(user: User, authenticator: Authenticator, **_: Any) -> None:
    """New recovery codes."""
    _own("keys.reset", user, kind=str(authenticator.type))


@receiver(account_signals.password_changed)
@receiver(account_signals.password_set)
@receiver(account_signals.password_reset)
def password_changed(user: User, **_: Any) -> None:
    """A new password."""
    _own("keys.change", user, kind="password")


@receiver(account_signals.email_changed)
def address_changed(user: User, **_: Any) -> None:
    """Another address to log in with."""
    _own("keys.change", user, kind="email")


def _own(act: str, user: User, kind: str | None = None) -> None:
    audit.record(act, by=Principal(str(user.pk)), user_id=user.pk, kind=kind)
