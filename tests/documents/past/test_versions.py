"""/api/v1/documents/{id}/versions: versions that people gave a name"""

import pytest

from accounts.models import User
from documents import acts
from documents.models import Document
from tests.documents.conftest import Asker, principal, typed


@pytest.fixture
def address(document: Document, alice: User) -> str:
    """Of a document at version 3."""
    typed(document, alice, "c", "b", "a")
    return f"documents/{document.pk}/versions"


def names(asker: Asker, address: str) -> dict[int, str]:
    answer = asker("GET", address)
    assert answer.status == 200, answer.body
    return {row["version"]: row["name"] for row in answer.body["versions"]}


def test_a_version_is_named_renamed_and_found_by_everyone_who_may_see_the_history(
    address: str, bob: User, as_alice: Asker, as_bob: Asker
) -> None:
    assert as_alice("PUT", f"{address}/2", {"name": "Draft"}).status == 200
    answer = as_bob("PUT", f"{address}/2", {"name": "  First   draft "})
    assert answer.status == 200
    assert (answer.body["version"], answer.body["name"]) == (2, "First draft")
    assert answer.body["user"]["id"] == str(bob.pk)
    as_bob("PUT", f"{address}/3", {"name": "Final"})
    assert names(as_alice, address) == {3: "Final", 2: "First draft"}
    assert as_alice("DELETE", f"{address}/3").status == 204
    assert names(as_bob, address) == {2: "First draft"}


def test_many_are_read_in_pages_the_newest_first(address: str, as_alice: Asker) -> None:
    for version in range(4):
        as_alice("PUT", f"{address}/{version}", {"name": f"v{version}"})
    found, before = [], ""
    while True:
        body = as_alice("GET", f"{address}?limit=3{before}").body
        found += [row["version"] for row in body["versions"]]
        if body["next_before"] is None:
            break
        before = f"&before={body['next_before']}"
    assert found == [3, 2, 1, 0]


def test_it_outlives_whoever_made_it(address: str, bob: User, as_alice: Asker, as_bob: Asker) -> None:
    as_bob("PUT", f"{address}/1", {"name": "Bob's"})
    bob.delete()
    assert as_alice("GET", address).body["versions"][0]["user"] is None


# Rights


def test_a_reader_sees_them_only_with_the_history(
    document: Document, address: str, alice: User, as_alice: Asker, as_carol: Asker
) -> None:
    as_alice("PUT", f"{address}/2", {"name": "Draft"})
    assert as_carol("GET", address).refused == (403, "forbidden")
    acts.show_history_to_viewers(document.pk, principal(alice), shown=True)
    assert names(as_carol, address) == {2: "Draft"}
    assert as_carol("PUT", f"{address}/1", {"name": "Mine"}).refused == (403, "forbidden")
    assert as_carol("DELETE", f"{address}/2").refused == (403, "forbidden")


def test_for_others_the_document_is_not_there(address: str, as_mallory: Asker, as_nobody: Asker) -> None:
    for method, place, body in (("GET", "", None), ("PUT", "/1", {"name": "Mine"}), ("DELETE", "/1", None)):
        assert as_mallory(method, address + place, body).refused == (404, "not_found")
        assert as_nobody(method, address + place, body).refused == (401, "unauthenticated")


def test_a_token_has_to_write(address: str, alice: User) -> None:
    assert Asker(alice, "read")("PUT", f"{address}/1", {"name": "Mine"}).refused == (403, "forbidden")


# Bad input


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\x00b", "turned\u202e", None, 7])
def test_what_is_no_name_is_refused(address: str, as_alice: Asker, name: object) -> None:
    assert as_alice("PUT", f"{address}/1", {"name": name}).refused == (422, "invalid_field")


def test_a_version_that_is_not_there_is_refused(address: str, as_alice: Asker) -> None:
    assert as_alice("PUT", f"{address}/4", {"name": "Ahead"}).refused == (409, "base_version_ahead")
    assert as_alice("DELETE", f"{address}/1").refused == (404, "not_found")
    assert as_alice("PUT", f"{address}/{2**60}", {"name": "Far"}).refused == (422, "invalid_field")


def test_a_version_that_cannot_be_opened_any_more_is_refused(document: Document, address: str, as_alice: Asker) -> None:
    document.revisions.filter(version=1).delete()
    assert as_alice("PUT", f"{address}/2", {"name": "Gone"}).refused == (409, "history_gone")
