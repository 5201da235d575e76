"""Writes the archive of a document's whole history."""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from documents.exchange.archive import MANIFEST, PART_BYTES, PART_REVISIONS, REVISIONS, SIGNATURE, Manifest


class ArchiveWriter:
    """An archive that is being written: first its parts, then `finish`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w", ZIP_DEFLATED)
        self._parts: dict[str, str] = {}

    def revisions(self, lines: Iterable[str]) -> None:
        """Lines of revisions, in as many parts as they take."""
        for number, part in enumerate(_parts(lines)):
            self.part(REVISIONS.format(number), part)

    def lines(self, name: str, lines: Iterable[str]) -> None:
        """A part with a line for each of these."""
        self.part(name, "".join(f"{line}\n" for line in lines))

    def part(self, name: str, text: str) -> None:
        """A part that holds this text."""
        self._put(name, text.encode(), ZIP_DEFLATED)

    def image(self, name: str, data: bytes) -> None:
        """A part that is an image, which is packed already."""
        self._put(name, data, ZIP_STORED)

    def finish(self, manifest: Manifest, sign: Callable[[str], str]) -> None:
        """The manifest, which is told of the parts, and its signature."""
        text = manifest.model_copy(update={"parts": self._parts}).model_dump_json(indent=1)
        self._zip.writestr(MANIFEST, text)
        self._zip.writestr(SIGNATURE, sign(sha256(text.encode()).hexdigest()))
        self._zip.close()

    def _put(self, name: str, data: bytes, packing: int) -> None:
        self._parts[name] = sha256(data).hexdigest()
        self._zip.writestr(name, data, packing)


def _parts(lines: Iterable[str]) -> Iterator[str]:
    part: list[str] = []
    size = 0
    for line in lines:
        part.append(f"{line}\n")
        size += len(line)
        if len(part) == PART_REVISIONS or size >= PART_BYTES:
            yield "".join(part)
            part, size = [], 0
    if part:
        yield "".join(part)
