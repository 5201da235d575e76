"""Takes a document's whole history out into an archive, and makes a document of one.

Who wrote what is believed of an archive that this server signed. Of any other the one who brings it in is named as the
author of what is said to be theirs; all others are names alone (`ClientPosition.imported_name`), for anyone can write
into a file that somebody here has said something. Likewise its images are kept as they are, or drawn anew like any
other that comes in.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import transaction
from pydantic_core import from_json

from accounts import audit
from accounts.models import User
from accounts.principals import Principal
from documents import acts, history, quota
from documents.commit import SERVER_ID
from documents.exchange.archive import (
    AUTHORS,
    CONTENTS,
    IMAGES,
    NAMED,
    PIXELS,
    SNAPSHOTS,
    Archive,
    Author,
    ImageLine,
    Manifest,
    NamedLine,
    RevisionLine,
    SnapshotLine,
    images_in,
)
from documents.exchange.archive_writer import ArchiveWriter
from documents.exchange.process import read_archive, read_images
from documents.images import acts as images
from documents.images.drawing import Drawing
from documents.models import ClientPosition, Document, NamedVersion, Revision, Snapshot
from documents.names import cleaned
from protocol.errors import ProtocolError

PORTION = 1000
# How often an archive is begun anew because something was removed from the history meanwhile.
ATTEMPTS = 3
NAME_LENGTH = 128
SALT = "documents.archives"


def take_out(document_id: UUID, by: Principal | None) -> IO[bytes]:
    """The archive as a file that is gone when it is closed; needs `history`."""
    with acts.held(document_id) as document:
        acts.require(document, by, "history")
        audit.record("history.export", by=by, document_id=document_id, version=document.version)
    for _ in range(ATTEMPTS):
        document = Document.objects.get(pk=document_id)
        file = _written(document)
        if Document.objects.filter(pk=document_id, removals=document.removals).exists():
            return file
        file.close()
    raise ProtocolError("rate_limited", retry_after=1)


def bring_back(principal: Principal, data: bytes, title: str | None = None) -> Document:
    """A new document of `principal` with the history of an archive, which was found to be right.

    Raises as `read_archive` does, invalid_field for the title, and quota_exceeded.
    """
    archive = read_archive(data)
    signed = _is_signed(archive)
    people = _people(archive, principal, signed=signed)
    drawings = _drawings(archive, signed=signed)
    with transaction.atomic():
        document = acts.create(UUID(principal.user_id), title or archive.title)
        restored = _Restored(document, archive, people)
        restored.write()
        quota.require_room(document.owner_id, sum(len(drawing.data) for drawing in drawings))
        restored.keep_images(drawings)
        audit.record("history.import", by=principal, document_id=document.pk, version=document.version)
    return document


# -- out --


@dataclass
class _Authors:
    """Who wrote, in the order in which they are met."""

    names: Mapping[str, str]
    found: dict[tuple[str | None, str], int] = field(default_factory=dict)

    def place(self, user: User | None, client_id: str = "") -> int | None:
        """Where somebody stands in the list; None for those of whom nothing is known."""
        key = (str(user.pk), user.display_name) if user else (None, self.names.get(client_id, ""))
        return self.found.setdefault(key, len(self.found)) if any(key) else None


def _written(document: Document) -> IO[bytes]:
    file = TemporaryFile()  # noqa: SIM115 - its taker closes it
    try:
        _write(document, ArchiveWriter(file))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _write(document: Document, archive: ArchiveWriter) -> None:
    positions = document.client_positions.exclude(imported_name="")
    authors = _Authors(dict(positions.values_list("client_id", "imported_name")))
    named_images: set[str] = set()
    archive.revisions(_revisions(document, authors, named_images))
    named = document.named_versions.filter(version__lte=document.version).select_related("user").order_by("version")
    archive.lines(NAMED, [_named(row, authors) for row in named])
    archive.lines(SNAPSHOTS, _snapshots(document, named_images))
    archive.lines(IMAGES, list(_images(document, authors, named_images, archive)))
    archive.lines(AUTHORS, [Author(id=pk, name=name).model_dump_json() for pk, name in authors.found])
    contents = history.contents_at(document.pk, document.version)
    archive.part(CONTENTS, json.dumps(contents.to_json(), ensure_ascii=False))
    about = {"title": document.title, "version": document.version, "digest": document.digest}
    manifest = Manifest(document_id=str(document.pk), parts={}, **about)
    archive.finish(manifest, Signer(salt=SALT).signature)


def _revisions(document: Document, authors: _Authors, named_images: set[str]) -> Iterator[str]:
    for start in range(0, document.version, PORTION):
        until = min(start + PORTION, document.version)
        rows = document.revisions.filter(version__gt=start, version__lte=until)
        for row in rows.select_related("user").order_by("version"):
            line = RevisionLine(
                version=row.version,
                client_id=row.client_id,
                seq=row.seq,
                author=authors.place(row.user, row.client_id),
                at=row.at,
                digest=row.digest,
                delta=None,
            )
            named_images |= images_in(row.delta or "")
            # As it is stored, and not once more from what it means.
            yield f'{line.model_dump_json(exclude={"delta"})[:-1]},"delta":{row.delta or "null"}}}'


def _named(row: NamedVersion, authors: _Authors) -> str:
    line = NamedLine(version=row.version, name=row.name, author=authors.place(row.user), at=row.at)
    return line.model_dump_json()


def _snapshots(document: Document, named_images: set[str]) -> Iterator[str]:
    """The contents that no revisions can make."""
    removed = document.revisions.filter(version__in=document.snapshots.values("version"), delta=None)
    for snapshot in document.snapshots.filter(version__in=removed.values("version")).order_by("version"):
        line = SnapshotLine(version=snapshot.version, contents=snapshot.unpack()).model_dump_json()
        named_images |= images_in(line)
        yield line


def _images(document: Document, authors: _Authors, named: set[str], archive: ArchiveWriter) -> Iterator[str]:
    """The images that are named by what is in the archive: no others are there to be seen."""
    for row in document.images.filter(image_id__in=named).select_related("user").order_by("image_id"):
        data = images.bytes_of(row)
        if data is None:
            continue
        archive.image(PIXELS.format(row.image_id), data)
        line = ImageLine(
            image_id=str(row.image_id),
            version=row.version,
            author=authors.place(row.user),
            at=row.at,
            media_type=row.media_type,
            width=row.width,
            height=row.height,
        )
        yield line.model_dump_json()


# -- and back --


@dataclass(frozen=True, slots=True)
class _Person:
    """An author, here: somebody who is known, or a name."""

    user_id: UUID | None = None
    imported_name: str = ""


def _people(archive: Archive, principal: Principal, *, signed: bool) -> list[_Person]:
    told = {author.id for author in archive.authors if author.id and (signed or author.id == principal.user_id)}
    known = {str(pk): pk for pk in User.objects.filter(pk__in=told).values_list("pk", flat=True)}
    return [_person(author, known, signed) for author in archive.authors]


def _person(author: Author, known: Mapping[str, UUID], signed: bool) -> _Person:
    if author.id and author.id in known:
        return _Person(user_id=known[author.id])
    if signed and author.id:  # they were here, and are erased
        return _Person()
    name = "".join(character for character in author.name if character.isprintable())
    return _Person(imported_name=" ".join(name.split())[:NAME_LENGTH])


def _is_signed(archive: Archive) -> bool:
    try:
        Signer(salt=SALT).unsign(f"{archive.manifest_sha256}:{archive.signature}")
    except BadSignature:
        return False
    return True


def _drawings(archive: Archive, *, signed: bool) -> list[Drawing]:
    """The images of an archive: what this server drew and signed stays as it is, byte by byte."""
    if signed:
        told = zip(archive.images, archive.pixels, strict=True)
        return [Drawing(line.media_type, line.width, line.height, data) for line, data in told]
    drawings = [drawing for drawing in read_images(archive.pixels) if drawing]
    if len(drawings) < len(archive.images):
        raise ProtocolError("unreadable_file", "An image cannot be read.")
    return drawings


class _Restored:
    """A new document, and the rows that an archive makes for it."""

    def __init__(self, document: Document, archive: Archive, people: list[_Person]) -> None:
        self._document = document
        self._archive = archive
        self._people = people
        self._positions: dict[str, ClientPosition] = {}
        self._digests: dict[int, str] = {}

    def write(self) -> None:
        revisions = self._archive.revisions
        for start in range(0, len(revisions), PORTION):
            lines = [RevisionLine.model_validate(from_json(line)) for line in revisions[start : start + PORTION]]
            Revision.objects.bulk_create([self._revision(line) for line in lines])
        ClientPosition.objects.bulk_create(self._positions.values(), batch_size=PORTION)
        NamedVersion.objects.bulk_create(map(self._named, self._archive.named), batch_size=PORTION)
        for line in self._archive.snapshots:
            contents = Snapshot.pack(line.contents)
            digest = self._digests[line.version]
            Snapshot.objects.create(document=self._document, version=line.version, contents=contents, digest=digest)
        self._document.version, self._document.digest = len(revisions), self._archive.digest
        self._document.length = self._archive.length
        self._document.save(update_fields=["version", "digest", "length", "size", "updated_at"])

    def keep_images(self, drawings: list[Drawing]) -> None:
        for line, drawing in zip(self._archive.images, drawings, strict=True):
            user_id = self._person(line.author).user_id
            images.keep(self._document, UUID(line.image_id), drawing, user_id, version=line.version, at=line.at)

    def _revision(self, line: RevisionLine) -> Revision:
        person = self._person(line.author)
        self._place(line, person)
        self._document.updated_at = line.at
        if line.delta is None:
            self._digests[line.version] = line.digest
        else:
            self._document.size += len(line.delta.encode())
        return Revision(
            document=self._document,
            version=line.version,
            client_id=line.client_id,
            seq=line.seq,
            user_id=person.user_id,
            at=line.at,
            delta=line.delta,
            digest=line.digest,
        )

    def _place(self, line: RevisionLine, person: _Person) -> None:
        self._positions[line.client_id] = ClientPosition(
            document=self._document,
            client_id=line.client_id,
            user_id=None if line.client_id.startswith(SERVER_ID) else person.user_id,
            imported_name=person.imported_name,
            acked_seq=line.seq,
            version=line.version,
        )

    def _named(self, line: NamedLine) -> NamedVersion:
        user_id = self._person(line.author).user_id
        return NamedVersion(
            document=self._document, version=line.version, name=cleaned(line.name), user_id=user_id, at=line.at
        )

    def _person(self, author: int | None) -> _Person:
        return _Person() if author is None else self._people[author]
