"""/api/v1/documents/{id}/access-requests: asking to come in, and answering who asked."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from accounts import people
from accounts.api_auth import asker, scoped
from documents.api.asking import DocumentId, require
from documents.api.schemas import Body
from documents.sharing import limits, requests
from protocol.messages import UserInfo

router = Router(tags=["access requests"])


class Asked(Schema):
    """Someone who waits for an answer."""

    user: UserInfo
    email: str
    at: datetime


class Answer(Body):
    role: Literal["admin", "editor", "viewer"]


@router.post("", response={202: None}, summary="Ask for access to a document")
def ask(request: HttpRequest, document_id: DocumentId) -> Status[None]:
    """The answer is the same whether or not there is such a document, and whether or not you asked before."""
    principal = scoped(request, "write")
    limits.count(request, "ask")
    requests.ask(document_id, principal, request.build_absolute_uri("/"))
    return Status(202, None)


@router.get("", response=list[Asked], summary="List who asks for access")
def find(request: HttpRequest, document_id: DocumentId) -> list[Asked]:
    require(request, document_id, "share")
    return [
        Asked.model_validate({"user": people.shown(row.user), "email": row.user.email, "at": row.at})
        for row in requests.waiting(document_id)
    ]


@router.post("/{uuid:user_id}/accept", response={204: None}, summary="Make someone who asked a member")
def accept(request: HttpRequest, document_id: DocumentId, user_id: UUID, body: Answer) -> Status[None]:
    requests.accept(document_id, asker(request), user_id, body.role, request.build_absolute_uri("/"))
    return Status(204, None)


@router.delete("/{uuid:user_id}", response={204: None}, summary="Decline who asked")
def decline(request: HttpRequest, document_id: DocumentId, user_id: UUID) -> Status[None]:
    """They are not told."""
    requests.decline(document_id, asker(request), user_id)
    return Status(204, None)
