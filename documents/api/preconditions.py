"""`ETag`, `If-Match`, `If-None-Match` (RFC 9110, section 13): to act only on what one has seen, and to read only news.

The tag of contents is their version, and that of a document is of what can be changed about it, its text aside.
"""

import hashlib
import json
from uuid import UUID

from django.http import HttpRequest
from django.utils.http import parse_etags, quote_etag

from documents.acts import held
from documents.api.schemas import DocumentChange
from documents.models import Document
from protocol.errors import ProtocolError
from protocol.messages import MAX_INTEGER

ETAG = {"ETag": {"description": "For `If-Match`.", "schema": {"type": "string"}}}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "An `ETag` that was read: refused with `precondition_failed` where it is not so any more.",
    "schema": {"type": "string"},
}


def document_tag(document: Document) -> str:
    """The tag of what PATCH changes of a document."""
    settings = [getattr(document, name) for name in DocumentChange.model_fields]
    return quote_etag(hashlib.sha256(json.dumps(settings).encode()).hexdigest()[:32])


def require_document_match(request: HttpRequest, document_id: UUID) -> None:
    """Within a transaction: holds the document until its end, where `If-Match` is given, and compares.

    Raises precondition_failed.
    """
    tags = _tags(request, "If-Match")
    if tags:
        with held(document_id) as document:
            if "*" not in tags and document_tag(document) not in tags:
                raise ProtocolError("precondition_failed")


def version_tag(version: int) -> str:
    """The tag of the contents at a version."""
    return quote_etag(str(version))


def is_known(request: HttpRequest, tag: str) -> bool:
    """Whether `If-None-Match` says that whoever asks has this already."""
    tags = [known.removeprefix("W/") for known in _tags(request, "If-None-Match")]
    return "*" in tags or tag in tags


def matched_version(request: HttpRequest) -> int | None:
    """The version that the document has to be at by `If-Match`, or None without one.

    Raises precondition_failed for what is no version's tag.
    """
    tags = _tags(request, "If-Match")
    if not tags or "*" in tags:
        return None
    version = tags[0].strip('"')
    if len(tags) > 1 or not (version.isascii() and version.isdecimal()) or int(version[:20]) > MAX_INTEGER:
        raise ProtocolError("precondition_failed")
    return int(version)


def _tags(request: HttpRequest, name: str) -> list[str]:
    given = request.headers.get(name)
    if given is None:
        return []
    # What is no tag matches nothing.
    return parse_etags(given) or ["?"]
