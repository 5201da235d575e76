"""POST /api/v1/documents/import, /api/v1/documents/{id}/import and /api/v1/contents"""

from typing import Any

import pytest

from accounts.models import User
from documents import acts, history
from documents.exchange import process
from documents.integrity.verify import verify
from documents.models import Document
from documents.rewriting import bring_in
from protocol.content import Content
from tests.documents.conftest import Answer, Asker, principal, typed

HEADING: list[dict[str, Any]] = [
    {"insert": "Plans"},
    {"insert": "\n", "attributes": {"header": 1}},
    {"insert": "First.\n"},
]
FILE = b"# Plans\n\nFirst."


def contents(document: Document) -> Any:
    return history.open_document(document.pk).head.content.to_json()


def brought(ask: Asker, document: Document, data: bytes, query: str = "format=markdown") -> Answer:
    return ask("POST", f"documents/{document.pk}/import?{query}", raw=data)


def test_a_file_becomes_a_document(as_alice: Asker, alice: User) -> None:
    answer = as_alice("POST", "documents/import?format=markdown&title=Plans", raw=FILE)
    assert answer.status == 201
    assert (answer.body["title"], answer.body["role"], answer.body["version"]) == ("Plans", "owner", 1)
    document = Document.objects.get(pk=answer.body["id"])
    assert contents(document) == HEADING
    assert document.revisions.get().user == alice
    assert verify(document.pk).sound


def test_a_file_comes_into_a_document_as_a_change(document: Document, bob: User, as_bob: Asker) -> None:
    typed(document, bob, "before")
    answer = brought(as_bob, document, FILE)
    assert (answer.status, answer.body) == (201, {"version": 2})
    assert contents(document) == [{"insert": "before\nPlans"}, *HEADING[1:]]
    assert document.revisions.get(version=2).user == bob


def test_at_the_start(document: Document, bob: User, as_bob: Asker) -> None:
    typed(document, bob, "after")
    brought(as_bob, document, b"first", "format=text&place=start")
    assert contents(document) == [{"insert": "first\nafter\n"}]


def test_in_place_of_the_text_it_keeps_what_both_share(document: Document, bob: User, as_bob: Asker) -> None:
    typed(document, bob, "one\ntwo\nthree")
    brought(as_bob, document, b"one\n2\nthree\n", "format=text&place=replace")
    assert contents(document) == [{"insert": "one\n2\nthree\n"}]
    assert "one" not in str(document.revisions.get(version=2).delta)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([{"insert": "\n"}], HEADING),
        ([{"insert": "a\n\n"}], [{"insert": "a\nPlans"}, *HEADING[1:]]),
        (
            [{"insert": "a"}, {"insert": "\n", "attributes": {"list": "bullet"}}],
            [{"insert": "a"}, {"insert": "\n", "attributes": {"list": "bullet"}}, *HEADING],
        ),
    ],
)
def test_at_the_end_it_begins_a_line_of_its_own(document: Document, alice: User, before: Any, after: Any) -> None:
    bring_in(document.pk, principal(alice), Content.from_json(before), "replace")
    bring_in(document.pk, principal(alice), Content.from_json(HEADING), "end")
    assert contents(document) == after


def test_the_last_line_keeps_its_format(document: Document, alice: User) -> None:
    heading: list[dict[str, Any]] = [{"insert": "Last"}, {"insert": "\n", "attributes": {"header": 2}}]
    bring_in(document.pk, principal(alice), Content.from_json(heading), "end")
    assert contents(document) == heading


def test_contents_are_read_without_being_kept(as_alice: Asker) -> None:
    answer = as_alice("POST", "contents?format=markdown", raw=FILE)
    assert (answer.status, answer.body) == (200, {"contents": HEADING})
    assert not Document.objects.exists()


def test_readers_and_strangers_bring_nothing_in(document: Document, as_carol: Asker, as_mallory: Asker) -> None:
    assert brought(as_carol, document, FILE).refused == (403, "forbidden")
    assert brought(as_mallory, document, FILE).refused == (404, "not_found")
    assert contents(document) == [{"insert": "\n"}]


@pytest.mark.parametrize("path", ["documents/import?format=text", "contents?format=text"])
def test_only_who_may_write_imports(as_nobody: Asker, alice: User, path: str) -> None:
    assert as_nobody("POST", path, raw=b"x").refused == (401, "unauthenticated")
    assert Asker(alice, "read")("POST", path, raw=b"x").refused == (403, "forbidden")


@pytest.mark.parametrize(("state", "refused"), [("frozen", (409, "document_frozen")), ("trashed", (404, "not_found"))])
def test_it_waits_for_an_open_document(document: Document, as_bob: Asker, state: Any, refused: Any) -> None:
    acts.move(document.pk, None, state)
    assert brought(as_bob, document, FILE).refused == refused


@pytest.mark.parametrize("path", ["documents/import", "documents/{}/import", "contents"])
def test_a_file_that_cannot_be_read_changes_nothing(document: Document, as_alice: Asker, path: str) -> None:
    answer = as_alice("POST", f"{path.format(document.pk)}?format=docx", raw=b"no such file")
    assert answer.refused == (422, "unreadable_file")
    assert Document.objects.get().version == 0


@pytest.mark.parametrize("query", ["", "format=pdf", "format=text&place=middle"])
def test_it_refuses_what_it_does_not_know(document: Document, as_bob: Asker, query: str) -> None:
    assert brought(as_bob, document, b"x", query).refused == (422, "invalid_field")


@pytest.mark.parametrize("title", ["", "%20", "x" * 201])
def test_a_document_is_not_made_without_a_title(as_alice: Asker, title: str) -> None:
    answer = as_alice("POST", f"documents/import?format=text&title={title}", raw=b"x")
    assert answer.refused == (422, "invalid_field")
    assert not Document.objects.exists()


def test_a_file_above_the_limit_is_refused(as_alice: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LARGEST", 2)
    assert as_alice("POST", "contents?format=text", raw=b"xyz").refused == (413, "too_large")
