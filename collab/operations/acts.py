"""What administrators do to the live system. Each is kept in the audit log, and reaches every process by the layer."""

from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.principals import Principal
from collab import announcements
from collab.models import BANNER_LENGTH, Banner
from documents.models import Connection, Process
from protocol.errors import ProtocolError

# A message names so many connections at most.
PORTION = 500
# There is one banner at most, of this key.
ONLY = 1


def disconnect(connections: QuerySet[Connection], by: Principal | None = None) -> int:
    """Ends these connections at once; their editors come back when their people ask them to. Answers how many."""
    found = list(connections.values_list("session_id", "document_id", "user_id"))
    with transaction.atomic():
        for _, document_id, user_id in found:
            audit.record("connections.end", by=by, document_id=document_id, user_id=user_id)
        names = [str(session_id) for session_id, _, _ in found]
        for start in range(0, len(names), PORTION):
            message = {"type": "disconnect", "session_ids": names[start : start + PORTION]}
            transaction.on_commit(partial(announcements.tell, message))
    return len(found)


def drain(name: str, by: Principal | None = None) -> None:
    """Has a process send its people elsewhere and end; its parent starts another. Raises not_found."""
    if not Process.objects.filter(name=name).exists():
        raise ProtocolError("not_found", "There is no such process.")
    with transaction.atomic():
        audit.record("processes.drain", by=by, process=name)
        transaction.on_commit(lambda: announcements.tell({"type": "drain", "process": name}))


def put_banner(wanted: str, by: Principal | None = None) -> None:
    """Tells everybody; an empty text withdraws what was told. Raises invalid_field for one that is too long."""
    told = " ".join(wanted.split())
    if len(told) > BANNER_LENGTH or not told.isprintable():
        raise ProtocolError("invalid_field", f"A banner has up to {BANNER_LENGTH} characters.")
    with transaction.atomic():
        Banner.objects.all().delete()
        if told:
            Banner.objects.create(pk=ONLY, text=told, at=timezone.now())
        audit.record("banner.put" if told else "banner.withdraw", by=by, text=told)
        transaction.on_commit(lambda: announcements.tell({"type": "banner"}))
