"""Who did what to whom, from where: written in the transaction of the act itself, so that neither is there alone.

Where a request came from a middleware notes in a context variable; the acts need not hand it on.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from accounts.models import AuditEntry, User
from accounts.principals import Principal

# What an entry may say besides: short values of JSON, never a secret and never a document's text.
Said = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from: its network address and, where it goes to the admin, who is logged in there."""

    address: str | None
    administrator: str | None


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)
# For the middleware, which puts back what was there before it.
arrive = _origin.set
leave = _origin.reset


def record(
    act: str,
    *,
    by: Principal | None,
    document_id: UUID | None = None,
    user_id: UUID | str | None = None,
    **about: Said,
) -> None:
    """Keeps that `by` did `act` (a verb with its subject, as `members.put`) to a document, concerning a person.

    `by` None is an administrator where the request goes to the admin, else the server itself. To be called within the
    act's transaction.
    """
    origin = _origin.get()
    person = _person(by, origin)
    AuditEntry.objects.create(
        act=act,
        by=person,
        by_name=str(person or ""),
        way=_way(by, origin),
        token_id=by.token_id if by else None,
        address=origin.address if origin else None,
        document_id=document_id,
        user_id=user_id,
        about=about | ({"by_application": by.application} if by and by.application else {}),
    )


def _person(by: Principal | None, origin: Origin | None) -> User | None:
    user_id = by.user_id if by else origin.administrator if origin else None
    return User.objects.filter(pk=user_id).first() if user_id else None


def _way(by: Principal | None, origin: Origin | None) -> AuditEntry.Way:
    if by is not None:
        return AuditEntry.Way.TOKEN if by.token_id or by.access_token_id else AuditEntry.Way.SESSION
    return AuditEntry.Way.ADMIN if origin and origin.administrator else AuditEntry.Way.SERVER
