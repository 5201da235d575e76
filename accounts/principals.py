"""Who is asking, and whether they still may: one value for sessions and tokens alike."""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import rows, tokens
from accounts.models import User

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
    """Those of `principals` who may still act, asked again of the database; four queries for every 500 at most."""
    in_order = list(principals)
    return {
        principal for start in range(0, len(in_order), CHUNK) for principal in _alive(in_order[start : start + CHUNK])
    }


def _alive(principals: Collection[Principal]) -> set[Principal]:
    live_tokens = _live_tokens({p.token_id for p in principals if p.token_id is not None})
    owners = _session_owners({p.session_key for p in principals if p.session_key is not None})
    active = _passwords({p.user_id for p in principals if p.token_id is None and p.session_key is None})
    return {
        p
        for p in principals
        if p.token_id in live_tokens
        or (p.session_key is not None and owners.get(p.session_key) == p.user_id)
        or (p.token_id is None and p.session_key is None and p.user_id in active)
    }


LIVE_TOKENS = (
    "SELECT token.id FROM accounts_token token JOIN accounts_user person ON person.id = token.user_id"
    " WHERE token.id IN ({}) AND token.revoked_at IS NULL AND person.is_active"
    " AND (token.expires_at IS NULL OR token.expires_at > {})"
)
LIVE_SESSIONS = "SELECT session_key, session_data FROM django_session WHERE session_key IN ({}) AND expire_date > {}"
PASSWORDS = "SELECT id, password FROM accounts_user WHERE id IN ({}) AND is_active"


def _live_tokens(ids: Collection[int]) -> set[int]:
    """As TokenQuerySet.live has it."""
    return {pk for (pk,) in rows.select(LIVE_TOKENS, list(ids), [rows.moment(timezone.now())])} if ids else set()


def _passwords(user_ids: Collection[str]) -> dict[str, str]:
    """The encoded passwords of those people who are active."""
    if not user_ids:
        return {}
    found = rows.select(PASSWORDS, [rows.stored(user_id) for user_id in user_ids])
    return {rows.text(user_id): password for user_id, password in found}


def _session_owners(session_keys: Collection[str]) -> dict[str, str]:
    """The ids of the active people whose sessions these are, by session key; ended sessions are left out."""
    if not session_keys:
        return {}
    found = rows.select(LIVE_SESSIONS, list(session_keys), [rows.moment(timezone.now())])
    logged_in = {key: _logged_in(data) for key, data in found}
    passwords = _passwords({user_id for user_id, _ in logged_in.values() if user_id})
    return {
        key: user_id
        for key, (user_id, session_hash) in logged_in.items()
        if user_id in passwords and _matches(passwords[user_id], session_hash)
    }


@lru_cache(maxsize=4096)
def _logged_in(session_data: str) -> tuple[str, str]:
    """Whose session this data makes it (empty: nobody's), and the hash by which a new password outdates it."""
    data = Session(session_data=session_data).get_decoded()
    return data.get(SESSION_KEY, ""), data.get(HASH_SESSION_KEY, "")


@lru_cache(maxsize=4096)
def _matches(password: str, session_hash: str) -> bool:
    # A password change outdates every session but the one it was made in (Django's own rule).
    user = User(password=password)
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(hmac.compare_digest(session_hash, known) for known in hashes)
