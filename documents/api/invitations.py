"""/api/v1/documents/{id}/invitations: people who were invited by e-mail and have no account yet."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from accounts.api_auth import asker
from documents.api.asking import DocumentId, require
from documents.rights import OfferedRole
from documents.sharing import invitations, limits
from documents.sharing.models import Invitation

router = Router(tags=["invitations"])


class InvitationOut(Schema):
    """Whoever has the address becomes a member when an account has it."""

    id: UUID
    email: str
    role: OfferedRole
    expires_at: datetime = Field(description="Until then it can be taken up.")


@router.get("", response=list[InvitationOut], summary="List the invitations that wait")
def find(request: HttpRequest, document_id: DocumentId) -> list[InvitationOut]:
    """One is sent by `PUT` of a member."""
    require(request, document_id, "share")
    waiting = Invitation.objects.filter(document=document_id, expires_at__gt=timezone.now()).order_by("email")
    return [described(invitation) for invitation in waiting]


@router.post("/{uuid:invitation_id}/send", response=InvitationOut, summary="Send an invitation again")
def send(request: HttpRequest, document_id: DocumentId, invitation_id: UUID) -> InvitationOut:
    require(request, document_id, "share")
    limits.count(request, "invite")
    site = request.build_absolute_uri("/")
    return described(invitations.send_again(document_id, asker(request), invitation_id, site))


@router.delete("/{uuid:invitation_id}", response={204: None}, summary="Withdraw an invitation")
def withdraw(request: HttpRequest, document_id: DocumentId, invitation_id: UUID) -> Status[None]:
    invitations.withdraw(document_id, asker(request), invitation_id)
    return Status(204, None)


def described(invitation: Invitation) -> InvitationOut:
    """An invitation as those see it who may share."""
    return InvitationOut.model_validate(
        {
            "id": invitation.pk,
            "email": invitation.email,
            "role": invitation.role,
            "expires_at": invitation.expires_at,
        }
    )
