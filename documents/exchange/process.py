"""Reads strangers' files in a process of their own, which bounds itself and may end in any way."""

import logging
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import pydantic_core

from documents.exchange.archive import Archive
from documents.images.drawing import Drawing
from protocol.content import Content
from protocol.errors import ProtocolError

logger = logging.getLogger(__name__)

LARGEST = 16 * 1024 * 1024
"""The largest file that is read, in bytes."""
LARGEST_IMAGE = 10 * 1024 * 1024
"""The same of an image."""
SECONDS = 20
"""How long reading one may take, whatever it waits for."""
ARCHIVE_SECONDS = 60
"""The same for an archive, each change of which is applied."""
ROOT = Path(__file__).parents[2]

# As many at once: each may take a whole processor and much memory.
_places = BoundedSemaphore(2)
WAIT = 5


def read_file(name: str, data: bytes) -> Content:
    """The contents of a file in the format `name`.

    Raises ProtocolError: too_large, unreadable_file, file_too_costly, document_too_large, what is wrong with a Delta,
    and rate_limited where too many are being read.
    """
    return Content.from_json(_answer(name, data)["contents"])


def read_archive(data: bytes) -> Archive:
    """The history that an archive holds. Raises as `read_file` does."""
    return Archive.model_validate(_answer("archive", data)["archive"])


def read_image(data: bytes) -> Drawing:
    """An image, drawn anew.

    Raises too_large, unreadable_file, file_too_costly, and rate_limited as `read_file` does.
    """
    if len(data) > LARGEST_IMAGE:
        raise ProtocolError("too_large")
    answer = _answer("image", data)
    return Drawing(**{**answer, "data": b64decode(answer["data"])})


def _answer(name: str, data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST:
        raise ProtocolError("too_large")
    if not _places.acquire(timeout=WAIT):
        raise ProtocolError("rate_limited", retry_after=WAIT)
    try:
        answer = pydantic_core.from_json(_ran(name, data))
    finally:
        _places.release()
    if "failed" in answer:
        logger.error("a file in the format %s was not understood: %s", name, answer["failed"])
    if "code" in answer:
        raise ProtocolError(answer["code"], answer.get("message"))
    found: dict[str, Any] = answer
    return found


def _ran(name: str, data: bytes) -> bytes:
    """What the process said; it gets neither our environment nor our files."""
    module = "documents.images.sealed" if name == "image" else "documents.exchange.sealed"
    command = [sys.executable, "-m", module, name]
    seconds = ARCHIVE_SECONDS if name == "archive" else SECONDS
    try:
        ran = subprocess.run(command, input=data, capture_output=True, cwd=ROOT, env={}, timeout=seconds, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise ProtocolError("file_too_costly") from error
    return ran.stdout
