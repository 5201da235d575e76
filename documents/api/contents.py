"""/api/v1/documents/{id}/contents and …/text: what a document holds, and changes that a program says in words."""

from collections.abc import Callable
from typing import Annotated, Literal

import pydantic_core
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import AfterValidator, Field

from accounts.api_auth import asker
from documents import history
from documents.api.asking import DocumentId, Version, readable_version, require
from documents.api.preconditions import ETAG, is_known, version_tag
from documents.api.schemas import Body, Contents
from documents.rewriting import rewrite, rewrite_since
from protocol import rewriting
from protocol.content import Content
from protocol.delta import Delta
from protocol.errors import DeltaError, ProtocolError
from protocol.messages import Natural
from protocol.text import read

router = Router(tags=["contents"])
LONGEST = 1_000_000

Words = Annotated[str, Field(max_length=LONGEST), AfterValidator(read)]
SomeWords = Annotated[Words, Field(min_length=1)]


class Appended(Body):
    text: SomeWords = Field(description="Plain text; it begins a line of its own.")


class Inserted(Body):
    heading: SomeWords = Field(description="What the heading says; it has to be the only one.")
    text: SomeWords = Field(description="Plain text: the last lines of what stands under the heading.")


class Replaced(Body):
    find: SomeWords = Field(description="To the letter.")
    replacement: Words = Field(description="In the look of what it replaces; empty: nothing.")
    which: Literal["only", "first", "all"] | Annotated[int, Field(ge=1, le=LONGEST)] = Field(
        "only", description="`only` is refused where there are several; a number is the nth."
    )


class Written(Schema):
    version: int = Field(description="The version that has it; the newest, where there was nothing to change.")
    changed: bool = Field(description="Whether there was anything to change.")


class WantedContents(Body):
    contents: Delta = Field(description="A Delta of inserts only, the last of them ending in a newline.")
    base_version: Natural | None = Field(
        None, description="The version that they were made of: what others have changed since stays. Null: the newest."
    )


@router.get(
    "/contents",
    response=Contents,
    summary="Read what a document holds, now or earlier",
    openapi_extra={"responses": {200: {"headers": ETAG}, 304: {"description": "As `If-None-Match` has it."}}},
)
def get(
    request: HttpRequest,
    document_id: DocumentId,
    version: Version = None,
) -> HttpResponse:
    version = readable_version(request, document_id, version)
    tag = version_tag(version)
    if is_known(request, tag):
        return HttpResponse(status=304, headers={"ETag": tag})
    content = history.contents_at(document_id, version)
    # Not through the schema: the contents may be megabytes, and are ours.
    body = pydantic_core.to_json({"version": version, "contents": content.to_json()})
    return HttpResponse(body, content_type="application/json", headers={"ETag": tag})


@router.post("/text/append", response=Written, summary="Write at the end")
def append(request: HttpRequest, document_id: DocumentId, body: Appended) -> Written:
    contents = _lines(body.text)
    return _written(request, document_id, "append", lambda before: rewriting.append(before, contents))


@router.post("/text/insert", response=Written, summary="Write under a heading")
def insert(request: HttpRequest, document_id: DocumentId, body: Inserted) -> Written:
    contents = _lines(body.text)
    return _written(
        request, document_id, "insert", lambda before: rewriting.insert_under(before, body.heading, contents)
    )


@router.post("/text/replace", response=Written, summary="Replace a text by another")
def replace(request: HttpRequest, document_id: DocumentId, body: Replaced) -> Written:
    return _written(
        request,
        document_id,
        "replace",
        lambda before: rewriting.replace_text(before, body.find, body.replacement, body.which),
    )


@router.put("/contents", response=Written, summary="Make the document hold this, changing no more than differs")
def put(request: HttpRequest, document_id: DocumentId, body: WantedContents) -> Written:
    try:
        wanted = Content.from_delta(body.contents)
    except DeltaError as error:
        raise ProtocolError(error.code, str(error)) from error
    return _written(
        request, document_id, "contents", lambda before: rewriting.set_contents(before, wanted), body.base_version
    )


def _written(
    request: HttpRequest,
    document_id: DocumentId,
    origin: str,
    change: Callable[[Content], Delta],
    base_version: int | None = None,
) -> Written:
    require(request, document_id, "edit")
    by = asker(request)
    if base_version is None:
        version, changed = rewrite(document_id, by, origin, change)
    else:
        version, changed = rewrite_since(document_id, by, origin, base_version, change)
    return Written(version=version, changed=changed)


def _lines(text: str) -> Content:
    return Content.from_json([{"insert": text if text.endswith("\n") else f"{text}\n"}])
