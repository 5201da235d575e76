"""Who is in which document now: a row per live connection, kept alive by its process."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet, Window
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now, RowNumber

from documents.models import Connection, Process

# Databases bound the parameters of one statement.
CHUNK = 500
# So long that every process has seen them, and written its rows anew if it only slept.
DEAD_ARE_KEPT = timedelta(hours=1)
# Longest there first.
ORDER = ("since", "session_id")


def lease(seconds: float) -> CombinedExpression:
    """The end of a lease of so many seconds, by the database's clock: hosts may each have another time."""
    return Now() + timedelta(seconds=seconds)


def live() -> QuerySet[Connection]:
    """The connections whose lease runs, and whose process is not known to be dead."""
    return Connection.objects.filter(lease__gt=Now()).exclude(process__in=_dead().values("name"))


def beat(process: str, seconds: float) -> set[str]:
    """Lets a process live for `seconds` more; answers which others are dead."""
    Process.objects.bulk_create(
        [Process(name=process, lease=lease(seconds))],
        update_conflicts=True,
        update_fields=["lease"],
        unique_fields=["name"],
    )
    return set(_dead().values_list("name", flat=True))


def join(rows: Collection[Connection]) -> None:
    """Writes the rows of new connections; a row already there gets the new lease."""
    Connection.objects.bulk_create(
        rows,
        batch_size=CHUNK // 8,
        update_conflicts=True,
        update_fields=["lease"],
        unique_fields=["session_id"],
    )


def leave(session_ids: Iterable[UUID]) -> None:
    """Forgets connections that ended."""
    for some in _chunks(session_ids):
        Connection.objects.filter(session_id__in=some).delete()


def renew(process: str, session_ids: Iterable[UUID], seconds: float) -> set[UUID]:
    """Lets a process's connections live for `seconds` more; answers which of them have no row any more."""
    wanted = set(session_ids)
    missing = set(wanted)
    for some in _chunks(wanted):
        with transaction.atomic():
            rows = Connection.objects.filter(process=process, session_id__in=some)
            missing -= set(rows.values_list("session_id", flat=True))
            rows.update(lease=lease(seconds))
    return missing


class Present(NamedTuple):
    """Who is in a document: the first of them, and how many connections there are."""

    first: list[Connection]
    total: int


def present(document_ids: Collection[UUID]) -> dict[UUID, list[Connection]]:
    """The live connections of each document with their people, longest there first."""
    rows = live().filter(document__in=document_ids)
    found: dict[UUID, list[Connection]] = {document_id: [] for document_id in document_ids}
    for row in rows.select_related("user__keeper").order_by(*ORDER):
        found[row.document_id].append(row)
    return found


def first_present(document_ids: Collection[UUID], most: int) -> dict[UUID, Present]:
    """The same, `most` of each document."""
    rows = live().filter(document__in=document_ids)
    numbered = rows.annotate(
        place=Window(RowNumber(), partition_by="document", order_by=ORDER),
        among=Window(Count("*"), partition_by="document"),
    )
    found = dict.fromkeys(document_ids, Present([], 0))
    for row in numbered.filter(place__lte=most).select_related("user__keeper").order_by(*ORDER):
        found[row.document_id] = Present([*found[row.document_id].first, row], row.among)
    return found


def forget(process: str) -> list[tuple[UUID, UUID]]:
    """Deletes the rows of a process that is known to be dead; answers the session and the document of each."""
    rows = Connection.objects.filter(process=process)
    with transaction.atomic():
        found = list(rows.values_list("session_id", "document_id"))
        rows.delete()
        Process.objects.filter(name=process).delete()
    return found


def end(process: str) -> None:
    """Deletes what says that a process lives, once nobody is connected to it any more."""
    Process.objects.filter(name=process).exclude(name__in=Connection.objects.values("process")).delete()


def purge() -> int:
    """Deletes the rows that processes left behind when they died; answers how many."""
    purged: int = Connection.objects.exclude(pk__in=live().values("pk")).delete()[0]
    Process.objects.filter(lease__lte=Now() - DEAD_ARE_KEPT).delete()
    return purged


def _dead() -> QuerySet[Process]:
    return Process.objects.filter(lease__lte=Now())


def _chunks(ids: Iterable[UUID]) -> list[list[UUID]]:
    in_order = list(ids)
    return [in_order[start : start + CHUNK] for start in range(0, len(in_order), CHUNK)]
