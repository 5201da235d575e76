"""/api/v1/documents/{id}/text and …/contents: what a program wants written merges with what people type."""

from typing import Any

import pytest

from accounts.models import User
from documents.models import Document, Revision
from tests.documents.conftest import Asker, typed

HEADING = [{"insert": "Plans"}, {"insert": "\n", "attributes": {"header": 1}}, {"insert": "We plan.\n"}]


def text(ask: Asker, document: Document) -> str:
    ops = ask("GET", f"documents/{document.pk}/contents").body["contents"]
    return "".join(op["insert"] for op in ops)


def test_it_is_written_and_attributed(document: Document, as_bob: Asker, bob: User) -> None:
    answer = as_bob("POST", f"documents/{document.pk}/text/append", {"text": "Hello 🙂"})
    assert (answer.status, answer.body) == (200, {"version": 1, "changed": True})
    assert text(as_bob, document) == "Hello 🙂\n"
    assert Revision.objects.get().user == bob


def test_it_is_written_under_a_heading_and_replaced(document: Document, as_bob: Asker) -> None:
    at = f"documents/{document.pk}"
    as_bob("PUT", f"{at}/contents", {"contents": HEADING})
    as_bob("POST", f"{at}/text/insert", {"heading": "Plans", "text": "And do.\nSoon."})
    as_bob("POST", f"{at}/text/replace", {"find": "Soon", "replacement": "Now"})
    assert text(as_bob, document) == "Plans\nWe plan.\nAnd do.\nNow.\n"


def test_setting_contents_changes_no_more_than_differs(document: Document, as_bob: Asker, bob: User) -> None:
    typed(document, bob, "Hello world.")
    at = f"documents/{document.pk}/contents"
    wanted = {"contents": [{"insert": "Hello wide world.\n"}]}
    assert as_bob("PUT", at, wanted).body == {"version": 2, "changed": True}
    assert Revision.objects.get(version=2).delta == '[{"retain":7},{"insert":"ide w"}]'
    assert as_bob("PUT", at, wanted).body == {"version": 2, "changed": False}


def test_setting_contents_made_of_a_version_leaves_what_others_wrote_since(
    document: Document, as_alice: Asker, as_bob: Asker, bob: User
) -> None:
    typed(document, bob, "Hello world.")
    at = f"documents/{document.pk}"
    as_bob("POST", f"{at}/text/append", {"text": "Bob's own line."})
    wanted = {"contents": [{"insert": "Hello wide world.\n"}], "base_version": 1}
    assert as_alice("PUT", f"{at}/contents", wanted).body == {"version": 3, "changed": True}
    assert text(as_bob, document) == "Hello wide world.\nBob's own line.\n"
    unchanged = {"contents": [{"insert": "Hello world.\n"}], "base_version": 1}
    assert as_alice("PUT", f"{at}/contents", unchanged).body == {"version": 3, "changed": False}


@pytest.mark.parametrize("path", ["text/append", "text/insert", "text/replace"])
def test_a_reader_writes_nothing(document: Document, as_carol: Asker, as_mallory: Asker, path: str) -> None:
    bodies: dict[str, Any] = {
        "text/append": {"text": "x"},
        "text/insert": {"heading": "x", "text": "x"},
        "text/replace": {"find": "x", "replacement": ""},
    }
    address = f"documents/{document.pk}/{path}"
    assert as_carol("POST", address, bodies[path]).refused == (403, "forbidden")
    assert as_mallory("POST", address, bodies[path]).refused == (404, "not_found")


def test_a_frozen_document_stays_as_it_is(document: Document, as_bob: Asker) -> None:
    Document.objects.filter(pk=document.pk).update(state="frozen")
    assert as_bob("POST", f"documents/{document.pk}/text/append", {"text": "x"}).refused == (409, "document_frozen")


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("text/append", {"text": ""}, (422, "invalid_field")),
        ("text/append", {"text": "\0"}, (422, "bad_delta")),
        ("text/append", {}, (422, "invalid_field")),
        ("text/insert", {"heading": "Plans", "text": "x"}, (409, "text_not_found")),
        ("text/replace", {"find": "", "replacement": "x"}, (422, "invalid_field")),
        ("text/replace", {"find": "absent", "replacement": "x"}, (409, "text_not_found")),
        ("text/replace", {"find": "l", "replacement": "x"}, (409, "text_not_unique")),
        ("text/replace", {"find": "l", "replacement": "x", "which": 0}, (422, "invalid_field")),
        ("text/replace", {"find": "l", "replacement": "x", "which": 4}, (409, "text_not_found")),
        ("text/replace", {"find": "l", "replacement": "x", "which": "last"}, (422, "invalid_field")),
        ("text/replace", {"find": "d.\n", "replacement": ""}, (422, "final_newline")),
        ("contents", {"contents": [{"insert": "no newline"}]}, (422, "final_newline")),
        ("contents", {"contents": [{"insert": "x\n"}], "base_version": 9}, (409, "base_version_ahead")),
        ("contents", {"contents": [{"insert": "x\n"}], "base_version": -1}, (422, "invalid_field")),
        ("contents", {"contents": [{"retain": 1}, {"insert": "\n"}]}, (422, "bad_delta")),
        ("contents", {"contents": [{"insert": "x\n", "attributes": {"blink": True}}]}, (422, "format_not_allowed")),
    ],
)
def test_what_means_nothing_is_refused(
    document: Document, as_bob: Asker, bob: User, path: str, body: Any, refusal: tuple[int, str]
) -> None:
    typed(document, bob, "Hello world.")
    method = "PUT" if path == "contents" else "POST"
    assert as_bob(method, f"documents/{document.pk}/{path}", body).refused == refusal
    assert text(as_bob, document) == "Hello world.\n"
