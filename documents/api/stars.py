"""/api/v1/documents/{id}/star: what someone wants to find again; for themselves alone."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from documents import rights
from documents.api.asking import DocumentId, scoped
from documents.models import Star
from protocol.errors import ProtocolError

router = Router(tags=["documents"])


@router.put("", response={204: None}, summary="Star a document, for yourself")
def put(request: HttpRequest, document_id: DocumentId) -> Status[None]:
    Star.objects.get_or_create(document_id=document_id, user_id=_starrer(request, document_id))
    return Status(204, None)


@router.delete("", response={204: None}, summary="Take your star away")
def take(request: HttpRequest, document_id: DocumentId) -> Status[None]:
    Star.objects.filter(document=document_id, user=_starrer(request, document_id)).delete()
    return Status(204, None)


def _starrer(request: HttpRequest, document_id: UUID) -> UUID:
    principal = scoped(request, "write")
    if rights.access_of(document_id, principal).role is None:
        raise ProtocolError("not_found")
    return UUID(principal.user_id)
