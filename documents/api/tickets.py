"""POST /api/v1/tickets: one connection to one document, for a page that must not hold a token."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from accounts import tickets
from accounts.api_auth import asker
from documents import rights
from documents.api.schemas import Body
from protocol.errors import ProtocolError

router = Router(tags=["tickets"])

Scope = Literal["read", "edit", "share", "manage", "write"]
Scopes = Annotated[list[Scope], Field(min_length=1, max_length=5)]


class NewTicket(Body):
    document_id: Annotated[UUID, Field(strict=False)]
    scopes: Scopes | None = Field(None, description="What the connection may do; null: all that you may.")


class MadeTicket(Schema):
    ticket: str = Field(description="Shown this once: `/ws/documents/{id}/?ticket=…`.")
    expires_at: datetime = Field(description="By then the connection has to be made and have said `hello`.")


@router.post("", response={201: MadeTicket}, summary="Make a ticket")
def make(request: HttpRequest, body: NewTicket) -> Status[MadeTicket]:
    """A ticket that opens one socket on the document, once. What it opened ends with what made it."""
    principal = asker(request)
    if "read" not in rights.access_of(body.document_id, principal).capabilities:
        raise ProtocolError("not_found")
    scopes = principal.scopes if body.scopes is None else {"read", *body.scopes}
    ticket, raw = tickets.make(principal, body.document_id, scopes)
    return Status(201, MadeTicket(ticket=raw, expires_at=ticket.expires_at))
