"""A document's history as people look through it: what each did between two pauses, the newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from documents.commit import SERVER_ID
from documents.models import ClientPosition, Revision, Snapshot
from protocol.messages import MAX_INTEGER

# A page looks at no more revisions, so a longer run of one author is told in pieces.
MOST_REVISIONS = 5000


class Row(NamedTuple):
    """What the timeline reads of a revision."""

    version: int
    user_id: UUID | None
    client_id: str
    at: datetime
    removed: bool
    claimed_name: str | None

    @property
    def origin(self) -> str | None:
        """What the server made it for, as `restore`; None for what was typed."""
        return self.client_id.removeprefix(SERVER_ID).split("-")[0] if self.client_id.startswith(SERVER_ID) else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring revisions `first` to `last`, of one author and without a long pause.

    `claimed_name`: who an imported archive says it was, where that could not be checked.
    `removed`: what they changed is no longer kept. `gone`: version `last` cannot be opened any more.
    """

    first: int
    last: int
    user_id: UUID | None
    claimed_name: str | None
    origin: str | None
    began: datetime
    ended: datetime
    removed: bool
    gone: bool


def timeline(document_id: UUID, before: int | None, pause: timedelta, limit: int) -> tuple[list[Stretch], int | None]:
    """The `limit` newest stretches of what lies below version `before`, and `before` of the next page, if any."""
    rows = _rows(document_id, MAX_INTEGER if before is None else before)
    groups = list(_groups(rows, pause))
    # The last one read may go on below, unless there is nothing below.
    whole = groups[:-1] if len(groups) > 1 and len(rows) == MOST_REVISIONS else groups
    shown = whole[:limit]
    lowest = shown[-1][-1].version if shown else 1
    openable = _openable(document_id, shown)
    return [_stretch(group, openable) for group in shown], lowest if lowest > 1 else None


def _rows(document_id: UUID, before: int) -> list[Row]:
    found = Revision.objects.filter(document=document_id, version__lt=before).order_by("-version")
    columns = found.annotate(removed=Q(delta=None)).values_list("version", "user_id", "client_id", "at", "removed")
    rows = list(columns[:MOST_REVISIONS])
    claimed = _claimed_names(document_id) if any(user_id is None for _, user_id, *_ in rows) else {}
    return [Row(*row, None if row[1] else claimed.get(row[2])) for row in rows]


def _claimed_names(document_id: UUID) -> dict[str, str]:
    positions = ClientPosition.objects.filter(document=document_id).exclude(imported_name="")
    return dict(positions.values_list("client_id", "imported_name"))


def _groups(rows: Sequence[Row], pause: timedelta) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        if group and not _goes_on(row, group[-1], pause):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _goes_on(row: Row, later: Row, pause: timedelta) -> bool:
    """Whether the two belong together; what the server made stands alone."""
    by_one = (row.user_id, row.claimed_name) == (later.user_id, later.claimed_name)
    same = by_one and row.removed == later.removed and not row.origin and not later.origin
    return same and later.at - row.at <= pause


def _openable(document_id: UUID, groups: Sequence[Sequence[Row]]) -> frozenset[int]:
    """Of those that end with a removed revision, the versions that were kept whole."""
    ends = [group[0].version for group in groups if group[0].removed]
    kept = Snapshot.objects.filter(document=document_id, version__in=ends)
    return frozenset(kept.values_list("version", flat=True)) if ends else frozenset()


def _stretch(group: Sequence[Row], openable: frozenset[int]) -> Stretch:
    newest, oldest = group[0], group[-1]
    return Stretch(
        first=oldest.version,
        last=newest.version,
        user_id=newest.user_id,
        claimed_name=newest.claimed_name,
        origin=newest.origin,
        began=oldest.at,
        ended=newest.at,
        removed=newest.removed,
        gone=newest.removed and newest.version not in openable,
    )
