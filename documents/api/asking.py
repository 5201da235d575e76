"""What every request has in common: who asks, and what they may see."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query

from accounts.api_auth import asker
from documents import history, rights
from protocol.content import Content
from protocol.messages import MAX_INTEGER

# In the path of the router, not of each address: ninja has to be told.
DocumentId = Annotated[UUID, Path()]
PageSize = Annotated[int, Query(ge=1, le=100)]
Version = Annotated[int | None, Query(ge=0, le=MAX_INTEGER, description="An earlier one needs `history`.")]


def require(request: HttpRequest, document_id: UUID, capability: str) -> rights.Access:
    """The asker's access. Raises not_found where the document isn't theirs to see, forbidden without `capability`."""
    found = rights.access_of(document_id, asker(request))
    found.require(capability)
    return found


def contents_at(request: HttpRequest, document_id: UUID, version: int | None) -> tuple[int, Content]:
    """What the document holds, for the asker to read: at that version, or at its newest, which is told.

    Raises as `require` does, base_version_ahead and history_gone.
    """
    version = readable_version(request, document_id, version)
    return version, history.contents_at(document_id, version)


def readable_version(request: HttpRequest, document_id: UUID, version: int | None) -> int:
    """That version, or the newest, if the asker may read it. Raises as `require` does."""
    access = require(request, document_id, "read")
    newest = history.head_version([document_id])[document_id]
    if version is None:
        version = newest
    if version != newest:
        access.require("history")
    return version
