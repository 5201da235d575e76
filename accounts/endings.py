"""What ends a principal, besides a revoked token: each of these becomes one `principal_ended`.

Sessions are watched where they are kept, so that log-out, the sessions list, a purge and any library that ends one
are all the same here.
"""

from typing import Any

from allauth.account import signals as account_signals
from allauth.idp.oidc.models import Token as AccessToken
from allauth.mfa import signals as mfa_signals
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import Token, User
from accounts.signals import announce_end


@receiver(post_delete, sender=Session)
def session_deleted(instance: Session, **_: Any) -> None:
    """Log-out, an end from the sessions list, a change of the key at log-in, a purge of expired ones."""
    user_id = instance.get_decoded().get(SESSION_KEY)
    if user_id is not None:
        announce_end(user_id, session_key=instance.session_key)


@receiver(post_save, sender=User)
def user_saved(instance: User, created: bool, **_: Any) -> None:
    """Deactivated: everything of that person ends. A new password: every session so far does (tokens stay)."""
    if not instance.is_active:
        for user_id in (instance.pk, *instance.agents.values_list("pk", flat=True)):
            announce_end(user_id)
    # Django keeps the raw password until save has returned; a hash that is merely renewed doesn't set it.
    elif not created and instance._password is not None:  # type: ignore[attr-defined]
        for session_key in UserSession.objects.filter(user=instance).values_list("session_key", flat=True):
            announce_end(instance.pk, session_key=session_key)


@receiver(post_delete, sender=User)
def user_deleted(instance: User, **_: Any) -> None:
    """Nobody is left to act."""
    announce_end(instance.pk)


@receiver(post_delete, sender=Token)
def token_deleted(instance: Token, **_: Any) -> None:
    """Deleted instead of revoked, as an admin may."""
    if instance.is_live:
        announce_end(instance.user_id, token_id=instance.pk)


@receiver(post_delete, sender=AccessToken)
def access_token_deleted(instance: AccessToken, **_: Any) -> None:
    """An application gave it back, or may not act for its person any more, or is gone."""
    if instance.type == AccessToken.Type.ACCESS_TOKEN and instance.user_id is not None:
        announce_end(instance.user_id, access_token_id=instance.pk)


@receiver(mfa_signals.authenticator_added)
@receiver(mfa_signals.authenticator_removed)
@receiver(account_signals.password_changed)
@receiver(account_signals.password_set)
@receiver(account_signals.password_reset)
def keys_changed(request: HttpRequest, user: User, **_: Any) -> None:
    """Who changes how one gets in, wants nobody else to be in: the other sessions end."""
    end_other_sessions(request, user)
