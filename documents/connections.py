"""Who is in which document now: a row per live connection, kept alive by its process."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from documents.models import Connection

# Databases bound the parameters of one statement.
CHUNK = 500


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


def renew(process: str, session_ids: Iterable[UUID], lease: datetime) -> set[UUID]:
    """Moves the leases of a process's connections to `lease`; answers which of them have no row any more."""
    wanted = set(session_ids)
    missing = set(wanted)
    for some in _chunks(wanted):
        with transaction.atomic():
            rows = Connection.objects.filter(process=process, session_id__in=some)
            missing -= set(rows.values_list("session_id", flat=True))
            rows.update(lease=lease)
    return missing


def present(document_ids: Collection[UUID]) -> dict[UUID, list[Connection]]:
    """The live connections of each document with their people, longest there first."""
    rows = Connection.objects.filter(document__in=document_ids, lease__gt=timezone.now())
    found: dict[UUID, list[Connection]] = {document_id: [] for document_id in document_ids}
    for row in rows.select_related("user").order_by("since", "session_id"):
        found[row.document_id].append(row)
    return found


def forget(process: str) -> list[tuple[UUID, UUID]]:
    """Deletes the rows of a process that died; answers the session and the document of each."""
    rows = Connection.objects.filter(process=process)
    with transaction.atomic():
        found = list(rows.values_list("session_id", "document_id"))
        rows.delete()
    return found


def purge() -> int:
    """Deletes the rows that processes left behind when they died; answers how many."""
    return Connection.objects.filter(lease__lte=timezone.now()).delete()[0]


def _chunks(ids: Iterable[UUID]) -> list[list[UUID]]:
    in_order = list(ids)
    return [in_order[start : start + CHUNK] for start in range(0, len(in_order), CHUNK)]
