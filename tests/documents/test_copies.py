"""POST /api/v1/documents/{id}/copy, /api/v1/templates, and making documents that hold something from the start"""

from typing import Any

import pytest

from accounts.models import User
from documents import acts, history, making, starters
from documents.commit import OutcomeUnknown
from documents.integrity.verify import verify
from documents.models import Document
from protocol import formats
from protocol.content import Content
from tests.documents.conftest import Answer, Asker, principal, typed


def text(answer: Answer) -> str:
    assert answer.status == 201, answer.body
    return history.open_document(answer.body["id"]).head.content.text()


def copied(asker: Asker, document: Document, **body: Any) -> Answer:
    return asker("POST", f"documents/{document.pk}/copy", body)


def test_a_copy_holds_the_text_and_nothing_of_the_past(
    document: Document, bob: User, carol: User, as_carol: Asker
) -> None:
    typed(document, bob, "last ", "first ")
    answer = copied(as_carol, document)
    assert text(answer) == "first last \n"
    assert (answer.body["title"], answer.body["role"], answer.body["version"]) == ("Copy of A document", "owner", 1)
    copy = Document.objects.get(pk=answer.body["id"])
    assert copy.owner == carol
    assert copy.revisions.get().user == carol
    assert not copy.memberships.exists()
    assert verify(copy.pk).sound


def test_a_copy_may_be_called_otherwise(document: Document, as_carol: Asker) -> None:
    assert copied(as_carol, document, title="Mine").body["title"] == "Mine"


def test_a_long_title_is_cut(document: Document, as_alice: Asker) -> None:
    acts.rename(document.pk, None, "x" * 200)
    assert copied(as_alice, document).body["title"] == f"Copy of {'x' * 192}"


def test_a_copy_of_nothing_is_empty(document: Document, as_alice: Asker) -> None:
    answer = copied(as_alice, document)
    assert (text(answer), answer.body["version"]) == ("\n", 0)


def test_a_frozen_document_is_copied_to_an_open_one(document: Document, as_carol: Asker) -> None:
    acts.move(document.pk, None, "frozen")
    assert copied(as_carol, document).body["state"] == "open"


def test_a_document_is_marked_as_a_template(document: Document, as_alice: Asker, as_carol: Asker) -> None:
    acts.create(document.owner_id, "Another")
    assert as_alice("PATCH", f"documents/{document.pk}", {"is_template": True}).body["is_template"] is True
    for asker in (as_alice, as_carol):
        [found] = asker("GET", "documents?template=true").body["documents"]
        assert found["id"] == str(document.pk)
    assert copied(as_carol, document).body["is_template"] is False
    assert as_alice("PATCH", f"documents/{document.pk}", {"is_template": False}).body["is_template"] is False


def test_who_may_not_share_makes_no_template(document: Document, as_bob: Asker, as_mallory: Asker) -> None:
    body = {"is_template": True}
    assert as_bob("PATCH", f"documents/{document.pk}", body).refused == (403, "forbidden")
    assert as_mallory("PATCH", f"documents/{document.pk}", body).refused == (404, "not_found")


@pytest.mark.parametrize("name", starters.STARTERS)
def test_a_document_begins_with_a_template_of_the_servers(as_alice: Asker, name: str) -> None:
    answer = as_alice("POST", "documents", {"title": "Begun", "template": name})
    assert text(answer) == starters.contents(name).text()
    assert len(text(answer)) > 40
    formats.check(starters.contents(name).to_delta())


def test_the_servers_templates_are_listed(as_alice: Asker) -> None:
    listed = as_alice("GET", "templates").body["templates"]
    assert {row["name"]: row["title"] for row in listed} == {
        "meeting_notes": "Meeting notes",
        "report": "Report",
        "to_do": "To-do list",
    }


def test_who_cannot_read_it_copies_nothing(
    document: Document, alice: User, as_mallory: Asker, as_nobody: Asker
) -> None:
    assert copied(as_mallory, document).refused == (404, "not_found")
    assert copied(as_nobody, document).refused == (401, "unauthenticated")
    assert copied(Asker(alice, "read"), document).refused == (403, "forbidden")
    assert copied(Asker(alice, "write"), document).refused == (403, "forbidden")
    assert Document.objects.get() == document


def test_what_fails_half_way_leaves_no_empty_document(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(batches: object) -> None:
        raise OutcomeUnknown

    monkeypatch.setattr(making, "commit", failing)
    with pytest.raises(Exception, match="rate_limited"):
        making.make(principal(alice), "Half", Content.from_json([{"insert": "text\n"}]), "import")
    assert not Document.objects.exists()


def test_contents_that_no_document_holds_make_none(alice: User) -> None:
    strange = Content.from_json([{"insert": "text", "attributes": {"blink": True}}, {"insert": "\n"}])
    with pytest.raises(Exception, match="format_not_allowed"):
        making.make(principal(alice), "Strange", strange, "import")
    assert not Document.objects.exists()


@pytest.mark.parametrize("body", [{"title": "x" * 201}, {"title": " "}, {"title": 7}, {"name": "x"}])
def test_it_refuses_what_is_no_title(document: Document, as_alice: Asker, body: Any) -> None:
    assert copied(as_alice, document, **body).refused == (422, "invalid_field")


@pytest.mark.parametrize("template", ["", "../report", "letter", 7])
def test_it_refuses_templates_that_are_none(as_alice: Asker, template: Any) -> None:
    answer = as_alice("POST", "documents", {"title": "x", "template": template})
    assert answer.refused == (422, "invalid_field")
    assert not Document.objects.exists()
