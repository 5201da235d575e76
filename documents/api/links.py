"""/api/v1/documents/{id}/links: addresses that let people into a document; and /api/v1/join, coming in by one."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from accounts import people
from accounts.api_auth import asker, scoped
from documents.api.asking import DocumentId, require
from documents.api.documents import shown
from documents.api.schemas import Body, DocumentOut
from documents.sharing import addresses, links
from documents.sharing.entrance import come_in
from documents.sharing.models import LinkMembership, ShareLink
from protocol.errors import ProtocolError
from protocol.messages import UserInfo

router = Router(tags=["links"])
joining = Router(tags=["links"])

LinkRole = Literal["editor", "viewer"]
Label = Annotated[str, Field(max_length=100, description="What it is for; only those who may share see it.")]
Password = Annotated[str, Field(max_length=128, description="Empty: it asks for none.")]
MostPeople = Annotated[int, Field(ge=1, le=1_000_000)]
Expiry = Annotated[AwareDatetime | None, Field(strict=False, description="Null: when it is revoked.")]
Guests = Annotated[bool, Field(description="Whether people without an account may come in, under a name they choose.")]
# How many people a link's description names.
MOST_NAMED = 100


class NewLink(Body):
    role: LinkRole
    label: Label = ""
    password: Password = ""
    expires_at: Expiry = None
    guests: Guests = False
    most_people: MostPeople | None = Field(None, description="Null: any number.")


class LinkChange(Body):
    """What is left out stays as it is."""

    role: LinkRole = "viewer"
    label: Label = ""
    password: Password = ""
    expires_at: Expiry = None
    guests: Guests = False
    most_people: MostPeople | None = None


class Link(Schema):
    id: UUID
    url: str = Field(description="The address to give out.")
    role: LinkRole
    label: str
    has_password: bool
    expires_at: datetime | None
    guests: bool
    most_people: int | None
    people: int = Field(description="How many it has let in, those who left again too.")
    lets_in: bool = Field(description="Whether someone new may still come in through it.")
    made_at: datetime
    members: list[UserInfo] = Field(description=f"Who is in by it now; the first {MOST_NAMED}.")


class Joining(Body):
    link: Annotated[str, Field(max_length=500, description="The address of the link, or its last part.")]
    password: Password = ""


@router.get("", response=list[Link], summary="List the links into a document")
def find(request: HttpRequest, document_id: DocumentId) -> list[Link]:
    require(request, document_id, "share")
    rows = ShareLink.objects.filter(document=document_id).order_by("made_at", "pk")
    return [_described(request, link) for link in rows.prefetch_related(_first_members())]


@router.post("", response={201: Link}, summary="Make a link into a document")
def make(request: HttpRequest, document_id: DocumentId, body: NewLink) -> Status[Link]:
    link = links.make(document_id, asker(request), **body.model_dump())
    return Status(201, _described(request, link))


@router.patch("/{uuid:link_id}", response=Link, summary="Change what a link allows")
def change(request: HttpRequest, document_id: DocumentId, link_id: UUID, body: LinkChange) -> Link:
    terms = body.model_dump(include=body.model_fields_set)
    return _described(request, links.change(document_id, asker(request), link_id, **terms))


@router.delete("/{uuid:link_id}", response={204: None}, summary="Revoke a link, with the access of all who use it")
def revoke(request: HttpRequest, document_id: DocumentId, link_id: UUID) -> Status[None]:
    links.revoke(document_id, asker(request), link_id)
    return Status(204, None)


@joining.post("", response=DocumentOut, summary="Come into a document by a link")
def join(request: HttpRequest, body: Joining) -> DocumentOut:
    principal = scoped(request, "write")
    link = addresses.find(body.link.rstrip("/").rpartition("/")[2])
    if link is None:
        raise ProtocolError("not_found", links.NO_LINK)
    come_in(request, link, principal, password=body.password)
    return shown(link.document_id, principal)


def _first_members() -> "Prefetch[str]":
    """Those whom each link names, as `first_members` of it."""
    rows = LinkMembership.objects.select_related("user__keeper").order_by("pk")[:MOST_NAMED]
    return Prefetch("memberships", rows, to_attr="first_members")


def _described(request: HttpRequest, link: ShareLink) -> Link:
    prefetch_related_objects([link], _first_members())
    return Link.model_validate(
        {
            "id": link.pk,
            "url": request.build_absolute_uri(addresses.path_of(link.pk)),
            "role": link.role,
            "label": link.label,
            "has_password": bool(link.password),
            "expires_at": link.expires_at,
            "guests": link.guests,
            "most_people": link.most_people,
            "people": link.people,
            "lets_in": link.lets_in,
            "made_at": link.made_at,
            "members": [people.shown(membership.user) for membership in link.first_members],
        }
    )
