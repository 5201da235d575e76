"""/api/v1/documents/{id}/events: what happened to a document, and what happens. (As a stream: collab.streaming.)"""

from typing import Annotated

import pydantic_core
from django.http import HttpRequest, HttpResponse
from django.utils.http import quote_etag
from ninja import Query, Router, Schema
from pydantic import Field

from accounts.api_auth import asker
from documents.api.asking import DocumentId, require
from documents.api.preconditions import ETAG, is_known
from documents.events import feed
from documents.events.cursors import Cursors
from protocol.events import Event

router = Router(tags=["events"])


class EventPage(Schema):
    events: list[Event] = Field(description="In the order in which they happened.")
    cursor: str = Field(description="To be sent as `after` for what follows.")
    more: bool = Field(description="Whether there was more already.")


After = Annotated[
    str | None,
    Query(
        max_length=200,
        description="The `cursor` of a page or an event, or a version: what happened after. `0`: all that is kept."
        " Left out: an empty page, whose `cursor` is where everything is that happened so far.",
    ),
]
Deltas = Annotated[bool, Query(description="false: how much each revision changed, instead of what.")]


@router.get(
    "",
    response=EventPage,
    summary="Read what happened to a document, a page at a time",
    openapi_extra={
        "responses": {
            200: {"headers": ETAG},
            304: {"description": "As `If-None-Match` has it."},
        }
    },
)
def read(
    request: HttpRequest,
    document_id: DocumentId,
    after: After = None,
    deltas: Deltas = True,
    limit: Annotated[int, Query(ge=1, le=feed.PAGE)] = feed.PAGE,
) -> HttpResponse:
    """Whoever may not read the history hears what happens from now on: their cursors hold for ten minutes.

    With `Accept: text/event-stream` it is a stream of server-sent events; `Last-Event-ID` goes before `after`.
    """
    access = require(request, document_id, "read")
    cursors = Cursors(document_id, asker(request).user_id, whole="history" in access.capabilities)
    position = feed.head(document_id) if after is None else cursors.read(after)
    found = feed.page(document_id, position, limit)
    tag = quote_etag(f"{found.end}.{found.removals}")
    if is_known(request, tag):
        return HttpResponse(status=304, headers={"ETag": tag})
    answer = {
        "events": [feed.told(happening, cursors, deltas) for happening in found.happenings],
        "cursor": cursors.write(found.end),
        "more": found.more,
    }
    # Not through the schema: they are messages already.
    return HttpResponse(pydantic_core.to_json(answer), content_type="application/json", headers={"ETag": tag})
