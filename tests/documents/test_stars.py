"""/api/v1/documents/{id}/star, and the list by what one has starred, whose it is, and in which order"""

from uuid import uuid4

import pytest

from accounts.models import User
from documents import acts
from documents.models import Document, Star
from tests.documents.conftest import Asker, typed


def titles(asker: Asker, query: str) -> list[str]:
    answer = asker("GET", f"documents?{query}")
    assert answer.status == 200, answer.body
    return [document["title"] for document in answer.body["documents"]]


def test_a_starred_document_is_found_again(document: Document, bob: User, as_bob: Asker) -> None:
    acts.create(bob.pk, "Bob's alone")
    for _ in range(2):  # twice is once
        assert as_bob("PUT", f"documents/{document.pk}/star").status == 204
    assert titles(as_bob, "starred=true") == ["A document"]
    assert titles(as_bob, "starred=false") == ["Bob's alone"]
    assert as_bob("GET", f"documents/{document.pk}").body["starred"] is True
    for _ in range(2):
        assert as_bob("DELETE", f"documents/{document.pk}/star").status == 204
    assert titles(as_bob, "starred=true") == []


def test_the_list_is_parted_by_whose_it_is(document: Document, bob: User, as_bob: Asker) -> None:
    acts.create(bob.pk, "Bob's alone")
    assert titles(as_bob, "shared=true") == ["A document"]
    assert titles(as_bob, "shared=false") == ["Bob's alone"]


def test_the_list_has_an_order(alice: User, as_alice: Asker) -> None:
    first = acts.create(alice.pk, "banana")
    for title in ("Apple", "cherry"):
        acts.create(alice.pk, title)
    typed(first, alice, "text")
    assert titles(as_alice, "order=title") == ["Apple", "banana", "cherry"]
    assert titles(as_alice, "order=created") == ["cherry", "Apple", "banana"]
    assert titles(as_alice, "order=changed") == ["banana", "cherry", "Apple"]


def test_whoever_reads_may_star_and_others_see_nothing_of_it(
    document: Document, as_alice: Asker, as_carol: Asker
) -> None:
    assert as_carol("PUT", f"documents/{document.pk}/star").status == 204
    assert titles(as_carol, "starred=true") == ["A document"]
    assert titles(as_alice, "starred=true") == []
    assert as_alice("GET", f"documents/{document.pk}").body["starred"] is False


def test_what_one_may_not_read_any_more_is_not_listed(document: Document, carol: User, as_carol: Asker) -> None:
    as_carol("PUT", f"documents/{document.pk}/star")
    acts.remove_member(document.pk, None, carol.pk)
    assert titles(as_carol, "starred=true") == []


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_not_yours_and_not_there_look_alike(document: Document, as_mallory: Asker, method: str) -> None:
    assert as_mallory(method, f"documents/{document.pk}/star").refused == (404, "not_found")
    assert as_mallory(method, f"documents/{uuid4()}/star").refused == (404, "not_found")
    assert not Star.objects.exists()


def test_it_needs_a_token_that_writes(document: Document, alice: User, as_nobody: Asker) -> None:
    assert as_nobody("PUT", f"documents/{document.pk}/star").refused == (401, "unauthenticated")
    assert Asker(alice, "read")("PUT", f"documents/{document.pk}/star").refused == (403, "forbidden")


@pytest.mark.parametrize("query", ["order=size", "starred=perhaps", "shared=x"])
def test_it_refuses_what_is_no_choice(as_alice: Asker, query: str) -> None:
    assert as_alice("GET", f"documents?{query}").refused == (422, "invalid_field")
