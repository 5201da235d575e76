"""/api/v1/documents/{id}/versions: versions that people gave a name."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from accounts import people
from accounts.api_auth import asker
from documents.api.asking import DocumentId, PageSize, require
from documents.api.history_schemas import NamedVersionOut, NamedVersionPage, VersionName
from documents.models import NamedVersion
from documents.past import versions
from protocol.messages import MAX_INTEGER

router = Router(tags=["history"])
VersionNumber = Annotated[int, Path(ge=0, le=MAX_INTEGER)]
Before = Annotated[int | None, Query(ge=0, le=MAX_INTEGER, description="Only versions below this one.")]


@router.get("", response=NamedVersionPage, summary="List the named versions")
def find(
    request: HttpRequest, document_id: DocumentId, before: Before = None, limit: PageSize = 100
) -> NamedVersionPage:
    require(request, document_id, "history")
    rows = versions.named(document_id)
    if before is not None:
        rows = rows.filter(version__lt=before)
    shown = list(rows[: limit + 1])
    next_before = shown[limit - 1].version if len(shown) > limit else None
    return NamedVersionPage(versions=[_shown(row) for row in shown[:limit]], next_before=next_before)


@router.put("/{int:version}", response=NamedVersionOut, summary="Give a version a name, or another one")
def name(request: HttpRequest, document_id: DocumentId, version: VersionNumber, body: VersionName) -> NamedVersionOut:
    return _shown(versions.name(document_id, asker(request), version, body.name))


@router.delete("/{int:version}", response={204: None}, summary="Take a version's name away")
def unname(request: HttpRequest, document_id: DocumentId, version: VersionNumber) -> Status[None]:
    versions.unname(document_id, asker(request), version)
    return Status(204, None)


def _shown(row: NamedVersion) -> NamedVersionOut:
    user = people.shown(row.user) if row.user else None
    return NamedVersionOut(version=row.version, name=row.name, user=user, at=row.at)
