"""GET /api/v1/documents/{id}/revisions"""

import pytest

from accounts.models import User
from documents import history
from documents.models import Document
from tests.documents.conftest import Answer, Asker, typed


@pytest.fixture
def written(document: Document, alice: User, bob: User) -> Document:
    typed(document, alice, "a", "b")
    typed(document, bob, "c", client_id="bobs_client")
    return document


def versions(answer: Answer) -> list[int]:
    assert answer.status == 200, answer.body
    return [revision["version"] for revision in answer.body["revisions"]]


def test_it_reads_the_history(written: Document, as_bob: Asker, alice: User, bob: User) -> None:
    answer = as_bob("GET", f"documents/{written.pk}/revisions")
    assert versions(answer) == [1, 2, 3]
    first, _, third = answer.body["revisions"]
    assert first["delta"] == [{"insert": "a"}]
    assert (first["client_id"], first["seq"], first["user_id"]) == ("typewriter", 1, str(alice.pk))
    assert (third["client_id"], third["seq"], third["user_id"]) == ("bobs_client", 1, str(bob.pk))
    assert third["at"].endswith("Z")


@pytest.mark.parametrize(("after", "expected"), [(0, [1, 2, 3]), (2, [3]), (3, []), (9, [])])
def test_it_reads_what_came_after(written: Document, as_bob: Asker, after: int, expected: list[int]) -> None:
    assert versions(as_bob("GET", f"documents/{written.pk}/revisions?after={after}")) == expected


def test_it_goes_by_pages(written: Document, as_bob: Asker) -> None:
    assert versions(as_bob("GET", f"documents/{written.pk}/revisions?limit=2")) == [1, 2]
    assert versions(as_bob("GET", f"documents/{written.pk}/revisions?limit=2&after=2")) == [3]


def test_a_page_is_bounded_in_bytes_but_never_empty(document: Document, alice: User) -> None:
    typed(document, alice, "a" * 300, "b" * 300, "c" * 300)
    assert [revision.version for revision in history.revisions_after(document.pk, 0, limit_bytes=700)] == [1, 2]
    assert [revision.version for revision in history.revisions_after(document.pk, 0, limit_bytes=1)] == [1]
    assert [revision.version for revision in history.revisions_after(document.pk, 2, limit_bytes=1)] == [3]


def test_history_is_a_right(written: Document, as_alice: Asker, as_carol: Asker) -> None:
    path = f"documents/{written.pk}/revisions"
    assert as_carol("GET", path).refused == (403, "forbidden")
    as_alice("PATCH", f"documents/{written.pk}", {"viewers_see_history": True})
    assert versions(as_carol("GET", path)) == [1, 2, 3]


def test_to_a_stranger_it_is_not_there(written: Document, as_mallory: Asker) -> None:
    assert as_mallory("GET", f"documents/{written.pk}/revisions").refused == (404, "not_found")


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=501"])
def test_it_refuses_pages_that_are_none(written: Document, as_bob: Asker, query: str) -> None:
    assert as_bob("GET", f"documents/{written.pk}/revisions?{query}").refused == (422, "invalid_field")
