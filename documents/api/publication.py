"""/api/v1/documents/{id}/publication: the page on which anyone may read the document."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Schema, Status
from pydantic import Field

from accounts.api_auth import asker
from documents.api.asking import DocumentId, require
from documents.api.schemas import Body
from documents.publishing import acts
from documents.publishing.models import SLUG_LENGTH, Publication

router = Router(tags=["publication"])

Origin = Annotated[str, Field(max_length=300)]


class Publishing(Body):
    slug: Annotated[str, Field(max_length=SLUG_LENGTH)] | None = Field(
        None, description="The address, of small letters, digits and hyphens. Null: as it is, or one nobody guesses."
    )
    indexed: bool = Field(False, description="Whether search engines may list it.")
    embedders: list[Origin] = Field(
        default_factory=list,
        max_length=acts.MOST_EMBEDDERS,
        description="Sites that may show it in a frame, as `https://example.org`.",
    )


class Published(Schema):
    slug: str
    url: str = Field(description="The page.")
    embed_url: str = Field(description="The page for a frame in the sites that may embed it.")
    indexed: bool
    embedders: list[str]
    published_at: datetime


@router.get("", response=Published | None, summary="How a document is published; null where it is not")
def find(request: HttpRequest, document_id: DocumentId) -> Published | None:
    require(request, document_id, "share")
    publication = Publication.objects.filter(document=document_id).first()
    return None if publication is None else _described(request, publication)


@router.put("", response=Published, summary="Publish a document, or change how it is")
def publish(request: HttpRequest, document_id: DocumentId, body: Publishing) -> Published:
    return _described(request, acts.publish(document_id, asker(request), **body.model_dump()))


@router.delete("", response={204: None}, summary="Take a published document back")
def unpublish(request: HttpRequest, document_id: DocumentId) -> Status[None]:
    acts.unpublish(document_id, asker(request))
    return Status(204, None)


def _described(request: HttpRequest, publication: Publication) -> Published:
    def address(name: str) -> str:
        return request.build_absolute_uri(reverse(f"documents:{name}", args=[publication.slug]))

    return Published(
        slug=publication.slug,
        url=address("published"),
        embed_url=address("embedded"),
        indexed=publication.indexed,
        embedders=publication.embedders,
        published_at=publication.published_at,
    )
