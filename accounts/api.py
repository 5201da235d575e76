"""REST for tokens: list, make, revoke.

Someone logged in manages all tokens of their own. A token sees and revokes itself and those made with it, needs the
scope `write` to make one, and can give no more than it has: neither scopes nor time. Revoking it revokes them.
"""

from datetime import datetime
from typing import Annotated, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict, Field

from accounts import acts
from accounts.api_auth import themselves
from accounts.models import Token
from accounts.principals import Principal
from protocol.errors import ProtocolError

router = Router(tags=["tokens"])

Scope = Literal["read", "write"]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f\u2028\u2029]+$")]


class NewToken(Schema):
    """What is asked for."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    scopes: list[Scope] = Field(["read", "write"], min_length=1, max_length=2)
    expires_at: AwareDatetime | None = Field(None, description="Null: never, or with the token that makes it.")


class TokenOut(Schema):
    """A token without its secret."""

    id: int
    name: str
    prefix: str = Field(description="The part after `dp_`, to recognise it by.")
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="To within five minutes.")


class MadeToken(TokenOut):
    """A new token."""

    token: str = Field(description="The token itself. It is shown this once.")


@router.get("", response=list[TokenOut], summary="List tokens")
def list_tokens(request: HttpRequest) -> list[Token]:
    """Your tokens, the newest first, those that ended too."""
    return list(_visible_to(themselves(request))[:1000])


@router.post("", response={201: MadeToken}, summary="Make a token")
def create_token(request: HttpRequest, body: NewToken) -> Status[MadeToken]:
    """A new token; keep it, it can't be shown again."""
    principal = themselves(request)
    expires_at = expiry_within(principal, body)
    token, raw = acts.make_token(principal, principal.user_id, body.name, body.scopes, expires_at)
    return Status(201, MadeToken(token=raw, **TokenOut.from_orm(token).model_dump()))


@router.delete("/{token_id}", response={204: None}, summary="Revoke a token")
def revoke_token(request: HttpRequest, token_id: int) -> Status[None]:
    """Ends a token, and those made with it, at once and on open sockets too. Revoking it again changes nothing."""
    principal = themselves(request)
    token = _visible_to(principal).filter(pk=token_id).first()
    if token is None:
        raise ProtocolError("not_found", "There is no such token.")
    acts.revoke_token(principal, token)
    return Status(204, None)


def _visible_to(principal: Principal) -> QuerySet[Token]:
    own = Token.objects.filter(user_id=principal.user_id)
    if principal.token_id is None:
        return own
    return own.filter(Q(pk=principal.token_id) | Q(made_by=principal.token_id))


def expiry_within(principal: Principal, body: NewToken) -> datetime | None:
    """When the token that is asked for ends at the latest. Raises invalid_field; forbidden where it could do more."""
    if body.expires_at is not None and body.expires_at <= timezone.now():
        raise ProtocolError("invalid_field", "expires_at lies in the past.")
    if principal.token_id is None:
        return body.expires_at
    if "write" not in principal.scopes or not principal.scopes.issuperset(body.scopes):
        raise ProtocolError("forbidden", "A token can't make one that may do more than itself.")
    ends = [moment for moment in (body.expires_at, Token.objects.get(pk=principal.token_id).expires_at) if moment]
    return min(ends, default=None)
