"""/api/v1/documents/{id}/revisions: the history, and changes merged into the document."""

from typing import Annotated
from uuid import UUID

import pydantic_core
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from accounts.api_auth import asker
from documents import history, rights
from documents.api.asking import DocumentId, require
from documents.api.history_schemas import PurgedOut
from documents.api.preconditions import IF_MATCH, matched_version
from documents.api.schemas import Merged, NewRevision, RevisionPage
from documents.retention.purge import purge
from documents.submit import refusal, submit
from protocol.authority import Accepted, Duplicate, Refused, Submission
from protocol.delta import Delta
from protocol.errors import ProtocolError
from protocol.limits import LIMITS
from protocol.messages import MAX_INTEGER

router = Router(tags=["revisions"])
Bound = Annotated[int, Query(ge=1, le=MAX_INTEGER, description="A version.")]


@router.get("", response=RevisionPage, summary="Read the history, a page at a time")
def read(
    request: HttpRequest,
    document_id: DocumentId,
    after: Annotated[int, Query(ge=0, le=MAX_INTEGER, description="The version after which to begin.")] = 0,
    limit: Annotated[int, Query(ge=1, le=history.PAGE)] = history.PAGE,
) -> HttpResponse:
    require(request, document_id, "history")
    revisions = history.revisions_after(document_id, after, limit, LIMITS.revisions_frame)
    # Not through the schema once more: they are messages already.
    return HttpResponse(pydantic_core.to_json({"revisions": revisions}), content_type="application/json")


@router.post(
    "",
    response={200: Merged, 201: Merged},
    summary="Merge a change into the document",
    openapi_extra={"parameters": [IF_MATCH]},
)
def merge(request: HttpRequest, document_id: DocumentId, body: NewRevision) -> Status[Merged]:
    if rights.access_of(document_id, asker(request)).role is None:
        raise ProtocolError("not_found")
    submission = Submission(body.client_id, body.seq, body.base_version, body.delta)
    verdict = submit(document_id, asker(request), submission, matched_version(request))
    match verdict:
        case Accepted():
            return Status(201, Merged(version=verdict.version, delta=verdict.delta, duplicate=False))
        case Duplicate():
            delta = _kept_delta(document_id, verdict.version)
            return Status(200, Merged(version=verdict.version, delta=delta, duplicate=True))
        case Refused():
            raise refusal(verdict)


@router.delete("", response=PurgedOut, summary="Remove what some versions held, for good")
def remove(request: HttpRequest, document_id: DocumentId, first: Bound, last: Bound) -> PurgedOut:
    purged = purge(document_id, asker(request), first, last)
    return PurgedOut(removed=purged.removed, still_there=purged.still_there)


def _kept_delta(document_id: UUID, version: int) -> Delta | None:
    try:
        return next(history.deltas_between(document_id, version - 1, version))
    except ProtocolError:  # it was removed
        return None
