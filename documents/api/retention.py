"""/api/v1/documents/{id}/retention: how long the history is kept."""

from django.http import HttpRequest
from ninja import Router

from accounts.api_auth import asker
from documents.api.asking import DocumentId, require
from documents.api.history_schemas import Retention
from documents.models import Document
from documents.retention import compaction

router = Router(tags=["history"])


@router.get("", response=Retention, summary="Look how long drafts are kept")
def look(request: HttpRequest, document_id: DocumentId) -> Retention:
    require(request, document_id, "history")
    return Retention(keep_days=Document.objects.values_list("keep_days", flat=True).get(pk=document_id))


@router.put("", response=Retention, summary="Say how long drafts are kept; named versions stay")
def keep(request: HttpRequest, document_id: DocumentId, body: Retention) -> Retention:
    compaction.keep(document_id, asker(request), body.keep_days)
    return body
