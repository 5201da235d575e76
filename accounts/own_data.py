"""All that is kept of a person besides their documents, as JSON; no secret is in it."""

from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client
from allauth.idp.oidc.models import Token as ApplicationToken
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import Q

from accounts.models import AuditEntry, GroupMember, Token, User

PROFILE = ("id", "email", "name", "color", "date_joined", "last_login")
APPLICATION = ("id", "name", "type", "scopes", "redirect_uris", "created_at")
AGENT = ("id", "name", "color", "email", "changes_an_hour", "is_active", "date_joined")
ENTRY = ("at", "act", "by_name", "way", "address", "document_id", "user_id", "about")


def account(user: User) -> dict[str, Any]:
    """Who they are here, and by what they come in."""
    return {
        "profile": User.objects.values(*PROFILE).get(pk=user.pk),
        "email_addresses": _rows(EmailAddress, user, "email", "verified", "primary"),
        "connections": _rows(SocialAccount, user, "provider", "uid", "date_joined", "last_login"),
        "second_factors": _rows(Authenticator, user, "type", "created_at", "last_used_at"),
        "sessions": _rows(UserSession, user, "ip", "user_agent", "created_at", "last_seen_at"),
        "tokens": _rows(Token, user, "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at"),
        "applications": list(Client.objects.filter(owner=user).order_by("pk").values(*APPLICATION)),
        "acting_for_me": _rows(ApplicationToken, user, "client__name", "type", "scopes", "created_at", "expires_at"),
        "agents": list(user.agents.order_by("pk").values(*AGENT)),
        "groups": _rows(GroupMember, user, "group__name", "is_manager"),
    }


def acts(user: User) -> Iterator[dict[str, Any]]:
    """What the audit log tells of what they did, and of what was done to them."""
    entries = AuditEntry.objects.filter(Q(by=user) | Q(user_id=user.pk)).order_by("pk")
    yield from entries.values(*ENTRY).iterator()


def _rows(model: Any, user: User, *fields: str) -> list[dict[str, Any]]:
    return list(model.objects.filter(user=user).order_by("pk").values(*fields))
