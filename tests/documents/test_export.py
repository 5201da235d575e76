"""GET /api/v1/documents/{id}/export"""

import json
from io import BytesIO
from typing import Any, get_args

import docx
import pytest
from django.test import Client

from accounts import tokens
from accounts.models import User
from documents import acts
from documents.api.files import WrittenName
from documents.exchange.files import FILE_FORMATS, file_name
from documents.models import Document
from tests.documents.conftest import Asker, typed


@pytest.fixture
def written(document: Document, alice: User) -> Document:
    """A document whose versions are "", "b" and "ab"."""
    typed(document, alice, "b", "a")
    return document


def download(user: User, document: Document, query: str) -> Any:
    token = tokens.create(user.pk, "test", ["read"])[1]
    address = f"/api/v1/documents/{document.pk}/export?{query}"
    return Client().get(address, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(
    ("name", "media_type", "body"),
    [
        ("markdown", "text/markdown; charset=utf-8", b"ab\n"),
        ("text", "text/plain; charset=utf-8", b"ab\n"),
        ("delta", "application/json", b'[{"insert": "ab\\n"}]'),
    ],
)
def test_it_is_a_file_of_that_format(written: Document, carol: User, name: str, media_type: str, body: bytes) -> None:
    answer = download(carol, written, f"format={name}")
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (200, media_type, body)


def test_html(written: Document, carol: User) -> None:
    page = download(carol, written, "format=html").content.decode()
    assert page.startswith("<!doctype html>")
    assert "<title>A document</title>" in page
    assert "<p>ab</p>" in page


def test_docx(written: Document, carol: User) -> None:
    read = docx.Document(BytesIO(download(carol, written, "format=docx").content))
    assert [paragraph.text for paragraph in read.paragraphs] == ["ab"]


def test_an_earlier_version(written: Document, bob: User) -> None:
    assert download(bob, written, "format=text&version=1").content == b"b\n"


@pytest.mark.parametrize("name", get_args(WrittenName))
def test_nothing_in_the_file_runs_where_it_came_from(written: Document, carol: User, name: str) -> None:
    headers = download(carol, written, f"format={name}").headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("title", "disposition"),
    [
        ("Plans", 'attachment; filename="Plans.md"'),
        ("Pläne", "attachment; filename*=utf-8''Pl%C3%A4ne.md"),
        ('../a\\b: "c"', 'attachment; filename="a b c.md"'),
    ],
)
def test_the_file_is_named_after_the_document(written: Document, carol: User, title: str, disposition: str) -> None:
    acts.rename(written.pk, None, title)
    assert download(carol, written, "format=markdown").headers["Content-Disposition"] == disposition


@pytest.mark.parametrize(("title", "name"), [("...", "document.md"), ("a/b", "a b.md"), (" .a. ", "a.md")])
def test_every_title_makes_a_name(title: str, name: str) -> None:
    assert file_name(title, "md") == name


def test_an_earlier_version_is_history(written: Document, as_carol: Asker) -> None:
    address = f"documents/{written.pk}/export?format=text"
    assert as_carol("GET", f"{address}&version=1").refused == (403, "forbidden")


def test_to_a_stranger_it_is_not_there(written: Document, as_mallory: Asker) -> None:
    assert as_mallory("GET", f"documents/{written.pk}/export?format=text").refused == (404, "not_found")


def test_in_the_trash_it_is_there_for_its_owner_alone(written: Document, alice: User, as_bob: Asker) -> None:
    acts.move(written.pk, None, "trashed")
    assert download(alice, written, "format=text").status_code == 200
    assert as_bob("GET", f"documents/{written.pk}/export?format=text").refused == (404, "not_found")


def test_a_token_that_only_writes_does_not_read(written: Document, bob: User) -> None:
    assert Asker(bob, "write")("GET", f"documents/{written.pk}/export?format=text").refused == (403, "forbidden")


def test_a_version_that_is_still_to_come_is_refused(written: Document, as_bob: Asker) -> None:
    answer = as_bob("GET", f"documents/{written.pk}/export?format=text&version=4")
    assert answer.refused == (409, "base_version_ahead")


@pytest.mark.parametrize("query", ["", "format=", "format=odt", "format=text&version=-1", "format=text&version=x"])
def test_it_refuses_what_it_does_not_know(written: Document, as_bob: Asker, query: str) -> None:
    assert as_bob("GET", f"documents/{written.pk}/export?{query}").refused == (422, "invalid_field")


def test_every_format_may_be_asked_for() -> None:
    assert list(get_args(WrittenName)) == list(FILE_FORMATS)


def test_the_file_is_described(client: Client) -> None:
    described = json.loads(client.get("/api/openapi.json").content)
    operation = described["paths"]["/api/v1/documents/{document_id}/export"]["get"]
    assert "text/markdown; charset=utf-8" in operation["responses"]["200"]["content"]
