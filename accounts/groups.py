"""Groups of people: made by anyone, run by their managers, seen by those who are in them.

Each act holds the group's row while it asks whether `by` may, and is told once it is committed: what people may in
documents changes with it. `by` None is the server or an administrator.
A refusal is a ProtocolError: not_found to those who are not in the group, forbidden to those who do not manage it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.models import NAME_LENGTH, Group, GroupMember
from accounts.names import cleaned
from accounts.principals import Principal
from accounts.signals import announce_groups
from protocol.errors import ProtocolError

NO_GROUP = "There is no such group, or you are not in it."
NOT_IN_IT = "That person is not in the group."
LAST_MANAGER = "A group keeps a manager until somebody else is one, or it is deleted."


def create(by: Principal, name: str) -> Group:
    """A new group that `by` is in, and manages. Raises invalid_field for an empty or overlong name."""
    with transaction.atomic():
        group = Group.objects.create(name=cleaned(name, NAME_LENGTH))
        group.members.create(user_id=by.user_id, is_manager=True)
        audit.record("groups.make", by=by, group=str(group.pk), name=group.name)
    return group


def rename(group_id: UUID, by: Principal | None, name: str) -> None:
    """Gives the group another name."""
    with _managed(group_id, by) as group:
        group.name = cleaned(name, NAME_LENGTH)
        group.save(update_fields=["name"])
        audit.record("groups.rename", by=by, group=str(group_id), name=group.name)


def put(group_id: UUID, by: Principal | None, user_id: UUID, *, is_manager: bool = False) -> None:
    """Puts someone into the group, or says anew whether they manage it. Raises last_owner for its last manager."""
    with _managed(group_id, by) as group:
        _put(group, by, user_id, is_manager)


def remove(group_id: UUID, by: Principal | None, user_id: UUID) -> None:
    """Takes someone out of the group; anyone may leave. Raises last_owner for the last manager of others."""
    leaving = by is not None and by.user_id == str(user_id)
    with _held(group_id, by) if leaving else _managed(group_id, by) as group:
        _remove(group, by, user_id)


def delete(group_id: UUID, by: Principal | None) -> None:
    """Deletes the group; what people could do as its members ends."""
    with _managed(group_id, by) as group:
        leaving = people(group_id)
        audit.record("groups.delete", by=by, group=str(group_id), name=group.name)
        group.delete()
        announce_groups(leaving)


def of(user_id: str) -> QuerySet[Group]:
    """The groups that someone is in."""
    return Group.objects.filter(members__user=UUID(user_id))


def people(group_id: UUID) -> list[str]:
    """The ids of those who are in the group."""
    return [str(user_id) for user_id in GroupMember.objects.filter(group=group_id).values_list("user", flat=True)]


def seen(group_id: UUID, by: Principal) -> Group:
    """The group, for someone who is in it. Raises not_found."""
    group = of(by.user_id).filter(pk=group_id).first()
    if group is None:
        raise ProtocolError("not_found", NO_GROUP)
    return group


def manages(group: Group, by: Principal) -> bool:
    """Whether they may change it and who is in it."""
    return group.members.filter(user=UUID(by.user_id), is_manager=True).exists()


def hand_on(from_user_id: UUID, to_user_id: UUID, by: Principal | None = None) -> int:
    """Has somebody else manage all groups that someone manages, who leaves them; answers how many.

    `by` is for the audit log: whether they may is asked before.
    """
    managed = list(GroupMember.objects.filter(user=from_user_id, is_manager=True).values_list("group_id", flat=True))
    for group_id in managed:
        with _managed(group_id, None) as group:
            _put(group, by, to_user_id, is_manager=True)
            _remove(group, by, from_user_id)
    return len(managed)


def _put(group: Group, by: Principal | None, user_id: UUID, is_manager: bool) -> None:
    if not is_manager:
        _keep_a_manager(group, user_id)
    group.members.update_or_create(user_id=user_id, defaults={"is_manager": is_manager})
    audit.record("groups.put", by=by, user_id=user_id, group=str(group.pk), is_manager=is_manager)
    announce_groups([user_id])


def _remove(group: Group, by: Principal | None, user_id: UUID) -> None:
    if group.members.exclude(user=user_id).exists():
        _keep_a_manager(group, user_id)
    if not group.members.filter(user=user_id).delete()[0]:
        raise ProtocolError("not_found", NOT_IN_IT)
    audit.record("groups.remove", by=by, user_id=user_id, group=str(group.pk))
    announce_groups([user_id])


@contextmanager
def _held(group_id: UUID, by: Principal | None) -> Iterator[Group]:
    with transaction.atomic():
        group = Group.objects.select_for_update(no_key=True).filter(pk=group_id).first()
        if group is None or (by is not None and not group.members.filter(user=UUID(by.user_id)).exists()):
            raise ProtocolError("not_found", NO_GROUP)
        if by is not None and "write" not in by.scopes:
            raise ProtocolError("forbidden")
        yield group


@contextmanager
def _managed(group_id: UUID, by: Principal | None) -> Iterator[Group]:
    with _held(group_id, by) as group:
        if by is not None and not manages(group, by):
            raise ProtocolError("forbidden")
        yield group


def _keep_a_manager(group: Group, user_id: UUID) -> None:
    managers = set(group.members.filter(is_manager=True).values_list("user_id", flat=True))
    if managers == {user_id}:
        raise ProtocolError("last_owner", LAST_MANAGER)
