"""Tickets: for a page that must not hold a token, one connection to one document, soon.

A ticket stands for whoever made it, and ends with the token or session that made it, as does what came in by it.
"""

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from accounts import tokens
from accounts.models import Ticket
from accounts.principals import Principal, alive
from protocol.errors import ProtocolError

LIFETIME = timedelta(seconds=30)
MOST_OPEN = 200
SHAPE = re.compile(r"dt_[\w-]{43}")


def make(by: Principal, document_id: UUID, scopes: Collection[str]) -> tuple[Ticket, str]:
    """A new ticket to a document and its text, which can't be had again.

    Raises forbidden for scopes that `by` does not have, rate_limited where too many of theirs are unused.
    """
    if not tokens.within(scopes, by.scopes):
        raise ProtocolError("forbidden", "A ticket can't do more than whoever makes it.")
    if Ticket.objects.filter(user=UUID(by.user_id), expires_at__gt=timezone.now()).count() >= MOST_OPEN:
        raise ProtocolError("rate_limited", retry_after=LIFETIME.total_seconds())
    raw = f"dt_{secrets.token_urlsafe(32)}"
    ticket = Ticket.objects.create(
        sha256=_sha256(raw),
        user_id=by.user_id,
        token_id=by.token_id,
        access_token_id=by.access_token_id,
        session_key=by.session_key or "",
        document_id=document_id,
        scopes=sorted(scopes),
        expires_at=timezone.now() + LIFETIME,
    )
    return ticket, raw


def is_one(raw: str) -> bool:
    """Whether this looks like a ticket, which no token does."""
    return SHAPE.fullmatch(raw) is not None


def use(raw: str, document_id: UUID | None) -> Principal:
    """Whose ticket this is; it is used up by that, whatever comes of it. Raises bad_ticket."""
    ticket = Ticket.objects.select_related("user").filter(pk=_sha256(raw)).first() if is_one(raw) else None
    # Of several who come with it at once, on whatever processes, one finds a row to delete.
    if ticket is None or not Ticket.objects.filter(pk=ticket.pk).delete()[0]:
        raise ProtocolError("bad_ticket")
    principal = _maker(ticket)
    if ticket.document_id != document_id or ticket.expires_at <= timezone.now() or not alive([principal]):
        raise ProtocolError("bad_ticket")
    return principal


def _maker(ticket: Ticket) -> Principal:
    return Principal(
        str(ticket.user_id),
        token_id=ticket.token_id,
        access_token_id=ticket.access_token_id,
        session_key=ticket.session_key or None,
        scopes=frozenset(ticket.scopes),
        is_agent=ticket.user.keeper_id is not None,
    )


def _sha256(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()
