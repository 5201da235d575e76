"""/api/v1/documents/{id}/members: who may enter a document, and as what."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from accounts import people
from accounts.api_auth import asker
from accounts.models import User
from documents import acts
from documents.api.asking import DocumentId, PageSize, require
from documents.api.invitations import InvitationOut, described
from documents.api.paging import Cursor, by_number
from documents.api.schemas import Member, MemberPage, NewMember, RoleChange
from documents.models import Document, Membership
from documents.sharing import adding, invitations, limits

router = Router(tags=["members"])
IN_TURN = by_number("pk")


@router.get("", response=MemberPage, summary="List the members")
def find(request: HttpRequest, document_id: DocumentId, limit: PageSize = 100, cursor: Cursor = None) -> MemberPage:
    with_email = "share" in require(request, document_id, "read").capabilities
    memberships = Membership.objects.filter(document=document_id).select_related("user__keeper")
    shown, next_cursor = IN_TURN.page(memberships, cursor, limit)
    members = [_member(row.user, row.role, with_email) for row in shown]
    if cursor is None:
        owner = Document.objects.select_related("owner").get(pk=document_id).owner
        members.insert(0, _member(owner, "owner", with_email))
    return MemberPage(members=members, next_cursor=next_cursor)


@router.put(
    "",
    response={200: Member, 202: InvitationOut},
    summary="Make someone a member by e-mail or change their role, or invite them",
)
def put(request: HttpRequest, document_id: DocumentId, body: NewMember) -> Status[Member | InvitationOut]:
    """Who has no account with that address is sent an invitation, and the answer is 202."""
    require(request, document_id, "share")
    user = people.find(body.email)
    if user is None:
        limits.count(request, "invite")
        site = request.build_absolute_uri("/")
        return Status(202, described(invitations.invite(document_id, asker(request), body.email, body.role, site)))
    adding.add(request, document_id, asker(request), user, body.role)
    return Status(200, _member(user, body.role, with_email=True))


@router.patch("/{uuid:user_id}", response=Member, summary="Change a member's role")
def change(request: HttpRequest, document_id: DocumentId, user_id: UUID, body: RoleChange) -> Member:
    acts.change_role(document_id, asker(request), user_id, body.role)
    return _member(User.objects.get(pk=user_id), body.role, with_email=True)


@router.delete("/{uuid:user_id}", response={204: None}, summary="Remove a member, or leave")
def remove(request: HttpRequest, document_id: DocumentId, user_id: UUID) -> Status[None]:
    acts.remove_member(document_id, asker(request), user_id)
    return Status(204, None)


def _member(user: User, role: str, with_email: bool) -> Member:
    email = user.email if with_email else None
    return Member.model_validate({"user": people.shown(user), "role": role, "email": email})
