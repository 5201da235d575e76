"""Erases who somebody was: from their account at once, and then from all they ever wrote, in steps.

What they wrote stays, by nobody. Their client ids stay taken, by nobody too: so nothing of theirs that is still under
way is ever committed a second time, and nobody goes on under their names.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.erasure import blot_out
from accounts.models import User
from accounts.principals import Principal
from documents.models import ClientPosition, Document, Revision
from documents.past import authorship
from documents.signals import document_changed
from jobs.queue import enqueue
from protocol.errors import ProtocolError

JOB = "documents.erase_author"
# Revisions that one step makes nameless.
STEP = 1000


def erase(user_id: UUID, by: Principal | None) -> None:
    """Erases a person: nobody logs in as them from now on, and a job takes their name from what they wrote.

    Raises last_owner as long as they own a document, and not_found.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise ProtocolError("not_found", "There is no such person.")
        if Document.objects.filter(owner=user).exists():
            raise ProtocolError("last_owner", "They own documents. Hand those on, or delete them, first.")
        audit.record("people.erase", by=by, user_id=user_id)
        blot_out(user)
        enqueue(JOB, {"user_id": str(user_id)}, key=str(user_id))


def erase_author(user_id: str) -> None:
    """Takes a person's name from what they wrote, and last of all their row with whatever else hangs on it."""
    user = User.objects.filter(pk=user_id, is_active=False).first()
    if user is None:
        return
    # First whose the client ids are: the revisions must never contradict that.
    ClientPosition.objects.filter(user=user).update(user=None)
    while _step(user):
        pass
    user.delete()


def _step(user: User) -> bool:
    """Makes some revisions nameless; says whether there were any."""
    rows = dict(Revision.objects.filter(user=user).values_list("pk", "document")[:STEP])
    documents = Document.objects.filter(pk__in=set(rows.values()))
    with transaction.atomic():
        Revision.objects.filter(pk__in=list(rows)).update(user=None)
        documents.update(removals=F("removals") + 1)
        for document_id in set(rows.values()):
            authorship.forget(document_id, str(user.pk))
    for document_id in set(rows.values()):
        document_changed.send_robust(Document, document_id=document_id)
    return bool(rows)
