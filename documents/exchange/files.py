"""The formats of files, and how a document is written in each."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from documents.exchange.docx_writer import to_docx
from documents.exchange.html_writer import to_page
from documents.exchange.lines import Address
from documents.exchange.markdown_writer import to_markdown
from documents.exchange.pdf_writer import to_pdf
from documents.exchange.text_writer import to_text
from documents.images.drawing import Drawing
from protocol.content import Content


class Images(Protocol):
    """The images of the document that is written, by their ids: themselves, or where they are, or None."""

    def drawing(self, image_id: str) -> Drawing | None: ...
    def address(self, image_id: str) -> str | None: ...


class NoImages:
    """Where their words stand alone."""

    def drawing(self, _image_id: str) -> None: ...
    def address(self, _image_id: str) -> None: ...


NO_IMAGES = NoImages()
Writer = Callable[[list[dict[str, Any]], str, Images], bytes]


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format: its media type, how its files' names end, and how ops with a title are written in it."""

    media_type: str
    suffix: str
    writer: Writer

    def write(self, content: Content, title: str, images: Images = NO_IMAGES) -> bytes:
        """Contents as a file, with the images that are there, where the format holds or names any."""
        return self.writer(content.to_json(), title, images)


def within(images: Images) -> Address:
    """Addresses that hold the images themselves."""

    def address(image_id: str) -> str | None:
        drawing = images.drawing(image_id)
        return drawing.address if drawing else None

    return address


FILE_FORMATS = {
    "markdown": FileFormat(
        "text/markdown; charset=utf-8", "md", lambda ops, title, images: to_markdown(ops, images.address).encode()
    ),
    "html": FileFormat(
        "text/html; charset=utf-8", "html", lambda ops, title, images: to_page(ops, title, within(images)).encode()
    ),
    "docx": FileFormat(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
        lambda ops, title, images: to_docx(ops, title, images.drawing),
    ),
    "pdf": FileFormat("application/pdf", "pdf", lambda ops, title, images: to_pdf(ops, title, within(images))),
    "text": FileFormat("text/plain; charset=utf-8", "txt", lambda ops, title, images: to_text(ops).encode()),
    "delta": FileFormat(
        "application/json", "json", lambda ops, title, images: json.dumps(ops, ensure_ascii=False).encode()
    ),
}

# What some system does not take in a file's name.
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')


def file_name(title: str, suffix: str) -> str:
    """A name for the file of a document, that every system takes."""
    name = _NOT_IN_NAMES.sub(" ", title)
    return f"{' '.join(name.split()).strip('. ') or 'document'}.{suffix}"
