"""/api/v1/search: finding documents by what they say."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router

from accounts.api_auth import scoped
from documents.api.asking import PageSize
from documents.api.documents import described
from documents.api.paging import Cursor, make_cursor, number, read_cursor
from documents.api.schemas import DocumentOut, Found, FoundPage, PassageOut
from documents.models import Document
from documents.search.find import find
from documents.search.passage import passage
from documents.search.query import Clause, parse
from protocol.errors import ProtocolError

router = Router(tags=["documents"])
# Whoever has not found it among so many asks for more words.
FURTHEST = 1000


@router.get("", response=FoundPage, summary="Find documents by title and text")
def search(
    request: HttpRequest,
    q: Annotated[
        str,
        Query(
            max_length=200,
            description="Words that must all occur, the last one at least its beginning; in quotes, side by side.",
        ),
    ],
    limit: PageSize = 20,
    cursor: Cursor = None,
) -> FoundPage:
    principal = scoped(request, "read")
    clauses = parse(q)
    # What answers best has no place of its own: texts and their weight change. So pages count.
    offset = _offset(cursor)
    found_documents = find(principal, clauses, limit + 1, offset)
    documents, further = found_documents[:limit], offset + limit
    has_more = len(found_documents) > limit and further <= FURTHEST
    shown = {row.id: row for row in described(documents, principal)}
    found = [
        Found(document=shown[document.pk], passage=_passage(document, shown[document.pk], clauses))
        for document in documents
        if document.pk in shown
    ]
    return FoundPage(found=found, next_cursor=make_cursor(str(further)) if has_more else None)


def _offset(cursor: str | None) -> int:
    try:
        [offset] = map(number, read_cursor(cursor)) if cursor else [0]
        if offset > FURTHEST:
            raise ValueError("nobody was told of this page")
    except ValueError as error:
        raise ProtocolError("invalid_field", "The cursor is none of a search's.") from error
    return offset


def _passage(document: Document, shown: DocumentOut, clauses: tuple[Clause, ...]) -> PassageOut | None:
    entry = document.search_entry
    # An older version is for those alone who may see the history.
    if entry.version != document.version and "history" not in shown.capabilities:
        return None
    best = passage(entry.text, clauses)
    return best and PassageOut(text=best.text, marks=list(best.marks))
