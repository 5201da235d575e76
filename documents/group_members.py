"""Sharing a document with a group of people: each act as those of documents.acts, which are about single people."""

from uuid import UUID

from django.db.models import Q

from accounts import audit, groups
from accounts.models import Group
from accounts.principals import Principal
from documents.acts import after, held, require
from documents.events.recording import record_role
from documents.models import Document, GroupMembership
from documents.rights import OfferedRole
from documents.signals import access_changed
from protocol.errors import ProtocolError

NO_MEMBER = "That group has no access to the document."


def put(document_id: UUID, by: Principal | None, group_id: UUID, role: OfferedRole) -> Group:
    """Lets a group in, or changes its role; needs `share`. A group that is new to the document must be one of `by`'s.

    A group is never an owner (invalid_field).
    """
    if role == "owner":
        raise ProtocolError("invalid_field", "A document is owned by one person.")
    with held(document_id) as document:
        require(document, by, "share")
        group = _group(document, by, group_id)
        GroupMembership.objects.update_or_create(document=document, group=group, defaults={"role": role})
        audit.record("groups.share", by=by, document_id=document_id, group=str(group_id), role=role)
        record_role(document, by, role, group_id=group.pk)
        after(access_changed, document_id, user_id=None)
    return group


def remove(document_id: UUID, by: Principal | None, group_id: UUID) -> None:
    """Takes a group's access away; needs `share`. Its people may have another way in."""
    with held(document_id) as document:
        require(document, by, "share")
        if not GroupMembership.objects.filter(document=document, group=group_id).delete()[0]:
            raise ProtocolError("not_found", NO_MEMBER)
        audit.record("groups.unshare", by=by, document_id=document_id, group=str(group_id))
        record_role(document, by, None, group_id=group_id)
        after(access_changed, document_id, user_id=None, had=groups.people(group_id))


def _group(document: Document, by: Principal | None, group_id: UUID) -> Group:
    known = Q(memberships__document=document) | Q(members__user=by.user_id) if by else Q()
    found = Group.objects.filter(known, pk=group_id).first()
    if found is None:
        raise ProtocolError("not_found", groups.NO_GROUP)
    return found
