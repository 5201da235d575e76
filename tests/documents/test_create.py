"""POST /api/v1/documents"""

import pytest

from accounts.models import User
from documents.models import Document
from tests.documents.conftest import Asker


def test_it_makes_an_empty_document_of_ones_own(alice: User, as_alice: Asker) -> None:
    answer = as_alice("POST", "documents", {"title": "Plans"})
    assert answer.status == 201
    document = Document.objects.get()
    assert document.owner == alice
    assert answer.body["id"] == str(document.pk)
    assert answer.body["title"] == "Plans"
    assert (answer.body["version"], answer.body["length"], answer.body["state"]) == (0, 1, "open")
    assert answer.body["role"] == "owner"
    assert answer.body["owner"] == {"id": str(alice.pk), "name": "Alice", "color": alice.color}
    assert answer.body["participants"] == []
    contents = as_alice("GET", f"documents/{document.pk}/contents")
    assert contents.body == {"version": 0, "contents": [{"insert": "\n"}]}


def test_a_title_can_be_left_out(as_alice: Asker) -> None:
    assert as_alice("POST", "documents", {}).body["title"] == "Untitled"


def test_a_title_is_one_line(as_alice: Asker) -> None:
    assert as_alice("POST", "documents", {"title": " My\n  plans\t"}).body["title"] == "My plans"


def test_it_needs_a_token(as_nobody: Asker) -> None:
    assert as_nobody("POST", "documents", {"title": "Plans"}).refused == (401, "unauthenticated")
    assert not Document.objects.exists()


def test_it_needs_a_token_that_writes(alice: User) -> None:
    assert Asker(alice, "read")("POST", "documents", {"title": "Plans"}).refused == (403, "forbidden")
    assert not Document.objects.exists()


@pytest.mark.parametrize("title", ["", "   ", "x" * 201, "a\x00b", "right-to-left \u202e", 7, None, True])
def test_it_refuses_a_title_that_is_none(as_alice: Asker, title: object) -> None:
    assert as_alice("POST", "documents", {"title": title}).refused == (422, "invalid_field")
    assert not Document.objects.exists()


def test_it_refuses_unknown_fields(as_alice: Asker) -> None:
    assert as_alice("POST", "documents", {"title": "Plans", "owner": "bob"}).refused == (422, "invalid_field")


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff", b"[" * 100_000, b'{"title": NaN}', b'{"title": "\\ud800"}'],
    ids=lambda body: repr(body[:20]),
)
def test_it_refuses_what_is_not_json(as_alice: Asker, body: bytes) -> None:
    assert as_alice("POST", "documents", raw=body).refused == (400, "bad_message")
    assert not Document.objects.exists()


@pytest.mark.parametrize("body", [b"[]", b"7", b"null", b'"Plans"'])
def test_it_refuses_json_that_is_not_an_object(as_alice: Asker, body: bytes) -> None:
    assert as_alice("POST", "documents", raw=body).refused == (422, "invalid_field")
