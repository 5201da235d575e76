"""`ETag`, `If-Match`, `If-None-Match`: to act on what one has seen alone, and to read only news."""

from typing import Any

import pytest
from django.test import Client

from accounts import tokens
from accounts.models import User
from documents import acts
from documents.models import Document
from tests.documents.conftest import Answer, typed


class Reader:
    """Someone with a token, who sends headers."""

    def __init__(self, user: User, document: Document) -> None:
        self._token = tokens.create(user.pk, "test")[1]
        self._path = f"/api/v1/documents/{document.pk}"

    def __call__(self, method: str, path: str = "", body: Any = None, **headers: str) -> Answer:
        sent = {"Authorization": f"Bearer {self._token}"} | {name.replace("_", "-"): headers[name] for name in headers}
        client = Client(raise_request_exception=False)
        ask = getattr(client, method.lower())
        return Answer(ask(f"{self._path}{path}", body, content_type="application/json", headers=sent))


def change(base_version: int, seq: int = 1) -> dict[str, Any]:
    return {"client_id": "a-program", "seq": seq, "base_version": base_version, "delta": [{"insert": "New. "}]}


def test_contents_are_read_only_where_they_are_news(document: Document, bob: User) -> None:
    typed(document, bob, "Hello.")
    ask = Reader(bob, document)
    tag = ask("GET", "/contents").headers["ETag"]
    known = ask("GET", "/contents", If_None_Match=f'"0", {tag}')
    assert (known.status, known.body, known.headers["ETag"]) == (304, None, tag)
    typed(document, bob, "More. ")
    assert ask("GET", "/contents", If_None_Match=tag).body["version"] == 2


def test_a_change_is_made_only_on_what_was_read(document: Document, bob: User) -> None:
    ask = Reader(bob, document)
    tag = ask("GET", "/contents").headers["ETag"]
    assert ask("POST", "/revisions", change(0), If_Match=tag).status == 201
    refused = ask("POST", "/revisions", change(0, seq=2), If_Match=tag)
    assert refused.refused == (412, "precondition_failed")
    assert ask("POST", "/revisions", change(1, seq=2)).status == 201  # it was not judged, so it may be sent again


def test_the_same_change_again_is_no_other(document: Document, bob: User) -> None:
    ask = Reader(bob, document)
    first, again = (ask("POST", "/revisions", change(0), If_Match='"0"') for _ in range(2))
    assert (first.status, again.status, again.body["duplicate"]) == (201, 200, True)


def test_a_document_is_changed_only_as_it_was_seen(document: Document, alice: User) -> None:
    ask = Reader(alice, document)
    tag = ask("GET").headers["ETag"]
    changed = ask("PATCH", "", {"title": "Plans of Friday"}, If_Match=tag)
    assert changed.status == 200
    assert ask("PATCH", "", {"title": "Mine"}, If_Match=tag).refused == (412, "precondition_failed")
    assert ask("DELETE", If_Match=tag).refused == (412, "precondition_failed")
    assert ask("DELETE", If_Match=changed.headers["ETag"]).status == 204


def test_typing_does_not_change_the_tag_of_a_document(document: Document, alice: User, bob: User) -> None:
    ask = Reader(alice, document)
    tag = ask("GET").headers["ETag"]
    typed(document, bob, "Hello.")
    assert ask("GET").headers["ETag"] == tag
    acts.rename(document.pk, None, "Another title")
    assert ask("GET").headers["ETag"] != tag


def test_any_version_will_do(document: Document, alice: User) -> None:
    ask = Reader(alice, document)
    assert ask("PATCH", "", {"title": "Mine"}, If_Match="*").status == 200
    assert ask("POST", "/revisions", change(0), If_Match="*").status == 201
    assert ask("GET", "/contents", If_None_Match="*").status == 304


def test_a_stranger_learns_nothing(document: Document, mallory: User) -> None:
    ask = Reader(mallory, document)
    for method, path, body in (
        ("PATCH", "", {"title": "Mine"}),
        ("DELETE", "", None),
        ("POST", "/revisions", change(0)),
    ):
        assert ask(method, path, body, If_Match='"0"').refused == (404, "not_found")
    assert ask("GET", "/contents", If_None_Match='"0"').refused == (404, "not_found")


def test_a_reader_stays_one(document: Document, carol: User) -> None:
    assert Reader(carol, document)("PATCH", "", {"title": "Mine"}, If_Match="*").refused == (403, "forbidden")


@pytest.mark.parametrize("tag", ["0", "?", '"x"', '"0", "1"', 'W/"0"', '"99999999999999999999999"', ""])
def test_what_is_no_version_matches_none(document: Document, bob: User, tag: str) -> None:
    assert Reader(bob, document)("POST", "/revisions", change(0), If_Match=tag).refused == (412, "precondition_failed")
    document.refresh_from_db()
    assert document.version == 0
