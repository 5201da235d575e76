"""What stands in the archive of a document's whole history: a zip of JSON, a line for each thing in `.jsonl`.

`manifest.json` has the SHA-256 of every other part; `signature.txt` is by the server that wrote it, over the manifest.
Nothing of this package knows the database: it is read where nothing can be opened (`sealed`).
"""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from protocol.messages import MAX_INTEGER

# A part of revisions holds so many at most, and ends where it has so many characters.
PART_REVISIONS = 20_000
PART_BYTES = 8 * 1024 * 1024
MANIFEST = "manifest.json"
SIGNATURE = "signature.txt"
CONTENTS = "contents.json"
AUTHORS = "authors.jsonl"
NAMED = "named_versions.jsonl"
SNAPSHOTS = "snapshots.jsonl"
REVISIONS = "revisions/{:06}.jsonl"
IMAGES = "images.jsonl"
PIXELS = "images/{}"

Natural = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Positive = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, StringConstraints(max_length=254)]
ImageId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
# A client's, or one of the server's own.
AnyClientId = Annotated[str, StringConstraints(pattern=r"^(@[A-Za-z0-9_-]{1,63}|[A-Za-z0-9_-]{1,64})$")]


_IMAGE = re.compile(r'"image":"([0-9a-f-]{36})"')


class Line(BaseModel):
    """Something in an archive; nothing else may stand beside it."""

    model_config = ConfigDict(extra="forbid")


class Manifest(Line):
    """What the archive is of, and the SHA-256 of each of its parts."""

    format: Literal["deltapad-archive"] = "deltapad-archive"
    format_version: Literal[1] = 1
    document_id: str
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    version: Natural
    digest: Digest
    parts: dict[str, Digest]


class Author(Line):
    """Someone who wrote, by their place in the list; `id` as the server knows them that wrote the archive."""

    id: str | None
    name: Name


class RevisionLine(Line):
    """A revision; without `delta` it was removed. `author` is a place in the list of authors.

    In an archive that was read (`Archive.revisions`) the delta is its canonical JSON text.
    """

    version: Positive
    client_id: AnyClientId
    seq: Positive
    author: Natural | None
    at: AwareDatetime
    digest: Digest
    delta: Any


class NamedLine(Line):
    """A version that somebody gave a name."""

    version: Natural
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    author: Natural | None
    at: AwareDatetime


class SnapshotLine(Line):
    """Contents after what was removed."""

    version: Positive
    contents: list[Any]


class ImageLine(Line):
    """An image that the history names; its bytes are a part of their own. `version` is that at which it came in."""

    image_id: ImageId
    version: Natural
    author: Natural | None
    at: AwareDatetime
    media_type: Literal["image/png", "image/jpeg", "image/webp"]
    width: Positive
    height: Positive


def images_in(text: str) -> set[str]:
    """The images that ops name, which are given as their JSON text."""
    return set(_IMAGE.findall(text))


class Archive(BaseModel):
    """What was read of an archive, and found to be in itself right. Revisions are still lines: they are many.

    `pixels` are the bytes of its images in their order, which go beside it.
    """

    title: str
    digest: Digest
    length: int
    authors: list[Author]
    named: list[NamedLine]
    snapshots: list[SnapshotLine]
    revisions: list[str]
    images: list[ImageLine]
    pixels: Iterable[bytes] = Field(default=(), exclude=True)
    manifest_sha256: str
    signature: str
