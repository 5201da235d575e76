"""Documents made of what there is: copies of others, and the server's own templates."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from accounts.api_auth import scoped
from documents import starters
from documents.api.asking import DocumentId, contents_at
from documents.api.documents import shown
from documents.api.schemas import Copy, DocumentOut
from documents.images.acts import copy_all
from documents.making import make
from documents.models import TITLE_LENGTH, Document

router = Router(tags=["documents"])


class Template(Schema):
    name: str
    title: str


class Templates(Schema):
    templates: list[Template] = Field(description="The server's own; people's are documents with `is_template`.")


@router.get("/templates", response=Templates, summary="List what a new document may begin with")
def templates(request: HttpRequest) -> Templates:
    scoped(request, "read")
    return Templates(templates=[Template(name=name, title=str(title)) for name, title in starters.STARTERS.items()])


@router.post(
    "/documents/{uuid:document_id}/copy",
    response={201: DocumentOut},
    summary="Make a document of your own that holds what this one does",
)
def copy(request: HttpRequest, document_id: DocumentId, body: Copy) -> Status[DocumentOut]:
    principal = scoped(request, "write")
    _version, contents = contents_at(request, document_id, None)
    title = body.title if body.title is not None else _copy_of(Document.objects.get(pk=document_id).title)
    document = make(principal, title, contents, "copy", lambda new: copy_all(document_id, new, principal, contents))
    return Status(201, shown(document.pk, principal))


def _copy_of(title: str) -> str:
    return (_("Copy of %(title)s") % {"title": title})[:TITLE_LENGTH]
