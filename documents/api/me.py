"""/api/v1/me: who asks, what their documents take, all that is kept of them, and their end."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from accounts.api_auth import asker, in_person, scoped
from accounts.models import User
from documents import leaving, takeout
from documents.api.schemas import Body
from documents.quota import usage
from protocol.errors import ProtocolError

router = Router(tags=["me"])
ZIP = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}


class Me(Schema):
    id: UUID
    name: str = Field(description="As others see it.")
    color: str
    email: str | None = Field(description="Null for an application that may not know it.")
    used_bytes: int = Field(description="What your documents take, with their histories.")
    quota_bytes: int | None = Field(description="What they may take; null: as much as there is.")


class Farewell(Body):
    email: Annotated[str, Field(max_length=254, description="Your own address, so that it is no mistake.")]


@router.get("", response=Me, summary="Look at yourself")
def look(request: HttpRequest) -> Me:
    by = scoped(request, "read")
    user = User.objects.get(pk=by.user_id)
    found = usage(user.pk)
    # An application has to have asked for the address.
    may_know = by.application is None or "email" in by.scopes
    return Me(
        id=user.pk,
        name=user.display_name,
        color=user.color,
        email=user.email if may_know else None,
        used_bytes=found.used,
        quota_bytes=found.quota,
    )


@router.get(
    "/data",
    summary="Download all that is kept of you",
    openapi_extra={"responses": {200: {"description": "A ZIP file.", "content": ZIP}}},
)
def data(request: HttpRequest) -> HttpResponse:
    principal = in_person(request, "read")
    return takeout.download(User.objects.get(pk=principal.user_id), principal)


@router.delete("", response={204: None}, summary="Delete your account, for good")
def delete(request: HttpRequest, body: Farewell) -> Status[None]:
    principal = in_person(request, "write")
    # In the browser a page asks for the password once more.
    if principal.token_id is None:
        raise ProtocolError("forbidden", "Delete your account on its page, or with a token.")
    user = User.objects.get(pk=asker(request).user_id)
    if body.email.strip().lower() != user.email:
        raise ProtocolError("invalid_field", "That is not your address.")
    leaving.leave(user.pk, principal)
    return Status(204, None)
