"""The contents of a file, whatever its format."""

from collections.abc import Callable

import pydantic_core

from documents.exchange.docx_reader import from_docx
from documents.exchange.found_images import FoundImages
from documents.exchange.html_reader import from_html
from documents.exchange.lines import Line, ops_of
from documents.exchange.markdown_reader import from_markdown
from protocol import formats
from protocol.content import Content
from protocol.delta import Delta
from protocol.errors import DeltaError, ProtocolError
from protocol.limits import LIMITS


def read(name: str, data: bytes, images: FoundImages) -> Content:
    """The contents of a file in the format `name`; `images` takes in the images that it holds, by which they are named.

    Raises ProtocolError: unreadable_file, file_too_costly, document_too_large, and what is wrong with a Delta; whatever
    else where a file leads it astray.
    """
    try:
        content = READERS[name](data, images)
        formats.check(content.to_delta())
    except DeltaError as error:
        raise ProtocolError(error.code, str(error)) from error
    if content.length > LIMITS.document:
        raise ProtocolError("document_too_large")
    return content


def _from_lines(lines: list[Line]) -> Content:
    # Below a table one has to be able to go on.
    ends = [Line((), {})] if lines and lines[-1].kind == "table" else []
    return Content.from_delta(Delta(ops_of([*lines, *ends])))


def _from_text(data: bytes, _images: FoundImages) -> Content:
    text = _text(data)
    return Content.from_delta(Delta([{"insert": text if text.endswith("\n") else f"{text}\n"}]))


def _from_delta(data: bytes, _images: FoundImages) -> Content:
    """A list of ops, or Quill's object around it; the last newline may be missing."""
    try:
        found = pydantic_core.from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise ProtocolError("unreadable_file") from error
    ops = found.get("ops") if isinstance(found, dict) else found
    if not isinstance(ops, list):
        raise ProtocolError("unreadable_file")
    last = ops[-1].get("insert") if ops and isinstance(ops[-1], dict) else None
    ends = isinstance(last, str) and last.endswith("\n")
    return Content.from_json(ops if ends else [*ops, {"insert": "\n"}])


def _text(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ProtocolError("unreadable_file", "The text of the file is not UTF-8.") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


READERS: dict[str, Callable[[bytes, FoundImages], Content]] = {
    "markdown": lambda data, images: _from_lines(from_markdown(_text(data), images)),
    "html": lambda data, images: _from_lines(from_html(_text(data), images)),
    "docx": lambda data, images: _from_lines(from_docx(data, images)),
    "text": _from_text,
    "delta": _from_delta,
}
