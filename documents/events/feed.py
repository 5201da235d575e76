"""Reads what happened to a document, a page at a time.

Revisions are read first, and then the events up to the last of them: whoever records an event holds the document's
row, so that all those before a revision were there when it was. So nothing comes in behind a reader.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Max, Q

from documents import history
from documents.events.cursors import Cursors, Position
from documents.events.models import Event as EventRow
from documents.models import Document
from protocol import events
from protocol.errors import ProtocolError
from protocol.limits import LIMITS
from protocol.messages import Revision, Revisions

PAGE = history.PAGE


class Happening(NamedTuple):
    """One thing that happened, and where that stands; `message` is a revision, or what is kept of another event."""

    position: Position
    at: datetime
    user_id: str | None
    message: Revision | dict[str, Any]

    @property
    def kind(self) -> str:
        """The type of its message."""
        return "revisions" if isinstance(self.message, Revision) else self.message["type"]


@dataclass(frozen=True, slots=True)
class Page:
    """What happened after a position, up to `end`. `more`: there was more already.

    `removals` counts how often something of the history was removed until then.
    """

    happenings: tuple[Happening, ...]
    end: Position
    more: bool
    removals: int


def head(document_id: UUID) -> Position:
    """Where everything is that happened so far. Raises not_found."""
    version = _standing(document_id)[0]
    last = EventRow.objects.filter(document=document_id, version=version).aggregate(last=Max("pk"))["last"]
    return Position(version, last or 0)


def page(document_id: UUID, after: Position, limit: int = PAGE) -> Page:
    """What happened next, at most `limit`.

    Raises not_found, history_gone where the revision that follows is no longer kept, and history_changed where the
    document has never been at `after`.
    """
    version, removals = _standing(document_id)
    if after.version > version:
        raise ProtocolError("history_changed")
    revisions = history.revisions_after(document_id, after.version, limit, LIMITS.revisions_frame)
    until = revisions[-1].version if revisions else after.version
    found = sorted([*map(_of_revision, revisions), *_events(document_id, after, until, limit)], key=_position)[:limit]
    end = found[-1].position if found else after
    return Page(tuple(found), end, end.version < version or len(found) == limit, removals)


def told(happening: Happening, cursors: Cursors, deltas: bool) -> events.Event:
    """What happened as those are told whose cursors these are, with or without what revisions changed."""
    return events.Event(
        cursor=cursors.write(happening.position),
        at=happening.at,
        user_id=happening.user_id,
        message=_message(happening.message, deltas),
    )


def _message(message: Revision | dict[str, Any], deltas: bool) -> events.Told:
    if not isinstance(message, Revision):
        return events.read(message)
    return Revisions(revisions=(message,)) if deltas else events.Summary(revisions=(events.summary(message),))


def _standing(document_id: UUID) -> tuple[int, int]:
    standing = Document.objects.filter(pk=document_id).values_list("version", "removals").first()
    if standing is None:
        raise ProtocolError("not_found")
    return standing


def _events(document_id: UUID, after: Position, until: int, limit: int) -> Iterator[Happening]:
    beyond = Q(version=after.version, pk__gt=after.number) | Q(version__gt=after.version, version__lte=until)
    for row in EventRow.objects.filter(beyond, document=document_id).order_by("version", "pk")[:limit]:
        user_id = str(row.user_id) if row.user_id else None
        yield Happening(Position(row.version, row.pk), row.at, user_id, row.message)


def _of_revision(revision: Revision) -> Happening:
    return Happening(Position(revision.version), revision.at, revision.user_id, revision)


def _position(happening: Happening) -> Position:
    return happening.position
