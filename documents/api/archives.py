"""A document with its whole history, as an archive, and back."""

from typing import Annotated, Any

from django.http import FileResponse, HttpRequest
from ninja import Query, Router, Status

from accounts.api_auth import asker, scoped
from documents.api.asking import DocumentId
from documents.api.documents import shown
from documents.api.schemas import DocumentOut
from documents.exchange.files import file_name
from documents.exchange.process import LARGEST_ARCHIVE
from documents.models import TITLE_LENGTH, Document
from documents.past.archives import bring_back, take_out

router = Router(tags=["files"])

BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
SENT = {"requestBody": {"required": True, "description": "The archive.", "content": {"*/*": BYTES}}}
GOT = {"responses": {200: {"description": "The archive.", "content": {"application/zip": BYTES}}}}


@router.get(
    "/documents/{uuid:document_id}/archive",
    summary="Download a document with its whole history",
    openapi_extra=GOT,
)
def take(request: HttpRequest, document_id: DocumentId) -> FileResponse:
    file = take_out(document_id, asker(request))
    title = Document.objects.values_list("title", flat=True).get(pk=document_id)
    answer = FileResponse(file, as_attachment=True, filename=file_name(title, "zip"), content_type="application/zip")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@router.post(
    "/documents/archive", response={201: DocumentOut}, summary="Make a document of an archive", openapi_extra=SENT
)
def bring(
    request: HttpRequest,
    title: Annotated[
        str | None, Query(max_length=TITLE_LENGTH, description="1 to 200 characters; left out: the archive's.")
    ] = None,
) -> Status[DocumentOut]:
    principal = scoped(request, "write")
    document = bring_back(principal, request.read(LARGEST_ARCHIVE + 1), title)
    return Status(201, shown(document.pk, principal))
