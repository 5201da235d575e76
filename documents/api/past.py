"""/api/v1/documents/{id}/timeline and what goes with it: looking back, comparing, going back."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from accounts import people
from accounts.api_auth import asker
from accounts.models import User
from documents import history
from documents.api.asking import DocumentId, PageSize, require
from documents.api.history_schemas import (
    AuthorshipOut,
    Comparison,
    Restoring,
    StretchOut,
    Timeline,
    Undoing,
    VersionMade,
)
from documents.past import reverting
from documents.past.authorship import authorship_at
from documents.past.timeline import timeline
from protocol.messages import MAX_INTEGER, UserInfo

router = Router(tags=["history"])
Pause = Annotated[int, Query(ge=1, le=1440, description="Minutes without a change that part what one person did.")]
Before = Annotated[int | None, Query(ge=0, le=MAX_INTEGER, description="Only revisions below this version.")]
Version = Annotated[int, Query(ge=0, le=MAX_INTEGER)]


@router.get("/timeline", response=Timeline, summary="Look through the history, by author and pause")
def look_through(
    request: HttpRequest, document_id: DocumentId, before: Before = None, pause: Pause = 10, limit: PageSize = 50
) -> Timeline:
    require(request, document_id, "history")
    stretches, next_before = timeline(document_id, before, timedelta(minutes=pause), limit)
    users = _users(stretch.user_id for stretch in stretches)
    shown = [
        StretchOut(
            first_version=stretch.first,
            last_version=stretch.last,
            user=users.get(stretch.user_id),
            claimed_name=stretch.claimed_name,
            origin=stretch.origin,
            began_at=stretch.began,
            ended_at=stretch.ended,
            removed=stretch.removed,
            gone=stretch.gone,
        )
        for stretch in stretches
    ]
    return Timeline(stretches=shown, next_before=next_before)


@router.get("/authorship", response=AuthorshipOut, summary="Read who wrote what at a version")
def authorship(request: HttpRequest, document_id: DocumentId, version: Version) -> AuthorshipOut:
    require(request, document_id, "history")
    found = authorship_at(document_id, version)
    if found.version < version:
        return AuthorshipOut(version=version, reached=found.version, authors=[], runs=None)
    users = _users({UUID(author) for _, author in found.runs if author})
    places = {str(user_id): place for place, user_id in enumerate(users)}
    runs = [(length, places.get(author or "")) for length, author in found.runs]
    return AuthorshipOut(version=version, reached=version, authors=list(users.values()), runs=runs)


@router.get("/comparison", response=Comparison, summary="Compare two versions")
def compare(request: HttpRequest, document_id: DocumentId, before: Version, after: Version) -> Comparison:
    require(request, document_id, "history")
    contents = history.contents_at(document_id, before)
    delta = reverting.between(contents, history.contents_at(document_id, after))
    return Comparison(before=before, after=after, contents=contents.to_delta(), delta=delta)


@router.post("/restore", response=VersionMade, summary="Make the document what it was at a version")
def restore(request: HttpRequest, document_id: DocumentId, body: Restoring) -> VersionMade:
    _require_both(request, document_id)
    return VersionMade(version=reverting.restore(document_id, asker(request), body.version))


@router.post("/undo", response=VersionMade, summary="Take back what some past revisions changed")
def undo(request: HttpRequest, document_id: DocumentId, body: Undoing) -> VersionMade:
    _require_both(request, document_id)
    made = reverting.undo(document_id, asker(request), body.first_version, body.last_version)
    return VersionMade(version=made)


def _require_both(request: HttpRequest, document_id: UUID) -> None:
    access = require(request, document_id, "history")
    access.require("edit")


def _users(ids: Iterable[UUID | None]) -> dict[UUID | None, UserInfo]:
    found = User.objects.select_related("keeper").in_bulk({user_id for user_id in ids if user_id})
    return {user_id: people.shown(user) for user_id, user in found.items()}
