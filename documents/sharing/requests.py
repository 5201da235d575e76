"""Asking for access. Whether there is such a document at all, who asks is not told by anything."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.principals import Principal
from documents import acts, rights
from documents.acts import held, require
from documents.models import Document
from documents.rights import CAPABILITIES, OfferedRole
from documents.sharing import mails
from documents.sharing.models import AccessRequest
from jobs.queue import enqueue
from protocol.errors import ProtocolError

JOB = "documents.note_access_request"
ARE_KEPT = timedelta(days=30)
NO_REQUEST = "Nobody waits for an answer here."


def ask(document_id: UUID, by: Principal, site: str) -> None:
    """Has it noted that someone would like to come in: later, so that it takes the same time whatever is there."""
    enqueue(JOB, {"document_id": str(document_id), "user_id": by.user_id, "site": site})


def note(document_id: UUID, user_id: UUID, site: str) -> None:
    """Keeps the request and mails those who may share; nothing where it waits already, or for nothing."""
    document = Document.objects.filter(pk=document_id).exclude(state=Document.State.TRASHED).first()
    person = User.objects.filter(pk=user_id, is_active=True, is_guest=False).first()
    if document is None or person is None or rights.role_of(document_id, str(user_id)) is not None:
        return
    with acts.held(document_id):
        if AccessRequest.objects.get_or_create(document=document, user=person)[1]:
            audit.record("access_requests.ask", by=Principal(str(user_id)), document_id=document_id)
            mails.asked(document, person, _managers(document), site)


def waiting(document_id: UUID) -> list[AccessRequest]:
    """Who asked and is not in by now, longest first."""
    asked = AccessRequest.objects.filter(document=document_id).select_related("user").order_by("at", "pk")
    roles = rights.roles({(document_id, str(request.user_id)) for request in asked})
    return [request for request in asked if (document_id, str(request.user_id)) not in roles]


def accept(document_id: UUID, by: Principal, user_id: UUID, role: OfferedRole, site: str) -> None:
    """Makes someone who asked a member, and tells them by mail; needs `share`."""
    with held(document_id) as document:
        require(document, by, "share")
        request = _of(document, user_id)
        if rights.role_of(document_id, str(user_id)) is None:
            acts.put_member(document_id, by, user_id, role)
            mails.added(document, request.user, User.objects.get(pk=by.user_id), site)
        audit.record("access_requests.accept", by=by, document_id=document_id, user_id=user_id, role=role)
        request.delete()


def decline(document_id: UUID, by: Principal | None, user_id: UUID) -> None:
    """Takes the request away, without a word to who asked; needs `share`."""
    with held(document_id) as document:
        require(document, by, "share")
        _of(document, user_id).delete()
        audit.record("access_requests.decline", by=by, document_id=document_id, user_id=user_id)


def forget_old() -> None:
    """Deletes the requests that nobody answered for long."""
    AccessRequest.objects.filter(at__lt=timezone.now() - ARE_KEPT).delete()


def _of(document: Document, user_id: UUID) -> AccessRequest:
    request = AccessRequest.objects.filter(document=document, user=user_id).select_related("user").first()
    if request is None:
        raise ProtocolError("not_found", NO_REQUEST)
    return request


def _managers(document: Document) -> list[User]:
    managing = [role for role, may in CAPABILITIES.items() if "share" in may]
    members = document.memberships.filter(role__in=managing).values("user")
    return list(User.objects.filter(Q(pk=document.owner_id) | Q(pk__in=members), is_active=True))
