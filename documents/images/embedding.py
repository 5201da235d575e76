"""The images of a document, for a file that is made of it."""

from collections.abc import Callable
from uuid import UUID

from django.urls import reverse

from documents.images import acts
from documents.images.drawing import Drawing
from documents.images.models import Image

MOST_BYTES = 32 * 1024 * 1024
"""So much of images one file holds; after that their words stand alone."""


class DocumentImages:
    """The images of one document: themselves, or where they are, of which `absolute` makes a whole address."""

    def __init__(self, document_id: UUID, absolute: Callable[[str], str] = str) -> None:
        self._document_id = document_id
        self._absolute = absolute
        self._rows = Image.objects.filter(document=document_id)
        self._room = MOST_BYTES

    def address(self, image_id: str) -> str | None:
        """Where those who may read the document find it; None for what it has not."""
        if not self._rows.filter(image_id=image_id).exists():
            return None
        return self._absolute(reverse("documents:image", args=[self._document_id, image_id]))

    def drawing(self, image_id: str) -> Drawing | None:
        """The image; None for what the document has not, or has no room for."""
        image = self._rows.filter(image_id=image_id, size__lte=self._room).first()
        drawing = acts.drawing_of(image) if image else None
        if drawing:
            self._room -= len(drawing.data)
        return drawing
