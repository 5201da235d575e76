"""/api/v1/groups: people whom documents are shared with together; a group is seen by those who are in it."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, F
from django.http import HttpRequest
from ninja import Router, Status

from accounts import groups, people
from accounts.api_auth import asker, scoped
from accounts.models import Group, GroupMember
from accounts.principals import Principal
from documents.api.asking import PageSize
from documents.api.group_schemas import (
    GroupBody,
    GroupMemberOut,
    GroupMemberPage,
    GroupOut,
    GroupPage,
    NewGroupMember,
)
from documents.api.paging import Cursor, by_number, by_text
from protocol.errors import ProtocolError

router = Router(tags=["groups"])
BY_NAME, IN_TURN = by_text(F("name")), by_number("pk")


@router.get("", response=GroupPage, summary="List the groups that you are in")
def find(request: HttpRequest, limit: PageSize = 100, cursor: Cursor = None) -> GroupPage:
    principal = scoped(request, "read")
    shown, next_cursor = BY_NAME.page(groups.of(principal.user_id), cursor, limit)
    return GroupPage(groups=_described(shown, principal), next_cursor=next_cursor)


@router.post("", response={201: GroupOut}, summary="Make a group")
def create(request: HttpRequest, body: GroupBody) -> Status[GroupOut]:
    principal = scoped(request, "write")
    return Status(201, _described([groups.create(principal, body.name)], principal)[0])


@router.get("/{uuid:group_id}", response=GroupOut, summary="Look at a group")
def look(request: HttpRequest, group_id: UUID) -> GroupOut:
    principal = scoped(request, "read")
    return _described([groups.seen(group_id, principal)], principal)[0]


@router.patch("/{uuid:group_id}", response=GroupOut, summary="Rename a group")
def rename(request: HttpRequest, group_id: UUID, body: GroupBody) -> GroupOut:
    groups.rename(group_id, asker(request), body.name)
    return _described([groups.seen(group_id, asker(request))], asker(request))[0]


@router.delete("/{uuid:group_id}", response={204: None}, summary="Delete a group")
def delete(request: HttpRequest, group_id: UUID) -> Status[None]:
    groups.delete(group_id, asker(request))
    return Status(204, None)


@router.get("/{uuid:group_id}/members", response=GroupMemberPage, summary="List who is in a group")
def members(request: HttpRequest, group_id: UUID, limit: PageSize = 100, cursor: Cursor = None) -> GroupMemberPage:
    principal = scoped(request, "read")
    group = groups.seen(group_id, principal)
    with_email = groups.manages(group, principal)
    shown, next_cursor = IN_TURN.page(group.members.select_related("user"), cursor, limit)
    return GroupMemberPage(members=[_member(row, with_email) for row in shown], next_cursor=next_cursor)


@router.put("/{uuid:group_id}/members", response=GroupMemberOut, summary="Put someone into a group by e-mail")
def put(request: HttpRequest, group_id: UUID, body: NewGroupMember) -> GroupMemberOut:
    group = groups.seen(group_id, scoped(request, "write"))
    if not groups.manages(group, asker(request)):
        raise ProtocolError("forbidden")
    groups.put(group_id, asker(request), people.by_email(body.email).pk, is_manager=body.is_manager)
    return _member(group.members.select_related("user").get(user__email__iexact=body.email.strip()), with_email=True)


@router.delete("/{uuid:group_id}/members/{uuid:user_id}", response={204: None}, summary="Take someone out, or leave")
def remove(request: HttpRequest, group_id: UUID, user_id: UUID) -> Status[None]:
    groups.remove(group_id, asker(request), user_id)
    return Status(204, None)


def _described(shown: Sequence[Group], principal: Principal) -> list[GroupOut]:
    members = GroupMember.objects.filter(group__in=shown)
    managed = set(members.filter(user=UUID(principal.user_id), is_manager=True).values_list("group_id", flat=True))
    sizes = dict(members.values_list("group_id").annotate(Count("pk")))
    return [
        GroupOut(id=group.pk, name=group.name, is_manager=group.pk in managed, size=sizes[group.pk]) for group in shown
    ]


def _member(row: GroupMember, with_email: bool) -> GroupMemberOut:
    email = row.user.email if with_email else None
    return GroupMemberOut(user=people.shown(row.user), is_manager=row.is_manager, email=email)
