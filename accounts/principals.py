"""Who is asking, and whether they still may: one value for sessions, tokens and other people's applications alike."""

import hashlib
import hmac
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from allauth.idp.oidc.models import Token as AccessToken
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from accounts import rows, tokens
from accounts.models import User
from accounts.rows import Found, Journey

# As allauth makes them.
ACCESS_TOKEN = re.compile(r"[\w-]{86}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Principal:
    """A person as they came in: by a token, a session or an application, or (with none) on the server's own word.

    An application acts for them by an access token of its own, `access_token_id`; `application` is its client id.
    """

    user_id: str
    token_id: int | None = None
    session_key: str | None = field(default=None, repr=False)
    scopes: frozenset[str] = frozenset(tokens.SCOPES)
    access_token_id: int | None = None
    application: str | None = None
    # Whether it is an agent of somebody's, which is kept to a budget.
    is_agent: bool = False

    @property
    def shows_nothing(self) -> bool:
        """Whether it came in on the server's own word."""
        return self.token_id is None and self.access_token_id is None and self.session_key is None


def digest(session_key: str) -> str:
    """The name of a session that may stand in messages and logs; the key itself is a secret."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def in_browser(request: HttpRequest) -> Principal:
    """Whoever is logged in at a browser, on a page that only they reach."""
    return Principal(str(request.user.pk), session_key=request.session.session_key)


def by_token(raw: str) -> Principal | None:
    """The bearer of this token, or None where it is unknown, revoked, expired, or its person inactive."""
    token = tokens.find(raw)
    if token is None:
        return _by_access_token(raw)
    is_agent = token.user.keeper_id is not None
    return Principal(str(token.user_id), token_id=token.pk, scopes=_shared(tuple(token.scopes)), is_agent=is_agent)


@lru_cache(maxsize=64)
def _shared(scopes: tuple[str, ...]) -> frozenset[str]:
    """One set for all who have the same scopes."""
    return frozenset(scopes)


def _by_access_token(raw: str) -> Principal | None:
    token = AccessToken.objects.lookup(AccessToken.Type.ACCESS_TOKEN, raw) if ACCESS_TOKEN.fullmatch(raw) else None
    if token is None or token.user is None or not token.user.is_active:
        return None
    scopes = _shared(tuple(token.get_scopes()))
    return Principal(str(token.user_id), scopes=scopes, access_token_id=token.pk, application=token.client_id)


def by_session(session_key: str) -> Principal | None:
    """The person logged in by this session, or None where it ended or was outdated by a new password."""
    if not session_key.isalnum():
        return None
    journey = Journey()
    found = _live_sessions(journey, [session_key])
    journey.make()
    sessions, journey = _by_key(found), Journey()
    passwords = _passwords(journey, {user_id for user_id, _ in sessions.values() if user_id})
    journey.make()
    owner = _owners(sessions, _by_user(passwords)).get(session_key)
    return Principal(owner, session_key=session_key) if owner else None


def alive(principals: Collection[Principal]) -> set[Principal]:
    """Those of `principals` who may still act, asked again of the database; three queries for every 200 at most."""
    journey = Journey()
    answer = ask_alive(journey, principals)
    journey.make()
    return answer()


def ask_alive(journey: Journey, principals: Collection[Principal]) -> Callable[[], set[Principal]]:
    """Asks on a journey what `alive` asks; the answer may be had when it was made."""
    live_tokens = _live_tokens(journey, {p.token_id for p in principals if p.token_id is not None})
    access_ids = {p.access_token_id for p in principals if p.access_token_id is not None}
    access_tokens = _live_access_tokens(journey, access_ids)
    sessions = _live_sessions(journey, {p.session_key for p in principals if p.session_key is not None})
    passwords = _passwords(journey, {p.user_id for p in principals if p.token_id is None})
    return lambda: _alive(
        principals,
        {pk for (pk,) in live_tokens},
        {pk for (pk,) in access_tokens},
        _by_key(sessions),
        _by_user(passwords),
    )


def _alive(
    principals: Iterable[Principal],
    live_tokens: set[int],
    access_tokens: set[int],
    sessions: dict[str, tuple[str, str]],
    passwords: dict[str, str],
) -> set[Principal]:
    owners = _owners(sessions, passwords)
    return {
        p
        for p in principals
        if p.token_id in live_tokens
        or p.access_token_id in access_tokens
        or (p.session_key is not None and owners.get(p.session_key) == p.user_id)
        or (p.shows_nothing and p.user_id in passwords)
    }


LIVE_TOKENS = (
    "SELECT token.id FROM accounts_token token JOIN accounts_user person ON person.id = token.user_id"
    " LEFT JOIN accounts_user keeper ON keeper.id = person.keeper_id"
    " WHERE token.id IN ({}) AND token.revoked_at IS NULL AND person.is_active"
    " AND (person.keeper_id IS NULL OR keeper.is_active)"
    " AND (token.expires_at IS NULL OR token.expires_at > {})"
)
LIVE_ACCESS_TOKENS = (
    "SELECT token.id FROM allauth_idp_oidc_token token JOIN accounts_user person ON person.id = token.user_id"
    " WHERE token.id IN ({}) AND token.type = 'at' AND person.is_active"
    " AND (token.expires_at IS NULL OR token.expires_at > {})"
)
LIVE_SESSIONS = "SELECT session_key, session_data FROM django_session WHERE session_key IN ({}) AND expire_date > {}"
PASSWORDS = "SELECT id, password FROM accounts_user WHERE id IN ({}) AND is_active"


def _live_tokens(journey: Journey, ids: Collection[int]) -> Found:
    """As TokenQuerySet.live has it."""
    return journey.select(LIVE_TOKENS, ids, [rows.moment(timezone.now())])


def _live_access_tokens(journey: Journey, ids: Collection[int]) -> Found:
    return journey.select(LIVE_ACCESS_TOKENS, ids, [rows.moment(timezone.now())])


def _live_sessions(journey: Journey, session_keys: Collection[str]) -> Found:
    return journey.select(LIVE_SESSIONS, session_keys, [rows.moment(timezone.now())])


def _passwords(journey: Journey, user_ids: Collection[str]) -> Found:
    """The encoded passwords of those people who are active."""
    return journey.select(PASSWORDS, [rows.stored(user_id) for user_id in user_ids])


def _by_user(passwords: Found) -> dict[str, str]:
    return {rows.text(user_id): password for user_id, password in passwords}


def _by_key(sessions: Found) -> dict[str, tuple[str, str]]:
    return {key: _logged_in(data) for key, data in sessions}


def _owners(sessions: dict[str, tuple[str, str]], passwords: dict[str, str]) -> dict[str, str]:
    """Whose the sessions are, by session key; ended and outdated ones, and inactive people's, are left out."""
    return {
        key: user_id
        for key, (user_id, session_hash) in sessions.items()
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
