"""/api/v1/operations: what administrators see of the live system, and do to it; the same as on their page."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from accounts import people
from accounts.api_auth import in_person
from accounts.models import AuditEntry, User
from accounts.principals import Principal
from collab.models import BANNER_LENGTH, Banner
from collab.operations import acts, live
from documents.api.asking import PageSize
from documents.api.paging import NEXT_CURSOR, Cursor, Order, number
from documents.api.schemas import Body
from protocol.errors import ProtocolError
from protocol.messages import UserInfo

router = Router(tags=["operations"])
SESSIONS_SHOWN = 500
NEWEST_FIRST = Order(F("pk"), number, descending=True)
Name = Annotated[str, Query(max_length=64)]


class Session(Schema):
    session_id: UUID
    document_id: UUID
    user: UserInfo
    process: str
    client_id: str
    since: datetime


class Ended(Schema):
    ended: int = Field(description="How many sessions.")


class ProcessOut(Schema):
    name: str
    alive: bool
    draining: bool
    sessions: int
    documents: int = Field(description="How many it has open, where it is on the host that was asked.")


class BannerText(Body):
    text: Annotated[str, Field(max_length=BANNER_LENGTH, description="Shown to everyone; empty: no more.")]


class Entry(Schema):
    at: datetime
    act: str
    by_id: UUID | None = Field(description="Who did it; null: the server, or somebody who is gone.")
    by_name: str
    way: str
    address: str | None
    document_id: UUID | None
    user_id: UUID | None = Field(description="Whom it concerns.")
    about: dict[str, str | int | bool | None]


class AuditPage(Schema):
    entries: list[Entry] = Field(description="The newest first.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)


@router.get("/sessions", response=list[Session], summary="List live sessions, the newest first, 500 at most")
def sessions(
    request: HttpRequest, document: UUID | None = None, user: UUID | None = None, process: Name | None = None
) -> list[Session]:
    _administrator(request, "read", "documents.view_connection")
    found = live.sessions(**_chosen(document=document, user=user, process=process))[:SESSIONS_SHOWN]
    return [
        Session(
            session_id=row.session_id,
            document_id=row.document_id,
            user=people.shown(row.user),
            process=row.process,
            client_id=row.client_id,
            since=row.since,
        )
        for row in found
    ]


@router.delete("/sessions", response=Ended, summary="End the live sessions of a document, a person or a process")
def disconnect(
    request: HttpRequest,
    session: UUID | None = None,
    document: UUID | None = None,
    user: UUID | None = None,
    process: Name | None = None,
) -> Ended:
    by = _administrator(request, "write", "documents.delete_connection")
    chosen = _chosen(session_id=session, document=document, user=user, process=process)
    if not chosen:
        raise ProtocolError("invalid_field", "Say which sessions: of a document, a person, a process, or one.")
    return Ended(ended=acts.disconnect(live.sessions(**chosen), by))


@router.get("/processes", response=list[ProcessOut], summary="List the processes")
def processes(request: HttpRequest) -> list[ProcessOut]:
    _administrator(request, "read", "documents.view_connection")
    return [ProcessOut.from_orm(found) for found in live.processes()]


@router.post("/processes/{name}/drain", response={202: None}, summary="Have a process end; its parent starts another")
def drain(request: HttpRequest, name: str) -> Status[None]:
    acts.drain(name, _administrator(request, "write", "documents.delete_process"))
    return Status(202, None)


@router.get("/banner", response=BannerText, summary="Read what everyone is told")
def banner(request: HttpRequest) -> BannerText:
    _administrator(request, "read", "collab.change_banner")
    told = Banner.objects.first()
    return BannerText(text=told.text if told else "")


@router.put("/banner", response=BannerText, summary="Tell everyone something, or no more")
def put_banner(request: HttpRequest, body: BannerText) -> BannerText:
    acts.put_banner(body.text, _administrator(request, "write", "collab.change_banner"))
    return banner(request)


@router.get("/audit", response=AuditPage, summary="Read the audit log")
def audit_log(
    request: HttpRequest,
    act: Annotated[str | None, Query(max_length=64, description="`members.put`, or how acts begin: `members.`")] = None,
    document: UUID | None = None,
    user: Annotated[UUID | None, Query(description="Who did it.")] = None,
    limit: PageSize = 50,
    cursor: Cursor = None,
) -> AuditPage:
    _administrator(request, "read", "accounts.view_auditentry")
    chosen = _chosen(act__startswith=act, document_id=document, by=user)
    entries, next_cursor = NEWEST_FIRST.page(AuditEntry.objects.filter(**chosen), cursor, limit)
    return AuditPage(entries=[Entry.from_orm(entry) for entry in entries], next_cursor=next_cursor)


def _administrator(request: HttpRequest, scope: str, permission: str) -> Principal:
    """Who asks, if they may do this in the admin. Raises forbidden."""
    by = in_person(request, scope)
    user = User.objects.get(pk=by.user_id)
    if not (user.is_staff and user.has_perm(permission)):
        raise ProtocolError("forbidden")
    return by


def _chosen(**given: object) -> dict[str, object]:
    return {name: value for name, value in given.items() if value is not None}
