"""Takes the text of some versions out of the database, for reasons of law.

The past is purged, and the present not edited: what the range put in and nobody took out again is in the text still,
and in what follows.
"""

from dataclasses import dataclass
from uuid import UUID

from accounts import audit
from accounts.principals import Principal
from documents import acts, history
from documents.events.recording import record
from documents.models import Document, NamedVersion
from documents.retention.removal import Whole, remove, whole
from protocol.delta import Delta
from protocol.errors import ProtocolError
from protocol.events import VersionNamed
from protocol.ops import Insert, Op

# Through more revisions than these it is not followed what became of the text.
MOST_FOLLOWED = 20_000
# No document holds such an attribute: other names than those of the formats begin with `x-`.
MARK = "purged"


@dataclass(frozen=True, slots=True)
class Purged:
    """How many revisions were removed, and how much of what they had put in the text still holds (in UTF-16 code
    units; None where that cannot be told)."""

    removed: int
    still_there: int | None


def purge(document_id: UUID, by: Principal | None, first: int, last: int) -> Purged:
    """Removes the revisions `first` to `last`; needs `purge`. No version from `first` up to before `last` opens again.

    Raises invalid_field, base_version_ahead, document_damaged.
    """
    if not 0 < first <= last:
        raise ProtocolError("invalid_field", "A range is from a version above 0 to one that is not below.")
    with acts.held(document_id) as document:
        _check(document, by, last)
        removals = document.removals
    # Not while the document's row is held, for it may take a second.
    at_the_end, still_there = _at_the_end(document_id, last), _still_there(document_id, first, last)
    with acts.held(document_id) as document:
        _check(document, by, last)
        if document.removals != removals:  # who wrote it may have been erased meanwhile
            return purge(document_id, by, first, last)
        named = NamedVersion.objects.filter(document=document, version__gte=first, version__lt=last)
        for version in named.order_by("version").values_list("version", flat=True):
            record(document, by, VersionNamed(version=version, name=None))
        named.delete()
        removed = remove(document, first, last, at_the_end)
        audit.record("history.purge", by=by, document_id=document_id, first=first, last=last, removed=removed)
    return Purged(removed, still_there)


def _check(document: Document, by: Principal | None, last: int) -> None:
    acts.require(document, by, "purge")
    if last > document.version:
        raise ProtocolError("base_version_ahead")
    if document.damage:
        raise ProtocolError("document_damaged")


def _at_the_end(document_id: UUID, last: int) -> dict[int, Whole]:
    """What has to be kept: nothing where the range ends within what was removed before."""
    try:
        return {last: whole(document_id, last)}
    except ProtocolError:
        return {}


def _still_there(document_id: UUID, first: int, last: int) -> int | None:
    newest = history.head_version([document_id])[document_id]
    if newest - first >= MOST_FOLLOWED:
        return None
    try:
        content = history.contents_at(document_id, first - 1)
        for version, delta in enumerate(history.deltas_between(document_id, first - 1, newest), first):
            content = content.apply(_marked(delta) if version <= last else delta)
    except ProtocolError:  # some of it is removed already
        return None
    return sum(run.length for run in content.to_delta().runs() if run.attributes and MARK in run.attributes)


def _marked(delta: Delta) -> Delta:
    return Delta.of(tuple(map(_with_mark, delta.ops)))


def _with_mark(op: Op) -> Op:
    return op._replace(attributes={**(op.attributes or {}), MARK: True}) if isinstance(op, Insert) else op
