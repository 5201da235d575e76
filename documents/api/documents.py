"""/api/v1/documents: making, finding, changing and trashing documents, and reading their contents."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import pydantic_core
from django.db import transaction
from django.db.models import Exists, F, OrderBy, OuterRef, Q
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from accounts.api_auth import asker
from accounts.principals import Principal
from documents import acts, connections, rights
from documents.api.asking import Offset, PageSize, Version, contents_at, page, scoped, user_info
from documents.api.schemas import Contents, DocumentChange, DocumentOut, DocumentPage, Here, NewDocument, Order
from documents.models import Connection, Document, Star
from protocol.errors import ProtocolError
from protocol.messages import DocumentState

router = Router(tags=["documents"])
ORDERS: dict[Order, OrderBy] = {
    "changed": F("updated_at").desc(),
    "created": F("created_at").desc(),
    "title": Lower("title").asc(),
}


@router.post("", response={201: DocumentOut}, summary="Make a document")
def create(request: HttpRequest, body: NewDocument) -> Status[DocumentOut]:
    principal = scoped(request, "write")
    document = acts.create(UUID(principal.user_id), body.title)
    return Status(201, shown(document.pk, principal))


@router.get("", response=DocumentPage, summary="List your documents and those shared with you")
def find(
    request: HttpRequest,
    state: Annotated[DocumentState | None, Query(description="Left out: all but the trash.")] = None,
    shared: Annotated[bool | None, Query(description="`true`: those of others alone; `false`: your own.")] = None,
    starred: Annotated[bool | None, Query(description="Whether you have starred them.")] = None,
    order: Annotated[Order, Query(description="By title, or the last changed or made first.")] = "changed",
    limit: PageSize = 50,
    offset: Offset = 0,
) -> DocumentPage:
    principal = scoped(request, "read")
    rows = rights.documents_of(principal.user_id).select_related("owner").order_by(ORDERS[order], "pk")
    rows = rows.filter(state=state) if state else rows.exclude(state=Document.State.TRASHED)
    rows = rows.filter(_choice(UUID(principal.user_id), shared, starred))
    found, next_offset = page(list(rows[offset : offset + limit + 1]), offset, limit)
    return DocumentPage(documents=described(found, principal), next_offset=next_offset)


@router.get("/{uuid:document_id}", response=DocumentOut, summary="Look at a document")
def look(request: HttpRequest, document_id: UUID) -> DocumentOut:
    return shown(document_id, scoped(request, "read"))


@router.patch("/{uuid:document_id}", response=DocumentOut, summary="Rename, freeze, open, trash or restore a document")
def change(request: HttpRequest, document_id: UUID, body: DocumentChange) -> DocumentOut:
    principal = asker(request)
    with transaction.atomic():
        if body.state == "open":  # first, for nothing else can be done in the trash
            acts.move(document_id, principal, body.state)
        if body.title is not None:
            acts.rename(document_id, principal, body.title)
        if body.viewers_see_history is not None:
            acts.show_history_to_viewers(document_id, principal, body.viewers_see_history)
        if body.state is not None and body.state != "open":
            acts.move(document_id, principal, body.state)
    return shown(document_id, principal)


@router.delete("/{uuid:document_id}", response={204: None}, summary="Move a document to the trash")
def trash(request: HttpRequest, document_id: UUID) -> Status[None]:
    acts.move(document_id, asker(request), "trashed")
    return Status(204, None)


@router.get("/{uuid:document_id}/contents", response=Contents, summary="Read what a document holds, now or earlier")
def contents(
    request: HttpRequest,
    document_id: UUID,
    version: Version = None,
) -> HttpResponse:
    version, content = contents_at(request, document_id, version)
    # Not through the schema: the contents may be megabytes, and are ours.
    body = pydantic_core.to_json({"version": version, "contents": content.to_json()})
    return HttpResponse(body, content_type="application/json")


def _choice(user_id: UUID, shared: bool | None, starred: bool | None) -> Q:
    own = Q(owner=user_id)
    star = Q(Exists(Star.objects.filter(document=OuterRef("pk"), user=user_id)))
    chosen = Q()
    if shared is not None:
        chosen &= ~own if shared else own
    if starred is not None:
        chosen &= star if starred else ~star
    return chosen


def shown(document_id: UUID, principal: Principal) -> DocumentOut:
    """A document as `principal` sees it. Raises not_found."""
    found = described(list(Document.objects.filter(pk=document_id).select_related("owner")), principal)
    if not found:
        raise ProtocolError("not_found")
    return found[0]


def described(documents: Sequence[Document], principal: Principal) -> list[DocumentOut]:
    """Those of `documents` that are there for `principal`, as they see them."""
    roles = rights.roles({(document.pk, principal.user_id) for document in documents})
    here = connections.present([document.pk for document in documents])
    stars = Star.objects.filter(user=UUID(principal.user_id), document__in=documents)
    starred = set(stars.values_list("document", flat=True))
    out = []
    for document in documents:
        access = rights.access(document, roles.get((document.pk, principal.user_id)), principal.scopes)
        if access.role is not None:
            out.append(_out(document, access, here[document.pk], document.pk in starred))
    return out


def _out(document: Document, access: rights.Access, here: Sequence[Connection], starred: bool) -> DocumentOut:
    participants = [Here(session_id=row.session_id, user=user_info(row.user), since=row.since) for row in here]
    return DocumentOut.model_validate(
        {
            "id": document.pk,
            "title": document.title,
            "state": document.state,
            "damaged": bool(document.damage),
            "role": access.role,
            "capabilities": sorted(access.capabilities),
            "starred": starred,
            "version": document.version,
            "length": document.length,
            "viewers_see_history": document.viewers_see_history,
            "created_at": document.created_at,
            "updated_at": document.updated_at,
            "owner": user_info(document.owner),
            "participants": participants,
        }
    )
