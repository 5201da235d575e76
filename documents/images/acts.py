"""What people do with the images of a document."""

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
    with acts.held(document_id) as document:
        acts.require(document, by, "edit")
        if document.state != Document.State.OPEN:
            raise ProtocolError("document_frozen")
        quota.require_room(document.owner_id, len(drawing.data))
        image = keep(document, uuid4(), drawing, by.user_id)
        audit.record("images.put", by=by, document_id=document_id, image_id=str(image.image_id), size=image.size)
    return image


def copy_all(of: UUID, to: Document, by: Principal, contents: Content) -> None:
    """Gives a new document the images that its `contents` name and another one has, under the same names.

    Raises quota_exceeded. Whoever calls has made sure that `by` may read the other document.
    """
    images = Image.objects.filter(document=of, image_id__in=named_in(contents))
    if not images:
        return
    quota.require_room(to.owner_id, sum(image.size for image in images))
    for image in images:
        data = bytes_of(image)
        if data is not None:
            keep(to, image.image_id, Drawing(image.media_type, image.width, image.height, data), by.user_id)


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
