"""Reads the archive of a document's history, and believes nothing: every digest is made anew, every change applied."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar

import pydantic_core

from documents.exchange.archive import (
    AUTHORS,
    CONTENTS,
    IMAGES,
    MANIFEST,
    NAMED,
    PIXELS,
    REVISIONS,
    SIGNATURE,
    SNAPSHOTS,
    Archive,
    Author,
    ImageLine,
    Line,
    Manifest,
    NamedLine,
    RevisionLine,
    SnapshotLine,
    images_in,
)
from documents.exchange.package import Package
from protocol import digest, formats
from protocol.content import Content
from protocol.delta import Delta
from protocol.errors import DeltaError, ProtocolError
from protocol.limits import LIMITS

# How much all parts together may hold, in bytes unpacked.
LONGEST = 256 * 1024 * 1024
KNOWN = {CONTENTS, AUTHORS, NAMED, SNAPSHOTS, IMAGES}
Kind = TypeVar("Kind", bound=Line)


def from_archive(data: bytes) -> Archive:
    """The history in an archive.

    Raises ProtocolError: unreadable_file, file_too_costly, document_too_large, and what is wrong with a Delta.
    """
    try:
        return _read(_Parts(data))
    except DeltaError as error:
        raise ProtocolError(error.code, str(error)) from error
    except ValueError as error:
        raise ProtocolError("unreadable_file") from error


def _read(parts: "_Parts") -> Archive:
    manifest = parts.manifest
    authors = list(parts.lines(AUTHORS, Author))
    replay = _Replay(authors, {line.version: line.contents for line in parts.lines(SNAPSHOTS, SnapshotLine)})
    named = {line.version: line for line in parts.lines(NAMED, NamedLine)}
    replay.readable_at(named, 0)
    revisions = []
    for line in parts.lines_of_revisions():
        replay.go_on(line)
        replay.readable_at(named, line.version)
        revisions.append(line.model_dump_json())
    contents = replay.end(manifest, pydantic_core.from_json(parts.read(CONTENTS)))
    _require(not named, "A named version is not in it.")
    images = list(parts.lines(IMAGES, ImageLine))
    replay.name_images(images)
    pixels = parts.pixels(images)
    return Archive(
        title=manifest.title,
        digest=manifest.digest,
        length=contents.length,
        authors=authors,
        named=replay.named,
        snapshots=replay.snapshots,
        revisions=revisions,
        images=images,
        pixels=pixels,
        manifest_sha256=parts.manifest_sha256,
        signature=parts.signature,
    )


class _Parts:
    """The parts of the zip, each of which is what the manifest says."""

    def __init__(self, data: bytes) -> None:
        self._package = Package(data)
        text = self._package.read(MANIFEST)
        self.manifest_sha256 = sha256(text).hexdigest()
        self.signature = self._package.read(SIGNATURE).decode(errors="replace").strip()
        self.manifest = _parsed(Manifest, text)
        self._left = LONGEST
        names = set(self.manifest.parts)
        self._pixels = {name for name in names if name.startswith(PIXELS.format(""))}
        pages = names - KNOWN - self._pixels
        self._pages = [REVISIONS.format(number) for number in range(len(pages))]
        _require(pages == set(self._pages) and names >= KNOWN)

    def read(self, name: str) -> bytes:
        part = self._package.read(name)
        self._left -= len(part)
        if self._left < 0:
            raise ProtocolError("file_too_costly")
        _require(sha256(part).hexdigest() == self.manifest.parts[name], "A part is not what the manifest says.")
        return part

    def lines(self, name: str, kind: type[Kind]) -> Iterator[Kind]:
        for line in self.read(name).splitlines():
            yield _parsed(kind, line)

    def pixels(self, images: list[ImageLine]) -> list[bytes]:
        """The bytes of these images, which are all that there are."""
        names = [PIXELS.format(image.image_id) for image in images]
        _require(len(names) == len(self._pixels) and set(names) == self._pixels, "An image is missing.")
        return [self.read(name) for name in names]

    def lines_of_revisions(self) -> Iterator[RevisionLine]:
        for page in self._pages:
            yield from self.lines(page, RevisionLine)


class _Replay:
    """Goes through the revisions as those did who made them. `content` is None inside what was removed."""

    def __init__(self, authors: list[Author], snapshots: dict[int, list[Any]]) -> None:
        self.named: list[NamedLine] = []
        self.snapshots: list[SnapshotLine] = []
        self._authors = authors
        self._given = snapshots
        self._version = 0
        self._chained = digest.START
        self._content: Content | None = Content.EMPTY
        self._clients: dict[str, tuple[int, int | None]] = {}
        # By the images that are named, the first version that does.
        self._images: dict[str, int] = {}
        self._now = datetime.now(UTC)

    def go_on(self, line: RevisionLine) -> None:
        _require(line.version == self._version + 1, "A revision is missing.")
        _require(line.at <= self._now, "A revision is from the future.")
        self._name(line)
        self._version = line.version
        if line.delta is None:
            self._chained, self._content = line.digest, self._snapshot(line.version)
        else:
            delta = Delta(line.delta)
            self._apply(delta, line.digest)
            line.delta = delta.json
            self._see_images(delta)

    def _name(self, line: RevisionLine) -> None:
        """A client id is one person's, and its seqs rise; each of the server's own has one change."""
        _require(line.author is None or line.author < len(self._authors))
        seq, author = self._clients.get(line.client_id, (0, line.author))
        _require(line.seq > seq and line.author == author, "A client_id is not one person's.")
        self._clients[line.client_id] = line.seq, line.author

    def _apply(self, delta: Delta, chained: str) -> None:
        _require(self._content is not None, "The contents after what was removed are missing.")
        assert self._content
        formats.check(delta)
        self._chained = digest.chain(self._chained, delta)
        _require(self._chained == chained, "A digest is not that of its change.")
        self._content = self._content.apply(delta)

    def _snapshot(self, version: int) -> Content | None:
        ops = self._given.pop(version, None)
        if ops is None:
            return None
        delta = Delta(ops)
        formats.check(delta)
        self._see_images(delta)
        content = Content.from_delta(delta)
        self.snapshots.append(SnapshotLine(version=version, contents=content.to_json()))
        return content

    def _see_images(self, delta: Delta) -> None:
        for image_id in images_in(delta.json):
            self._images.setdefault(image_id, self._version)

    def name_images(self, images: list[ImageLine]) -> None:
        """Each image was there before it was named."""
        for line in images:
            _require(line.author is None or line.author < len(self._authors))
            _require(line.at <= self._now and line.version < self._images.get(line.image_id, 0), "An image is unnamed.")

    def readable_at(self, named: dict[int, NamedLine], version: int) -> None:
        line = named.pop(version, None)
        if line is not None:
            _require(self._content is not None and (line.author is None or line.author < len(self._authors)))
            _require(line.at <= self._now)
            self.named.append(line)

    def end(self, manifest: Manifest, contents: object) -> Content:
        content = self._content
        _require(content is not None and not self._given, "The contents after what was removed are missing.")
        _require((self._version, self._chained) == (manifest.version, manifest.digest), "The end is missing.")
        assert content
        _require(content.to_json() == contents, "The contents are not what the history makes.")
        if content.length > LIMITS.document:
            raise ProtocolError("document_too_large")
        return content


def _parsed(kind: type[Kind], line: bytes) -> Kind:
    try:
        return kind.model_validate(pydantic_core.from_json(line, allow_inf_nan=False))
    except ValueError as error:  # a ValidationError is one
        raise ProtocolError("unreadable_file") from error


def _require(holds: bool, message: str | None = None) -> None:
    if not holds:
        raise ProtocolError("unreadable_file", message)
