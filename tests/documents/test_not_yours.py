"""From outside, a document that is not yours looks like one that is not there: at every address that names one."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from documents import acts
from documents.api import api
from documents.models import Document
from tests.documents.conftest import Asker

# A fair request for each kind of body; a new kind is to be added.
CHANGE = {"client_id": "typewriter", "seq": 1, "base_version": 0, "delta": [{"insert": "x"}]}
SOME_ID = "00000000-0000-4000-8000-000000000000"
BODIES: dict[str, Any] = {
    "Answer": {"role": "viewer"},
    "Appended": {"text": "Mine"},
    "Copy": {},
    "DocumentChange": {"title": "Mine"},
    "FolderChoice": {"folder_id": SOME_ID},
    "ImageOfDocument": {"document_id": SOME_ID, "image_id": SOME_ID},
    "Inserted": {"heading": "A", "text": "Mine"},
    "LinkChange": {"role": "viewer"},
    "NewLink": {"role": "viewer"},
    "NewMember": {"email": "mallory@example.com", "role": "editor"},
    "NewRevision": CHANGE,
    "NewWebhook": {"url": "https://example.com/"},
    "Publishing": {},
    "Replaced": {"find": "A", "replacement": "B"},
    "Restoring": {"version": 0},
    "Retention": {"keep_days": 1},
    "RoleChange": {"role": "editor"},
    "Undoing": {"first_version": 1, "last_version": 1},
    "VersionName": {"name": "Mine"},
    "WantedContents": {"contents": [{"insert": "Mine\n"}]},
}
PARAMETERS = {"format": "text", "first": "1", "last": "1", "before": "0", "after": "0", "version": "0"}
# Says the same to everyone, whether or not there is such a document.
SILENT = {("POST", "/access-requests")}


def addresses() -> Iterator[tuple[str, str, Any]]:
    """Method, path and body of all that REST does with one document."""
    for path, operations in api.get_openapi_schema()["paths"].items():
        for method, operation in operations.items() if "{document_id}" in path else ():
            given = {
                one["name"]: one
                for one in operation.get("parameters", ())
                if one.get("required") and one["in"] == "query"
            }
            query = "&".join(f"{name}={PARAMETERS[name]}" for name in given)
            yield method.upper(), f"{path.removeprefix('/api/v1/')}?{query}", _body(operation)


def _body(operation: dict[str, Any]) -> Any:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        reference = content["schema"].get("$ref")
        return BODIES[reference.rpartition("/")[2]] if reference else None
    return None


def filled(path: str, document_id: UUID, user: User) -> str:
    """The path for this document, and for people, links and the like that may be there."""
    known = {"document_id": document_id, "user_id": user.pk, "version": 0}
    others = dict.fromkeys(("link_id", "invitation_id", "group_id", "image_id"), uuid4())
    return path.format(**known, **others)


@pytest.mark.parametrize(("method", "path", "body"), list(addresses()))
@pytest.mark.parametrize("name", ["mallory", "bob"])
def test_over_rest(
    document: Document, alice: User, method: str, path: str, body: Any, name: str, request: pytest.FixtureRequest
) -> None:
    """Mallory has no right to it; for bob, who edits it, it is in the trash."""
    asker = Asker(request.getfixturevalue(name))
    if name == "bob":
        acts.move(document.pk, None, "trashed")
    nowhere = uuid4()
    theirs, nothing = (asker(method, filled(path, pk, alice), body) for pk in (document.pk, nowhere))
    assert (theirs.status, theirs.body) == (nothing.status, nothing.body)
    if not any(method == one and end in path for one, end in SILENT):
        assert theirs.refused == (404, "not_found")
    document.refresh_from_db()
    assert (document.title, document.version, document.owner) == ("A document", 0, alice)


def pages(resolver: URLResolver | None = None, before: str = "/") -> Iterator[str]:
    """The addresses of pages that name a document; the admin's are for those who see all."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from pages(pattern, path)
        elif isinstance(pattern, URLPattern) and "document_id" in path and not path.startswith(("/admin/", "/api/")):
            yield path.replace("<uuid:document_id>", "{document_id}")


@pytest.mark.parametrize("path", list(pages()))
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_in_pages(document: Document, mallory: User, path: str, method: str) -> None:
    browser = Client()
    browser.force_login(mallory)
    nowhere = uuid4()
    answers = [browser.generic(method, path.format(document_id=pk)) for pk in (document.pk, nowhere)]
    shown = [_without_tokens(answer.content.decode()) for answer in answers]
    assert answers[0].status_code == answers[1].status_code
    assert shown[0].replace(str(document.pk), "") == shown[1].replace(str(nowhere), "")


def _without_tokens(html: str) -> str:
    return "\n".join(line for line in html.splitlines() if "csrfmiddlewaretoken" not in line)
