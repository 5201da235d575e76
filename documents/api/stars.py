"""/api/v1/documents/{id}/star: what someone wants to find again; for themselves alone."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from accounts.api_auth import scoped
from documents import rights
from documents.api.asking import DocumentId
from documents.models import Star
from documents.signals import shelf_changed
from protocol.errors import ProtocolError

router = Router(tags=["documents"])


@router.put("", response={204: None}, summary="Star a document, for yourself")
def put(request: HttpRequest, document_id: DocumentId) -> Status[None]:
    user_id = _starrer(request, document_id)
    Star.objects.get_or_create(document_id=document_id, user_id=user_id)
    shelf_changed.send_robust(Star, user_id=str(user_id))
    return Status(204, None)


@router.delete("", response={204: None}, summary="Take your star away")
def take(request: HttpRequest, document_id: DocumentId) -> Status[None]:
    user_id = _starrer(request, document_id)
    Star.objects.filter(document=document_id, user=user_id).delete()
    shelf_changed.send_robust(Star, user_id=str(user_id))
    return Status(204, None)


def _starrer(request: HttpRequest, document_id: UUID) -> UUID:
    principal = scoped(request, "write")
    if rights.access_of(document_id, principal).role is None:
        raise ProtocolError("not_found")
    return UUID(principal.user_id)
