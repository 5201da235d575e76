"""What people do with the images of a document."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts import audit
from accounts.principals import Principal
from documents import acts, quota
from documents.images.drawing import Drawing
from documents.images.models import Image
from documents.models import Document
from protocol.content import Content
from protocol.errors import ProtocolError
from protocol.ops import Insert


def put(document_id: UUID, by: Principal, drawing: Drawing) -> Image:
    """Keeps an image for the document to name; needs `edit`.

    Raises document_frozen, and quota_exceeded where it is its owner's.
    """
    [image] = put_all(document_id, by, {uuid4(): drawing})
    return image


def put_all(document_id: UUID, by: Principal, drawings: Mapping[UUID, Drawing]) -> list[Image]:
    """Keeps images under these ids, all or none. Needs and raises what `put` does."""
    with acts.held(document_id) as document:
        acts.require(document, by, "edit")
        if document.state != Document.State.OPEN:
            raise ProtocolError("document_frozen")
        return keep_all(document, by, drawings)


def keep_all(document: Document, by: Principal, drawings: Mapping[UUID, Drawing]) -> list[Image]:
    """Keeps images for a document that is held, or not there for others yet. Raises quota_exceeded."""
    if not drawings:
        return []
    quota.require_room(document.owner_id, sum(len(drawing.data) for drawing in drawings.values()))
    images = [keep(document, image_id, drawing, by.user_id) for image_id, drawing in drawings.items()]
    for image in images:
        audit.record("images.put", by=by, document_id=document.pk, image_id=str(image.image_id), size=image.size)
    return images


def copy_all(of: UUID, to: Document, by: Principal, contents: Content) -> None:
    """Gives a new document the images that its `contents` name and another one has, under the same names.

    Raises quota_exceeded. Whoever calls has made sure that `by` may read the other document.
    """
    images = Image.objects.filter(document=of, image_id__in=named_in(contents))
    if not images:
        return
    quota.require_room(to.owner_id, sum(image.size for image in images))
    for image in images:
        drawing = drawing_of(image)
        if drawing:
            keep(to, image.image_id, drawing, by.user_id)


def named_in(contents: Content) -> set[UUID]:
    """The images that contents name."""
    values = [run.value for run in contents.to_delta().runs() if isinstance(run, Insert)]
    embeds = (value for value in values if not isinstance(value, str))
    return {UUID(str(embed["image"])) for embed in embeds if "image" in embed}


def bytes_of(image: Image) -> bytes | None:
    """The image itself; None where its file is gone."""
    try:
        with image.file.open() as file:
            data: bytes = file.read()
    except FileNotFoundError:
        return None
    return data


def drawing_of(image: Image) -> Drawing | None:
    """The image with what it is; None where its file is gone."""
    data = bytes_of(image)
    return Drawing(image.media_type, image.width, image.height, data) if data is not None else None


def keep(document: Document, image_id: UUID, drawing: Drawing, user_id: str | UUID | None, **about: Any) -> Image:
    """Keeps an image for a document under an id, with what else is known `about` it.

    Whoever calls has made sure of rights and room.
    """
    name = default_storage.save(f"images/{document.pk}/{image_id}", ContentFile(drawing.data))
    try:
        return Image.objects.create(
            document=document,
            image_id=image_id,
            user_id=user_id,
            file=name,
            media_type=drawing.media_type,
            width=drawing.width,
            height=drawing.height,
            size=len(drawing.data),
            **{"version": document.version, **about},
        )
    except BaseException:
        default_storage.delete(name)
        raise
