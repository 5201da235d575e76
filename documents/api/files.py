"""Documents as files, and files as documents."""

from typing import Annotated, Any, Literal
from uuid import UUID

import pydantic_core
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router, Status

from accounts import audit
from accounts.api_auth import asker, scoped
from documents.api.asking import DocumentId, Version, contents_at, require
from documents.api.documents import shown
from documents.api.schemas import DocumentOut, FileContents, Imported
from documents.exchange.files import FILE_FORMATS, file_name
from documents.exchange.process import LARGEST, ReadFile, read_file
from documents.images.acts import keep_all, put_all
from documents.images.embedding import DocumentImages
from documents.images.incoming import brought, without_images
from documents.making import make
from documents.models import TITLE_LENGTH, Document
from documents.rewriting import Place, bring_in
from protocol.errors import ProtocolError
from protocol.limits import LIMITS

router = Router(tags=["files"])

FormatName = Literal["markdown", "html", "docx", "text", "delta"]
Format = Annotated[FormatName, Query(description="What kind of file.")]
WrittenName = Literal["markdown", "html", "docx", "pdf", "text", "delta"]
WrittenFormat = Annotated[WrittenName, Query(description="What kind of file; `pdf` where the server has that extra.")]
# Where someone opens the file in the browser all the same, nothing in it runs, loads or comes from this site.
NOTHING_RUNS = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
SENT = {"requestBody": {"required": True, "description": "The file, as it is.", "content": {"*/*": BYTES}}}
# A Delta is JSON, and so is described as what it holds.
GOT_AS = {kind.media_type: BYTES for kind in FILE_FORMATS.values()} | {FILE_FORMATS["delta"].media_type: {"schema": {}}}
VERSION = {"Deltapad-Version": {"description": "The version that it holds.", "schema": {"type": "integer"}}}
GOT = {"responses": {200: {"description": "The file.", "content": GOT_AS, "headers": VERSION}}}


@router.get(
    "/documents/{uuid:document_id}/export",
    summary="Download a document, now or earlier, as a file",
    openapi_extra=GOT,
)
def export(
    request: HttpRequest,
    document_id: DocumentId,
    format: WrittenFormat,  # noqa: A002 - its name in the address
    version: Version = None,
) -> HttpResponse:
    version, content = contents_at(request, document_id, version)
    title = Document.objects.values_list("title", flat=True).get(pk=document_id)
    kind = FILE_FORMATS[format]
    audit.record("documents.export", by=asker(request), document_id=document_id, format=format)
    images = DocumentImages(document_id, request.build_absolute_uri)
    answer = HttpResponse(kind.write(content, title, images), content_type=kind.media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, file_name(title, kind.suffix))
    answer.headers["Deltapad-Version"] = str(version)
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@router.post("/documents/import", response={201: DocumentOut}, summary="Make a document of a file", openapi_extra=SENT)
def make_of_file(
    request: HttpRequest,
    format: Format,  # noqa: A002
    title: Annotated[str, Query(max_length=TITLE_LENGTH, description="1 to 200 characters.")] = "Untitled",
) -> Status[DocumentOut]:
    principal = scoped(request, "write")
    contents, images = brought(_sent(request, format), principal)
    document = make(principal, title, contents, "import", lambda new: keep_all(new, principal, images))
    return Status(201, shown(document.pk, principal))


@router.post(
    "/documents/{uuid:document_id}/import",
    response={201: Imported},
    summary="Bring a file into a document, as a change that merges with people typing",
    openapi_extra=SENT,
)
def bring_file_in(
    request: HttpRequest,
    document_id: DocumentId,
    format: Format,  # noqa: A002
    place: Annotated[
        Place, Query(description="At the start or the end of the text, or in its place, keeping what they share.")
    ] = "end",
) -> Status[Imported]:
    require(request, document_id, "edit")
    by = asker(request)
    contents, images = brought(_sent(request, format), by)
    put_all(document_id, by, images)
    version = bring_in(document_id, by, contents, place)
    return Status(201, Imported(version=version))


@router.post(
    "/contents",
    response=FileContents,
    summary="Read a file as contents to be inserted",
    openapi_extra=SENT,
)
def read(
    request: HttpRequest,
    format: Format,  # noqa: A002
    document_id: Annotated[
        UUID | None,
        Query(description="A document to be edited, which takes the file's images; else their words stand."),
    ] = None,
) -> HttpResponse:
    by = scoped(request, "write")
    if document_id:
        require(request, document_id, "edit")
    file = _sent(request, format)
    contents, images = brought(file, by) if document_id else (without_images(file), {})
    body = pydantic_core.to_json({"contents": contents.to_json()})
    if len(body) > LIMITS.frame_in:  # no client could submit it
        raise ProtocolError("too_large")
    if document_id:
        put_all(document_id, by, images)
    return HttpResponse(body, content_type="application/json")


def _sent(request: HttpRequest, name: str) -> ReadFile:
    """What the file holds that is the request's body."""
    return read_file(name, request.read(LARGEST + 1))
