"""Reads strangers' files in a process of their own, which bounds itself and may end in any way."""

import logging
import subprocess
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, NamedTuple

from documents.exchange.archive import Archive
from documents.exchange.found_images import LARGEST_IMAGE
from documents.exchange.framing import packed, unpacked
from documents.images.drawing import Drawing
from protocol.content import Content
from protocol.errors import ProtocolError

logger = logging.getLogger(__name__)

LARGEST = 16 * 1024 * 1024
"""The largest file that is read, in bytes."""
LARGEST_ARCHIVE = 64 * 1024 * 1024
"""The same of an archive, which holds the images of a document."""
SECONDS = 20
"""How long reading one may take, whatever it waits for."""
LONG_SECONDS = 60
"""The same for an archive, each change of which is applied, and for many images."""
PORTION = 16 * 1024 * 1024
"""So many bytes of images are drawn by one process, and one image more."""
ROOT = Path(__file__).parents[2]

# As many at once: each may take a whole processor and much memory.
_places = BoundedSemaphore(2)
WAIT = 5


class ReadFile(NamedTuple):
    """What a file holds: contents, and by the ids by which they name them, its images as they came.

    `elsewhere` are addresses of images that may be in other documents.
    """

    contents: Content
    images: dict[str, bytes]
    elsewhere: dict[str, str]


def read_file(name: str, data: bytes) -> ReadFile:
    """The contents of a file in the format `name`.

    Raises ProtocolError: too_large, unreadable_file, file_too_costly, document_too_large, what is wrong with a Delta,
    and rate_limited where too many are being read.
    """
    head, images = _answer(name, data)
    found = _good(head, name)
    return ReadFile(
        Content.from_json(found["contents"]), dict(zip(found["images"], images, strict=True)), found["elsewhere"]
    )


def read_archive(data: bytes) -> Archive:
    """The history that an archive holds. Raises as `read_file` does."""
    head, pixels = _answer("archive", data, LARGEST_ARCHIVE)
    return Archive(**_good(head, "archive")["archive"], pixels=pixels)


def read_image(data: bytes) -> Drawing:
    """An image, drawn anew.

    Raises too_large, unreadable_file, file_too_costly, and rate_limited as `read_file` does.
    """
    if len(data) > LARGEST_IMAGE:
        raise ProtocolError("too_large")
    [answer], drawn = _answer("image", _framed([data]))
    return Drawing(**_good(answer, "image"), data=next(drawn))


def read_images(images: Iterable[bytes]) -> Iterator[Drawing | None]:
    """Images, each drawn anew; None for what is none. Raises file_too_costly and rate_limited as `read_file` does."""
    for portion in _portions(images):
        answers, drawn = _answer("images", _framed(portion), sys.maxsize)
        for answer in answers:
            _note(answer, "images")
            yield None if "code" in answer else Drawing(**answer, data=next(drawn))


def _portions(images: Iterable[bytes]) -> Iterator[list[bytes]]:
    portion: list[bytes] = []
    for image in images:
        portion.append(image)
        if sum(map(len, portion)) >= PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


def _framed(images: list[bytes]) -> bytes:
    return b"".join(packed(None, images))


def _answer(name: str, data: bytes, largest: int | None = None) -> tuple[Any, Iterator[bytes]]:
    if len(data) > (largest or LARGEST):
        raise ProtocolError("too_large")
    if not _places.acquire(timeout=WAIT):
        raise ProtocolError("rate_limited", retry_after=WAIT)
    try:
        return unpacked(BytesIO(_ran(name, data)))
    finally:
        _places.release()


def _good(answer: dict[str, Any], name: str) -> dict[str, Any]:
    """The answer, which is no refusal."""
    _note(answer, name)
    if "code" in answer:
        raise ProtocolError(answer["code"], answer.get("message"))
    return answer


def _note(answer: dict[str, Any], name: str) -> None:
    if "failed" in answer:
        logger.error("a file in the format %s was not understood: %s", name, answer["failed"])


def _ran(name: str, data: bytes) -> bytes:
    """What the process said; it gets neither our environment nor our files."""
    module = "documents.images.sealed" if name in ("image", "images") else "documents.exchange.sealed"
    command = [sys.executable, "-m", module, name]
    seconds = LONG_SECONDS if name in ("archive", "images") else SECONDS
    try:
        ran = subprocess.run(command, input=data, capture_output=True, cwd=ROOT, env={}, timeout=seconds, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise ProtocolError("file_too_costly") from error
    return ran.stdout
