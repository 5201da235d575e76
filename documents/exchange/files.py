"""The formats of files, and how a document is written in each."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from documents.exchange.docx_writer import to_docx
from documents.exchange.html_writer import to_page
from documents.exchange.markdown_writer import to_markdown
from documents.exchange.pdf_writer import to_pdf
from documents.exchange.text_writer import to_text
from protocol.content import Content

Writer = Callable[[Content, str], bytes]


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format: its media type, how its files' names end, and how contents with a title are written in it."""

    media_type: str
    suffix: str
    write: Writer


FILE_FORMATS = {
    "markdown": FileFormat(
        "text/markdown; charset=utf-8", "md", lambda content, title: to_markdown(content.to_json()).encode()
    ),
    "html": FileFormat(
        "text/html; charset=utf-8", "html", lambda content, title: to_page(content.to_json(), title).encode()
    ),
    "docx": FileFormat(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
        lambda content, title: to_docx(content.to_json(), title),
    ),
    "pdf": FileFormat("application/pdf", "pdf", lambda content, title: to_pdf(content.to_json(), title)),
    "text": FileFormat("text/plain; charset=utf-8", "txt", lambda content, title: to_text(content.to_json()).encode()),
    "delta": FileFormat(
        "application/json", "json", lambda content, title: json.dumps(content.to_json(), ensure_ascii=False).encode()
    ),
}

# What some system does not take in a file's name.
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')


def file_name(title: str, suffix: str) -> str:
    """A name for the file of a document, that every system takes."""
    name = _NOT_IN_NAMES.sub(" ", title)
    return f"{' '.join(name.split()).strip('. ') or 'document'}.{suffix}"
