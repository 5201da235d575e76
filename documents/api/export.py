"""/api/v1/documents/{id}/export: a document as a file."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router

from documents.api.asking import DocumentId, Version, contents_at
from documents.exchange.files import FILE_FORMATS, file_name
from documents.models import Document

router = Router(tags=["files"])

Format = Literal["markdown", "html", "docx", "text", "delta"]
# Where someone opens the file in the browser all the same, nothing in it runs, loads or comes from this site.
NOTHING_RUNS = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
FILE = {"description": "The file.", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}


@router.get("", summary="Download a document, now or earlier, as a file", openapi_extra={"responses": {200: FILE}})
def export(
    request: HttpRequest,
    document_id: DocumentId,
    format: Annotated[Format, Query(description="What kind of file.")],  # noqa: A002 - its name in the address
    version: Version = None,
) -> HttpResponse:
    _, content = contents_at(request, document_id, version)
    title = Document.objects.values_list("title", flat=True).get(pk=document_id)
    kind = FILE_FORMATS[format]
    answer = HttpResponse(kind.write(content, title), content_type=kind.media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, file_name(title, kind.suffix))
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
