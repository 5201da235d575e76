"""/api/v1/people: what administrators do for people who go; the rest of it is in the admin."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from accounts import people
from accounts.api_auth import in_person
from accounts.models import User
from documents.api.schemas import Body
from documents.reassign import reassign
from protocol.errors import ProtocolError

router = Router(tags=["people"])


class Heir(Body):
    email: str = Field(max_length=254, description="Whose it all is from now on.")


class Reassigned(Schema):
    documents: int = Field(description="How many were handed on.")


@router.post(
    "/{uuid:user_id}/reassign",
    response=Reassigned,
    summary="Hand all documents and groups of someone on to somebody else; for administrators",
)
def hand_on(request: HttpRequest, user_id: UUID, body: Heir) -> Reassigned:
    """Sent again where it was cut off, it does the rest."""
    by = in_person(request, "write")
    administrator = User.objects.get(pk=by.user_id)
    _require(administrator.is_staff and administrator.has_perm("accounts.change_user"))
    leaver = User.objects.filter(pk=user_id).first()
    if leaver is None:
        raise ProtocolError("no_such_person")
    _require(administrator.is_superuser or not leaver.is_superuser)
    return Reassigned(documents=reassign(user_id, people.by_email(body.email).pk, by))


def _require(may: bool) -> None:
    """As the admin, which lets only superusers touch one."""
    if not may:
        raise ProtocolError("forbidden")
