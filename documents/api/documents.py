"""/api/v1/documents: making, finding, changing and trashing documents, and reading their contents."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from accounts import people
from accounts.api_auth import asker, scoped
from accounts.principals import Principal
from documents import acts, connections, rights, starters
from documents.api.asking import PageSize
from documents.api.paging import Cursor, Order, by_text, by_time
from documents.api.preconditions import (
    ETAG,
    IF_MATCH,
    document_tag,
    require_document_match,
)
from documents.api.schemas import MOST_TOLD, DocumentChange, DocumentOut, DocumentPage, Here, NewDocument, OrderName
from documents.connections import Present
from documents.listing import Choice, Shelf, chosen, shelf
from documents.making import make
from documents.models import Document
from protocol.content import Content
from protocol.errors import ProtocolError
from protocol.messages import DocumentState

router = Router(tags=["documents"])
ORDERS: dict[OrderName, Order] = {
    "changed": by_time("updated_at"),
    "created": by_time("created_at"),
    "opened": by_time("visits__opened_at"),
    "title": by_text(Lower("title")),
}


@router.post("", response={201: DocumentOut}, summary="Make a document")
def create(request: HttpRequest, body: NewDocument) -> Status[DocumentOut]:
    principal = scoped(request, "write")
    contents = starters.contents(body.template) if body.template is not None else Content.EMPTY
    document = make(principal, body.title, contents, "template")
    return Status(201, shown(document.pk, principal))


@router.get("", response=DocumentPage, summary="List your documents and those shared with you")
def find(
    request: HttpRequest,
    state: Annotated[DocumentState | None, Query(description="Left out: all but the trash.")] = None,
    shared: Annotated[bool | None, Query(description="`true`: those of others alone; `false`: your own.")] = None,
    starred: Annotated[bool | None, Query(description="Whether you have starred them.")] = None,
    template: Annotated[bool | None, Query(description="Whether they are there to be copied.")] = None,
    folder: Annotated[UUID | None, Query(description="Those in this folder of yours.")] = None,
    title: Annotated[str | None, Query(max_length=200, description="Those whose title has these words in it.")] = None,
    order: Annotated[
        OrderName,
        Query(
            description="By title, or the last changed or made first; `opened`: only what you opened, the last first."
        ),
    ] = "changed",
    limit: PageSize = 50,
    cursor: Cursor = None,
) -> DocumentPage:
    principal = scoped(request, "read")
    choice = Choice(state, shared, starred, template, order == "opened", folder, title)
    rows = chosen(principal.user_id, choice).select_related("owner")
    found, next_cursor = ORDERS[order].page(rows, cursor, limit)
    return DocumentPage(documents=described(found, principal), next_cursor=next_cursor)


@router.get(
    "/{uuid:document_id}",
    response=DocumentOut,
    summary="Look at a document",
    openapi_extra={"responses": {200: {"headers": ETAG}}},
)
def look(request: HttpRequest, response: HttpResponse, document_id: UUID) -> DocumentOut:
    return _tagged(response, document_id, scoped(request, "read"))


@router.patch(
    "/{uuid:document_id}",
    response=DocumentOut,
    summary="Rename, freeze, open, trash or restore a document",
    openapi_extra={"parameters": [IF_MATCH]},
)
def change(request: HttpRequest, response: HttpResponse, document_id: UUID, body: DocumentChange) -> DocumentOut:
    principal = asker(request)
    with transaction.atomic():
        _require_match(request, document_id)
        if body.state == "open":  # first, for nothing else can be done in the trash
            acts.move(document_id, principal, body.state)
        if body.title is not None:
            acts.rename(document_id, principal, body.title)
        if body.viewers_see_history is not None:
            acts.show_history_to_viewers(document_id, principal, body.viewers_see_history)
        if body.is_template is not None:
            acts.make_template(document_id, principal, body.is_template)
        if body.state is not None and body.state != "open":
            acts.move(document_id, principal, body.state)
    return _tagged(response, document_id, principal)


@router.delete(
    "/{uuid:document_id}",
    response={204: None},
    summary="Move a document to the trash",
    openapi_extra={"parameters": [IF_MATCH]},
)
def trash(request: HttpRequest, document_id: UUID) -> Status[None]:
    with transaction.atomic():
        _require_match(request, document_id)
        acts.move(document_id, asker(request), "trashed")
    return Status(204, None)


def _tagged(response: HttpResponse, document_id: UUID, principal: Principal) -> DocumentOut:
    # The tag first: where it changes meanwhile, whoever has the old one is refused, and looks again.
    document = Document.objects.filter(pk=document_id).first()
    found = shown(document_id, principal)
    if document is not None:
        response.headers["ETag"] = document_tag(document)
    return found


def _require_match(request: HttpRequest, document_id: UUID) -> None:
    if rights.access_of(document_id, asker(request)).role is None:
        raise ProtocolError("not_found")
    require_document_match(request, document_id)


def shown(document_id: UUID, principal: Principal) -> DocumentOut:
    """A document as `principal` sees it. Raises not_found."""
    found = described(list(Document.objects.filter(pk=document_id).select_related("owner")), principal)
    if not found:
        raise ProtocolError("not_found")
    return found[0]


def described(documents: Sequence[Document], principal: Principal) -> list[DocumentOut]:
    """Those of `documents` that are there for `principal`, as they see them."""
    roles = rights.roles({(document.pk, principal.user_id) for document in documents})
    here = connections.first_present([document.pk for document in documents], MOST_TOLD)
    kept = shelf(principal.user_id, documents)
    grouped = rights.by_group(principal.user_id, [document.pk for document in documents])
    out = []
    for document in documents:
        access = rights.access(document, roles.get((document.pk, principal.user_id)), principal.scopes)
        if access.role is not None:
            may_leave = access.role != "owner" and document.pk not in grouped
            out.append(_out(document, access, here[document.pk], kept, may_leave))
    return out


def _out(document: Document, access: rights.Access, here: Present, kept: Shelf, may_leave: bool) -> DocumentOut:
    participants = [Here(session_id=row.session_id, user=people.shown(row.user), since=row.since) for row in here.first]
    return DocumentOut.model_validate(
        {
            "id": document.pk,
            "title": document.title,
            "state": document.state,
            "damaged": bool(document.damage),
            "role": access.role,
            "capabilities": sorted(access.capabilities),
            "may_leave": may_leave,
            "starred": document.pk in kept.starred,
            "folder_id": kept.folders.get(document.pk),
            "opened_at": kept.opened.get(document.pk),
            "is_template": document.is_template,
            "version": document.version,
            "length": document.length,
            "viewers_see_history": document.viewers_see_history,
            "created_at": document.created_at,
            "updated_at": document.updated_at,
            "owner": people.shown(document.owner),
            "participants": participants,
            "participant_count": here.total,
        }
    )
