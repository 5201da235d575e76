"""A person's own data as a ZIP file: account, documents, what they wrote in others', and what the audit log tells."""

import json
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from accounts import audit, own_data
from accounts.models import User
from accounts.principals import Principal
from documents import history, rights
from documents.exchange.files import FILE_FORMATS, file_name
from documents.images.embedding import DocumentImages
from documents.models import Document, Revision, Star
from documents.webhooks.models import Webhook
from protocol.errors import ProtocolError

WEBHOOK = ("id", "document_id", "url", "kinds", "deltas", "off", "made_at")
WRITTEN = ("document_id", "version", "at", "delta")
FORMATS = ("delta", "html")


def write(user: User, by: Principal | None, file: IO[bytes]) -> None:
    """Writes all of it to `file`, one document at a time."""
    audit.record("people.export", by=by, user_id=user.pk)
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        _put(archive, "account.json", [_json(own_data.account(user))])
        _put(archive, "shelf.json", [_json(_shelf(user))])
        _put(archive, "audit.jsonl", _lines(own_data.acts(user)))
        _put(archive, "written.jsonl", _lines(_written(user)))
        for document in Document.objects.filter(owner=user).order_by("created_at").iterator():
            _put_document(archive, document)


def download(user: User, by: Principal | None) -> HttpResponse:
    """All of it, to be saved in a browser."""
    file = BytesIO()
    write(user, by, file)
    answer = HttpResponse(file.getvalue(), content_type="application/zip")
    answer.headers["Content-Disposition"] = content_disposition_header(True, "deltapad-data.zip")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _shelf(user: User) -> dict[str, Any]:
    owned = Document.objects.filter(owner=user).values("id", "title", "state", "version", "created_at", "updated_at")
    shared = rights.documents_of(str(user.pk)).exclude(owner=user).order_by("created_at")
    roles = rights.roles({(document.pk, str(user.pk)) for document in shared})
    starred = Star.objects.filter(user=user).values_list("document_id", flat=True)
    return {
        "owned": list(owned),
        "shared_with_me": [_shared(document, roles[document.pk, str(user.pk)]) for document in shared],
        "starred": list(starred),
        "webhooks": list(Webhook.objects.filter(user=user).values(*WEBHOOK)),
    }


def _shared(document: Document, role: str) -> dict[str, Any]:
    return {"document_id": document.pk, "title": document.title, "role": role}


def _written(user: User) -> Iterator[dict[str, Any]]:
    yield from Revision.objects.filter(user=user).order_by("document", "version").values(*WRITTEN).iterator()


def _put_document(archive: ZipFile, document: Document) -> None:
    content = _readable(document.pk, document.version)
    for name in FORMATS if content else ():
        kind = FILE_FORMATS[name]
        path = f"documents/{document.pk} {file_name(document.title, kind.suffix)}"
        _put(archive, path, [kind.write(content, document.title, DocumentImages(document.pk))])


def _readable(document_id: UUID, version: int) -> Any:
    """The contents, or None where they are damaged: the rest is theirs all the same."""
    try:
        return history.contents_at(document_id, version)
    except ProtocolError:
        return None


def _put(archive: ZipFile, path: str, parts: Iterable[bytes]) -> None:
    with archive.open(path, "w") as entry:
        for part in parts:
            entry.write(part)


def _lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    return (_json(row) + b"\n" for row in rows)


def _json(value: object) -> bytes:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False).encode()
