"""/api/v1/documents/{id}/groups: groups whose people may enter a document, and as what."""

from typing import cast
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest
from ninja import Router, Status

from accounts.api_auth import asker
from documents import group_members
from documents.api.asking import DocumentId, PageSize, require
from documents.api.group_schemas import GroupsWithAccess, GroupWithAccess
from documents.api.paging import Cursor, by_text
from documents.api.schemas import RoleChange
from documents.models import GroupMembership
from documents.rights import Role

router = Router(tags=["members"])
BY_NAME = by_text(F("group__name"))


@router.get("", response=GroupsWithAccess, summary="List the groups with access")
def find(
    request: HttpRequest, document_id: DocumentId, limit: PageSize = 100, cursor: Cursor = None
) -> GroupsWithAccess:
    require(request, document_id, "read")
    rows = GroupMembership.objects.filter(document=document_id).select_related("group")
    shown, next_cursor = BY_NAME.page(rows, cursor, limit)
    return GroupsWithAccess(
        groups=[GroupWithAccess(id=row.group_id, name=row.group.name, role=cast(Role, row.role)) for row in shown],
        next_cursor=next_cursor,
    )


@router.put("/{uuid:group_id}", response=GroupWithAccess, summary="Let a group of yours in, or change a group's role")
def put(request: HttpRequest, document_id: DocumentId, group_id: UUID, body: RoleChange) -> GroupWithAccess:
    group = group_members.put(document_id, asker(request), group_id, body.role)
    return GroupWithAccess(id=group.pk, name=group.name, role=body.role)


@router.delete("/{uuid:group_id}", response={204: None}, summary="Take a group's access away")
def remove(request: HttpRequest, document_id: DocumentId, group_id: UUID) -> Status[None]:
    group_members.remove(document_id, asker(request), group_id)
    return Status(204, None)
