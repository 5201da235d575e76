"""The bodies of what REST says and takes about groups of people."""

from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from accounts.models import NAME_LENGTH
from documents.api.paging import NEXT_CURSOR
from documents.api.schemas import Body
from documents.rights import Role
from protocol.messages import UserInfo

GroupName = Annotated[str, Field(max_length=NAME_LENGTH, description=f"1 to {NAME_LENGTH} characters.")]


class GroupBody(Body):
    name: GroupName


class NewGroupMember(Body):
    email: Annotated[str, Field(max_length=254)]
    is_manager: bool = Field(False, description="Whether they may change the group and who is in it.")


class GroupOut(Schema):
    id: UUID
    name: str
    is_manager: bool = Field(description="Whether you manage it.")
    size: int = Field(description="How many people are in it.")


class GroupPage(Schema):
    groups: list[GroupOut] = Field(description="By name.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)


class GroupMemberOut(Schema):
    user: UserInfo
    is_manager: bool
    email: str | None = Field(None, description="For those who manage the group.")


class GroupMemberPage(Schema):
    members: list[GroupMemberOut] = Field(description="Longest in it first.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)


class GroupWithAccess(Schema):
    id: UUID
    name: str
    role: Role


class GroupsWithAccess(Schema):
    groups: list[GroupWithAccess] = Field(description="By name.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)
