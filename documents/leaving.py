"""Somebody goes for good: what they share stays with those whom it is shared with, the rest goes with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts import groups
from accounts.models import GroupMember, User
from accounts.principals import Principal
from documents import acts
from documents.models import Document, GroupMembership, Membership
from documents.retention.erasure import erase
from documents.rights import RANKS


@dataclass(frozen=True, slots=True)
class Legacy:
    """A document that somebody leaves, and whose it becomes; None: nobody has it besides them, and it is deleted."""

    document: Document
    heir: User | None


def legacies(user_id: UUID) -> Iterator[Legacy]:
    """What becomes of each document that someone owns: it goes to the one who may do most in it, longest there."""
    owned = Document.objects.filter(owner=user_id).order_by("title", "pk")
    members = _heirs_alone(owned)
    in_groups = _heirs_by_group(owned, user_id)
    for document in owned:
        yield Legacy(document, members.get(document.pk) or in_groups.get(document.pk))


def leave(user_id: UUID, by: Principal | None) -> None:
    """Hands on or deletes all documents and groups of someone, and erases them (documents.retention.erasure).

    Each is done by itself: to be called again where it was cut off.
    """
    for legacy in list(legacies(user_id)):
        if legacy.heir is not None:
            acts.take_over(legacy.document.pk, user_id, legacy.heir.pk)
        else:
            _delete(legacy.document.pk)
    for group_id in GroupMember.objects.filter(user=user_id, is_manager=True).values_list("group_id", flat=True):
        _leave_group(group_id, user_id)
    erase(user_id, by)


def _heirs_alone(owned: QuerySet[Document]) -> dict[UUID, User]:
    people = Membership.objects.filter(user__is_active=True, user__is_guest=False, user__keeper=None)
    members = people.filter(document__in=owned)
    best = sorted(members.select_related("user"), key=lambda member: (RANKS[member.role], member.pk), reverse=True)
    return {member.document_id: member.user for member in best}


def _heirs_by_group(owned: QuerySet[Document], leaver_id: UUID) -> dict[UUID, User]:
    heirs = {}
    for membership in GroupMembership.objects.filter(document__in=owned).order_by("-pk"):
        heir = _first(membership.group_id, leaver_id)
        if heir is not None:
            heirs[membership.document_id] = heir.user
    return heirs


def _first(group_id: UUID, leaver_id: UUID) -> GroupMember | None:
    """Who comes first in a group: a manager, longest there."""
    others = GroupMember.objects.filter(group=group_id, user__is_active=True, user__keeper=None)
    return others.exclude(user=leaver_id).select_related("user").order_by("-is_manager", "pk").first()


def _leave_group(group_id: UUID, user_id: UUID) -> None:
    heir = _first(group_id, user_id)
    if heir is None:
        groups.delete(group_id, None)
        return
    groups.put(group_id, None, heir.user_id, is_manager=True)
    groups.remove(group_id, None, user_id)


def _delete(document_id: UUID) -> None:
    acts.move(document_id, None, "trashed")
    acts.delete_for_good(document_id, timezone.now())
