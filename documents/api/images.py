"""Images of a document: bringing them in, and getting them. A change then names them: `{"insert": {"image": id}}`."""

from typing import Annotated, Any
from uuid import UUID

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema, Status
from pydantic import Field

from accounts.api_auth import asker
from documents.api.asking import DocumentId, require
from documents.exchange.found_images import LARGEST_IMAGE
from documents.exchange.process import read_image
from documents.images import acts
from documents.images.incoming import readable
from documents.images.models import Image
from documents.images.serving import served
from protocol.errors import ProtocolError

router = Router(tags=["images"])

# Each may take a processor for some seconds.
RATES = {"upload": "300/h/user"}
BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
SENT = {
    "requestBody": {
        "required": True,
        "description": "PNG, JPEG, WebP or GIF; of what moves, the first picture is kept.",
        "content": {"*/*": BYTES},
    }
}
KINDS = ("image/png", "image/jpeg", "image/webp")
GOT = {"responses": {200: {"description": "The image.", "content": dict.fromkeys(KINDS, BYTES)}}}


class ImageOut(Schema):
    id: str = Field(description="What a change of this document names it by, and no other document.")
    media_type: str
    width: int = Field(description="In pixels.")
    height: int
    size: int = Field(description="In bytes; counts towards what the document's owner may keep.")


class ImageOfDocument(Schema):
    document_id: UUID
    image_id: UUID


@router.post("", response={201: ImageOut}, summary="Bring an image into a document", openapi_extra=SENT)
def put(request: HttpRequest, document_id: DocumentId) -> Status[ImageOut]:
    _may_bring(request, document_id)
    drawing = read_image(request.read(LARGEST_IMAGE + 1))
    return _kept(acts.put(document_id, asker(request), drawing))


@router.post("/copies", response={201: ImageOut}, summary="Bring an image of another document into a document")
def copy(request: HttpRequest, document_id: DocumentId, body: ImageOfDocument) -> Status[ImageOut]:
    _may_bring(request, document_id)
    drawing = readable(body.document_id, body.image_id, asker(request))
    if drawing is None:
        raise ProtocolError("not_found", "There is no such image, or it is not shared with you.")
    return _kept(acts.put(document_id, asker(request), drawing))


def _may_bring(request: HttpRequest, document_id: UUID) -> None:
    require(request, document_id, "edit")
    if not ratelimit.consume(request, app="documents.images", action="upload", config=RATES, limit_get=True):
        raise ProtocolError("rate_limited")


def _kept(image: Image) -> Status[ImageOut]:
    id_, kind, size = str(image.image_id), image.media_type, image.size
    return Status(201, ImageOut(id=id_, media_type=kind, width=image.width, height=image.height, size=size))


@router.get("/{uuid:image_id}", summary="Get an image of a document", openapi_extra=GOT)
def get(request: HttpRequest, document_id: DocumentId, image_id: Annotated[UUID, Path()]) -> HttpResponse:
    require(request, document_id, "read")
    answer = served(document_id, image_id)
    if answer is None:
        raise ProtocolError("not_found", "The document has no such image.")
    return answer
