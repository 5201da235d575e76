"""Making, recognising and revoking API tokens: `dp_<prefix>_<secret>`."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Token
from accounts.signals import announce_end

SHAPE = re.compile(r"dp_(?P<prefix>[0-9a-f]{8})_[0-9a-f]{48}")
SCOPES = ("read", "write")
PARTS_OF_WRITE = ("edit", "share", "manage")
USE_IS_NOTED_EVERY = timedelta(minutes=5)


def create(
    user_id: str | UUID,
    name: str,
    scopes: Iterable[str] = SCOPES,
    *,
    expires_at: datetime | None = None,
    made_by: int | None = None,
) -> tuple[Token, str]:
    """A new token and its text, which can't be had again.

    Refuses (ValueError) no scope, or one that doesn't exist.
    """
    wanted = set(scopes)
    if not wanted or not wanted <= set(SCOPES):
        raise ValueError(f"scopes are some of {', '.join(SCOPES)}")
    prefix, secret = secrets.token_hex(4), secrets.token_hex(24)
    raw = f"dp_{prefix}_{secret}"
    token = Token.objects.create(
        user_id=user_id,
        name=name,
        prefix=prefix,
        sha256=_sha256(raw),
        scopes=[scope for scope in SCOPES if scope in wanted],
        expires_at=expires_at,
        made_by_id=made_by,
    )
    return token, raw


def within(wanted: Iterable[str], scopes: Collection[str]) -> bool:
    """Whether one who has `scopes` may hand on `wanted`."""
    return set(wanted) <= {*scopes, *(PARTS_OF_WRITE if "write" in scopes else ())}


def find(raw: str) -> Token | None:
    """The live token that this text is, or None; notes its use now and then."""
    shaped = SHAPE.fullmatch(raw)
    if shaped is None:
        return None
    token = Token.objects.live().select_related("user").filter(prefix=shaped["prefix"]).first()
    if token is None or not hmac.compare_digest(token.sha256, _sha256(raw)):
        return None
    _note_use(token)
    return token


def revoke(token: Token) -> None:
    """End a token, and those made with it, for good; ending it twice is no error."""
    with transaction.atomic():
        for each in _with_descendants(token):
            if Token.objects.filter(pk=each.pk, revoked_at=None).update(revoked_at=timezone.now()):
                announce_end(each.user_id, token_id=each.pk)


def _with_descendants(token: Token) -> Iterator[Token]:
    generation = [token]
    while generation:
        yield from generation
        generation = list(Token.objects.filter(made_by__in=generation))


def _note_use(token: Token) -> None:
    # One write in five minutes, not one per request: reading must not queue behind writers.
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_IS_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - USE_IS_NOTED_EVERY:
        Token.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def _sha256(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()
