"""Keeps what is done to a document besides editing it, in the transaction that does it."""

from functools import partial
from uuid import UUID

from django.db import transaction

from accounts.principals import Principal
from documents.events.models import Event
from documents.models import Document
from documents.signals import event_recorded
from protocol.events import MemberChanged, VersionNamed
from protocol.messages import DocumentChanged


def record(document: Document, by: Principal | None, message: DocumentChanged | MemberChanged | VersionNamed) -> None:
    """Keeps that `by` (None: the server or an administrator) did this to the document, whose row is held."""
    Event.objects.create(
        document=document,
        version=document.version,
        user_id=UUID(by.user_id) if by else None,
        message=message.model_dump(mode="json"),
    )
    transaction.on_commit(partial(event_recorded.send, Document, document_id=document.pk), robust=True)


def record_role(
    document: Document,
    by: Principal | None,
    role: str | None,
    *,
    user_id: UUID | None = None,
    group_id: UUID | None = None,
) -> None:
    """Keeps that a person or a group has this role in the document now."""
    message = MemberChanged(
        user_id=str(user_id) if user_id else None, group_id=str(group_id) if group_id else None, role=role
    )
    record(document, by, message)
