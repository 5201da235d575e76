"""Images within a file that stands by itself."""

from base64 import b64encode
from uuid import UUID

from documents.images import acts
from documents.images.models import Image

MOST_BYTES = 32 * 1024 * 1024
"""So much of images one file holds; after that their words stand alone."""


class Embedded:
    """Addresses that hold the images of one document; None for what it has not, or has no room for."""

    def __init__(self, document_id: UUID) -> None:
        self._images = Image.objects.filter(document=document_id)
        self._room = MOST_BYTES

    def __call__(self, image_id: str) -> str | None:
        image = self._images.filter(image_id=image_id, size__lte=self._room).first()
        data = acts.bytes_of(image) if image else None
        if image is None or data is None:
            return None
        self._room -= image.size
        return f"data:{image.media_type};base64,{b64encode(data).decode()}"
