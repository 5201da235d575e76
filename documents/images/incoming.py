"""The images of files that are brought in: drawn anew, or copied from documents that who brings them may read."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from accounts.principals import Principal
from documents import rights
from documents.exchange.found_images import IN_A_DOCUMENT
from documents.exchange.process import ReadFile, read_images
from documents.images.acts import drawing_of
from documents.images.drawing import Drawing
from documents.images.models import Image
from protocol.content import Content


class Brought(NamedTuple):
    """Contents, and the images that they name, for a document to take both."""

    contents: Content
    images: dict[UUID, Drawing]


def brought(file: ReadFile, by: Principal) -> Brought:
    """What a file brings; where an image is none, or not to be read, its words stand.

    Raises file_too_costly and rate_limited.
    """
    drawn = zip(file.images, read_images(file.images.values()), strict=True)
    copied = ((image_id, _copied(address, by)) for image_id, address in file.elsewhere.items())
    images = {image_id: drawing for image_id, drawing in (*drawn, *copied) if drawing}
    lost = {image_id: file.elsewhere.get(image_id) for image_id in {*file.images, *file.elsewhere} - images.keys()}
    return Brought(_with_words(file.contents, lost), {UUID(image_id): drawing for image_id, drawing in images.items()})


def without_images(file: ReadFile) -> Content:
    """The contents of a file with words for its images."""
    return _with_words(file.contents, {**dict.fromkeys(file.images), **file.elsewhere})


def readable(document_id: UUID, image_id: UUID, by: Principal) -> Drawing | None:
    """An image of a document; None alike where it is not there and where it is not theirs to see."""
    if "read" not in rights.access_of(document_id, by).capabilities:
        return None
    image = Image.objects.filter(document=document_id, image_id=image_id).first()
    return drawing_of(image) if image else None


def _copied(address: str, by: Principal) -> Drawing | None:
    found = IN_A_DOCUMENT.fullmatch(address)
    return readable(UUID(found[1]), UUID(found[2]), by) if found else None


def _with_words(contents: Content, lost: Mapping[str, str | None]) -> Content:
    """The contents with words in place of these images, which lead to their addresses."""
    return Content.from_json(list(_ops(contents, lost))) if lost else contents


def _ops(contents: Content, lost: Mapping[str, str | None]) -> Iterator[dict[str, Any]]:
    for op in contents.to_json():
        image = op["insert"].get("image", "") if isinstance(op["insert"], dict) else ""
        if image not in lost:
            yield op
            continue
        formats = dict(op.get("attributes", {}))
        words, address = formats.pop("alt", ""), lost[image]
        if address:
            formats.setdefault("link", address)
        if words:
            yield {"insert": words, "attributes": formats} if formats else {"insert": words}
