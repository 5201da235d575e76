"""Who is asking, and whether they still may: one value for sessions and tokens alike."""

import hashlib
import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import tokens
from accounts.models import Token, User

# Databases bound the parameters of one statement.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Principal:
    """A person as they came in: by a token, by a session, or (with neither) on the server's own word."""

    user_id: str
    token_id: int | None = None
    session_key: str | None = field(default=None, repr=False)
    scopes: frozenset[str] = frozenset(tokens.SCOPES)


def digest(session_key: str) -> str:
    """The name of a session that may stand in messages and logs; the key itself is a secret."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def by_token(raw: str) -> Principal | None:
    """The bearer of this token, or None where it is unknown, revoked, expired, or its person inactive."""
    token = tokens.find(raw)
    if token is None:
        return None
    return Principal(str(token.user_id), token_id=token.pk, scopes=frozenset(token.scopes))


def by_session(session_key: str) -> Principal | None:
    """The person logged in by this session, or None where it ended or was outdated by a new password."""
    if not session_key.isalnum():
        return None
    owner = _session_owners([session_key]).get(session_key)
    return Principal(owner, session_key=session_key) if owner else None


def alive(principals: Collection[Principal]) -> set[Principal]:
    """Those of `principals` who may still act, asked again of the database; three queries for every 500."""
    in_order = list(principals)
    return {
        principal for start in range(0, len(in_order), CHUNK) for principal in _alive(in_order[start : start + CHUNK])
    }


def _alive(principals: Collection[Principal]) -> set[Principal]:
    by_tokens = {p.token_id for p in principals if p.token_id is not None}
    by_sessions = {p.session_key for p in principals if p.session_key is not None}
    by_word = {p.user_id for p in principals if p.token_id is None and p.session_key is None}
    live_tokens = set(Token.objects.live().filter(pk__in=by_tokens).values_list("pk", flat=True))
    owners = _session_owners(by_sessions) if by_sessions else {}
    active = set(User.objects.filter(pk__in=by_word, is_active=True).values_list("pk", flat=True)) if by_word else set()
    return {
        p
        for p in principals
        if p.token_id in live_tokens
        or (p.session_key is not None and owners.get(p.session_key) == p.user_id)
        or (p.token_id is None and p.session_key is None and p.user_id in {str(pk) for pk in active})
    }


def _session_owners(session_keys: Iterable[str]) -> dict[str, str]:
    """The ids of the active people whose sessions these are, by session key; ended sessions are left out."""
    rows = Session.objects.filter(session_key__in=list(session_keys), expire_date__gt=timezone.now())
    data = {row.session_key: row.get_decoded() for row in rows}
    ids = {key: values[SESSION_KEY] for key, values in data.items() if SESSION_KEY in values}
    people = {str(user.pk): user for user in User.objects.filter(pk__in=set(ids.values()), is_active=True)}
    return {
        key: user_id
        for key, user_id in ids.items()
        if user_id in people and _matches(people[user_id], data[key].get(HASH_SESSION_KEY, ""))
    }


def _matches(user: User, session_hash: str) -> bool:
    # A password change outdates every session but the one it was made in (Django's own rule).
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(hmac.compare_digest(session_hash, known) for known in hashes)
