"""GET /api/v1/documents/{id}"""

from uuid import uuid4

import pytest

from accounts.models import User
from documents.models import Document
from tests.documents.conftest import Answer, Asker


def test_it_shows_the_document(document: Document, as_alice: Asker) -> None:
    answer = as_alice("GET", f"documents/{document.pk}")
    assert answer.status == 200
    assert (answer.body["id"], answer.body["title"]) == (str(document.pk), "A document")


@pytest.mark.parametrize(
    ("asker", "capabilities"),
    [
        (
            "as_alice",
            ["edit", "freeze", "history", "presence", "purge", "read", "rename", "share", "transfer", "trash"],
        ),
        ("as_bob", ["edit", "history", "presence", "read", "rename"]),
        ("as_carol", ["presence", "read"]),
    ],
)
def test_it_says_what_one_may_do(
    document: Document, asker: str, capabilities: list[str], request: pytest.FixtureRequest
) -> None:
    answer: Answer = request.getfixturevalue(asker)("GET", f"documents/{document.pk}")
    assert answer.body["capabilities"] == capabilities


def test_a_token_narrows_what_one_may_do(document: Document, alice: User) -> None:
    answer = Asker(alice, "read")("GET", f"documents/{document.pk}")
    assert answer.body["capabilities"] == ["history", "presence", "read"]


def test_not_yours_and_not_there_look_alike(document: Document, as_mallory: Asker) -> None:
    not_yours = as_mallory("GET", f"documents/{document.pk}")
    not_there = as_mallory("GET", f"documents/{uuid4()}")
    assert not_yours.refused == not_there.refused == (404, "not_found")
    assert not_yours.body == not_there.body


def test_in_the_trash_it_is_there_for_its_owner_alone(document: Document, as_alice: Asker, as_bob: Asker) -> None:
    as_alice("DELETE", f"documents/{document.pk}")
    assert as_bob("GET", f"documents/{document.pk}").refused == (404, "not_found")
    shown = as_alice("GET", f"documents/{document.pk}").body
    assert (shown["state"], shown["capabilities"]) == ("trashed", ["history", "read", "trash"])


def test_it_needs_a_token(document: Document, as_nobody: Asker) -> None:
    assert as_nobody("GET", f"documents/{document.pk}").refused == (401, "unauthenticated")


@pytest.mark.parametrize("name", ["1", "x", "%2e%2e", "00000000-0000-0000-0000-00000000000g"])
def test_a_name_that_is_no_uuid_is_not_there(as_alice: Asker, name: str) -> None:
    assert as_alice("GET", f"documents/{name}").refused == (404, "not_found")
