"""Recomputes a document from its revisions, and says where what is stored differs.

It reads in portions and holds no lock: the head is read first, and the log up to a head never changes, but that
revisions are removed from it. Over those the stored digests are taken as given, and the contents from the snapshot
that has to stand where such a gap ends.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from documents.history import PORTION
from documents.integrity.positions import Positions
from documents.integrity.report import Report
from documents.models import Document, Revision, Snapshot
from protocol import digest
from protocol.content import Content
from protocol.delta import Delta
from protocol.errors import ProtocolError

Stop = Callable[[], bool]
"""Asked between portions whether to leave the rest to another time; it may also rest."""
Repair = Callable[[Snapshot], None]
"""Takes a snapshot that was wrong, with what the revisions make of it, to be saved."""


class Head(NamedTuple):
    """A document's row, and the highest version in its log at that moment."""

    version: int
    digest: str
    length: int
    updated_at: datetime
    newest: int | None


class Row(NamedTuple):
    """A revision as it is read here."""

    version: int
    client_id: str
    seq: int
    at: datetime
    delta: str | None
    digest: str


def check(document_id: UUID, after: int = 0, *, stop: Stop | None = None, repair: Repair | None = None) -> Report:
    """Checks what lies above version `after`, all up to which was found right before; with 0, everything.

    Raises not_found.
    """
    # Snapshots that are read first are of no version above the head.
    snapshots = set(Snapshot.objects.filter(document=document_id).values_list("version", flat=True))
    walk = _Walk(document_id, _head(document_id), snapshots, repair)
    walk.begin(after)
    walk.go(stop or (lambda: False))
    return walk.report


def _head(document_id: UUID) -> Head:
    # In one statement, so that an edit is wholly in it or not at all.
    newest = Revision.objects.filter(document=OuterRef("pk")).order_by("-version").values("version")[:1]
    rows = Document.objects.filter(pk=document_id).annotate(newest=Subquery(newest))
    found = rows.values_list(*Head._fields).first()
    if found is None:
        raise ProtocolError("not_found")
    return Head(*found)


class _Walk:
    """One way along the revisions, of which `last` was the last.

    `digest` is None after missing revisions, and `content` as soon as nobody can tell what the revisions make. `gap`
    is the last removed revision as long as its contents were not found.
    """

    def __init__(self, document_id: UUID, head: Head, snapshots: set[int], repair: Repair | None) -> None:
        self.report = Report()
        self._document_id = document_id
        self._head = head
        self._snapshots = snapshots
        self._repair = repair
        self._positions = Positions(document_id, self.report)
        self._start = self._after = 0
        self._last: Row | None = None
        self._digest: str | None = digest.START
        self._content: Content | None = Content.EMPTY
        self._gap: int | None = None

    def begin(self, after: int) -> None:
        """Stands at the newest snapshot up to `after`, or at the beginning."""
        self._after = after
        snapshots = Snapshot.objects.filter(document=self._document_id, version__lte=min(after, self._head.version))
        snapshot = snapshots.order_by("-version").first()
        if snapshot is not None:
            self._start = self.report.version = snapshot.version
            self._stand_at(snapshot)

    def go(self, stop: Stop) -> None:
        """Walks up to the head, unless stopped or seen enough."""
        while self.report.version < self._head.version:
            self._take(min(self.report.version + PORTION, self._head.version))
            if self.report.full or (self.report.version < self._head.version and self._stopped(stop)):
                break
        else:
            self.report.complete = True
            self._check_head()
            self._positions.check_rows(self._start)
        self._positions.check_seen()

    def _stopped(self, stop: Stop) -> bool:
        # Not before it has come further than the last walk, or none would ever arrive.
        return stop() and self.report.version > self._after

    # -- along the revisions --

    def _take(self, until: int) -> None:
        """Checks the revisions of the next portion."""
        expected = self.report.version + 1
        for row in self._read(self.report.version, until):
            if row.version != expected:
                self._miss(expected, row.version - 1)
            self._check(row)
            expected = row.version + 1
        if expected <= until:
            self._miss(expected, until)
        self.report.version = until

    def _read(self, after: int, until: int) -> Iterator[Row]:
        return map(Row._make, list(self._rows().filter(version__gt=after, version__lte=until)))

    def _miss(self, first: int, last: int) -> None:
        self.report.add("revision", first, "it is missing" if first == last else f"those up to {last} are missing")
        self._last = self._digest = self._content = self._gap = None

    def _check(self, row: Row) -> None:
        self._positions.see(row.client_id, row.seq, row.version)
        if row.delta is None:
            self._check_removed(row)
        else:
            self._check_kept(row, row.delta)
        self._last, self._digest = row, row.digest

    def _check_kept(self, row: Row, delta: str) -> None:
        self._end_gap()
        if self._digest is not None and digest.chain_json(self._digest, delta) != row.digest:
            self.report.add("revision", row.version, "its digest is not that of its delta")
            self._content = None
        if self._content is not None:
            self._content = self._applied(self._content, row.version, delta)
        if self._content is not None and row.version in self._snapshots:
            self._check_snapshot(row, self._content)

    def _applied(self, content: Content, version: int, delta: str) -> Content | None:
        try:
            return content.apply(Delta(json.loads(delta)))
        except ValueError as error:
            self.report.add("revision", version, f"it does not apply ({type(error).__name__})")
            return None

    # -- over what was removed --

    def _check_removed(self, row: Row) -> None:
        self._content, self._gap = None, row.version
        if row.version in self._snapshots:
            self._stand_after(row)

    def _stand_after(self, row: Row) -> None:
        snapshot = Snapshot.objects.filter(document=self._document_id, version=row.version).first()
        if snapshot is None:  # the gap was made longer meanwhile
            return
        self._content, self._gap = _contents(snapshot), None
        if self._content is None or snapshot.digest != row.digest:
            self.report.add("snapshot", row.version, "it cannot be read, or is of another history")

    def _end_gap(self) -> None:
        """Kept revisions follow, or the end: the contents have to be there."""
        if self._gap is None or self._last is None:
            return
        self._stand_after(self._last)  # it may be newer than this walk
        if self._gap is not None and self._ends_at(self._gap):
            self.report.add("snapshot", self._gap, "it is missing, and what was removed before it cannot make it")
            self._gap = None

    def _ends_at(self, version: int) -> bool:
        """Whether, at one moment, the next revision is not removed, and no snapshot there."""
        snapshot = Snapshot.objects.filter(document=self._document_id, version=version)
        next_removed = Revision.objects.filter(document=self._document_id, version=version + 1, delta=None)
        rows = Document.objects.filter(pk=self._document_id)
        return rows.exclude(Exists(snapshot)).exclude(Exists(next_removed)).exists()

    # -- snapshots --

    def _stand_at(self, snapshot: Snapshot) -> None:
        found = self._rows().filter(version=snapshot.version).first()
        self._last = Row(*found) if found else None
        self._digest = self._last and self._last.digest
        self._content = _contents(snapshot)
        if self._last is None:
            self.report.add("revision", snapshot.version, "it is missing")
        elif self._content is None or snapshot.digest != self._last.digest:
            self.report.add("snapshot", snapshot.version, "it cannot be read, or is of another history")

    def _check_snapshot(self, row: Row, content: Content) -> None:
        snapshot = Snapshot.objects.filter(document=self._document_id, version=row.version).first()
        # One that is gone was thinned out meanwhile.
        if snapshot is None or (snapshot.digest == row.digest and _contents(snapshot) == content):
            return
        if self._repair is None:
            self.report.add("snapshot", row.version, "it is not what the revisions make")
        else:
            snapshot.contents, snapshot.digest = Snapshot.pack(content.to_json()), row.digest
            self._repair(snapshot)
            self.report.repaired.append(row.version)

    # -- at the head --

    def _check_head(self) -> None:
        head = self._head
        self._end_gap()
        if (head.newest or 0) > head.version:
            self.report.add("head", head.version, f"there are revisions up to {head.newest}")
        for version in sorted(self._snapshots):
            if version > head.version:
                self.report.add("snapshot", version, f"the document ends at {head.version}")
        at = self._last.at if self._last else head.updated_at
        if self._digest is not None and (self._digest, at) != (head.digest, head.updated_at):
            self.report.add("head", head.version, "its digest or time is not that of the last revision")
        if self._content is not None and self._content.length != head.length:
            self.report.add("head", head.version, f"its length is {head.length}, not {self._content.length}")

    def _rows(self) -> "QuerySet[Revision, tuple[Any, ...]]":
        return Revision.objects.filter(document=self._document_id).order_by("version").values_list(*Row._fields)


def _contents(snapshot: Snapshot) -> Content | None:
    try:
        return Content.from_delta(Delta(snapshot.unpack()))
    except Exception:  # its bytes may have become anything
        return None
