"""/api/v1/groups, and /api/v1/documents/{id}/groups"""

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Group, User
from documents.models import Document
from tests.documents.conftest import Asker


@pytest.fixture
def group(as_alice: Asker) -> str:
    """The id of a group of alice's."""
    made: str = as_alice("POST", "groups", {"name": "Friends"}).body["id"]
    return made


def members(group: str) -> str:
    return f"groups/{group}/members"


def test_a_group_is_made_and_listed(group: str, as_alice: Asker, as_bob: Asker, bob: User) -> None:
    as_alice("PUT", members(group), {"email": " Bob@example.com"})
    about = {"id": group, "name": "Friends", "size": 2}
    assert as_alice("GET", "groups").body["groups"] == [about | {"is_manager": True}]
    assert as_bob("GET", "groups").body["groups"] == [about | {"is_manager": False}]
    assert as_bob("GET", f"groups/{group}").body == about | {"is_manager": False}
    listed = as_bob("GET", members(group)).body["members"]
    assert [(member["user"]["name"], member["is_manager"]) for member in listed] == [("Alice", True), ("Bob", False)]
    assert as_bob("DELETE", f"{members(group)}/{bob.pk}").status == 204
    assert as_bob("GET", f"groups/{group}").refused == (404, "not_found")


def test_it_goes_by_pages(as_alice: Asker, as_bob: Asker) -> None:
    for name in ("b", "c", "a"):
        as_alice("POST", "groups", {"name": name})
    first = as_alice("GET", "groups?limit=2").body
    second = as_alice("GET", f"groups?limit=2&cursor={first['next_cursor']}").body
    assert [row["name"] for row in first["groups"] + second["groups"]] == ["a", "b", "c"]
    assert second["next_cursor"] is None


def test_a_document_is_shared_with_it(
    document: Document, group: str, as_alice: Asker, as_mallory: Asker, mallory: User
) -> None:
    as_alice("PUT", members(group), {"email": "mallory@example.com"})
    shared = as_alice("PUT", f"documents/{document.pk}/groups/{group}", {"role": "editor"})
    assert shared.body == {"id": group, "name": "Friends", "role": "editor"}
    assert as_mallory("GET", f"documents/{document.pk}/groups").body["groups"] == [shared.body]
    assert as_mallory("GET", f"documents/{document.pk}").body["role"] == "editor"
    assert [row["id"] for row in as_mallory("GET", "documents").body["documents"]] == [str(document.pk)]
    assert as_alice("DELETE", f"documents/{document.pk}/groups/{group}").status == 204
    assert as_mallory("GET", f"documents/{document.pk}").refused == (404, "not_found")


def test_it_is_renamed_and_deleted(group: str, as_alice: Asker) -> None:
    assert as_alice("PATCH", f"groups/{group}", {"name": "Foes"}).body["name"] == "Foes"
    assert as_alice("DELETE", f"groups/{group}").status == 204
    assert as_alice("GET", "groups").body["groups"] == []


def test_addresses_are_for_those_who_manage(group: str, as_alice: Asker, as_bob: Asker) -> None:
    as_alice("PUT", members(group), {"email": "bob@example.com"})
    assert as_alice("GET", members(group)).body["members"][1]["email"] == "bob@example.com"
    assert {row["email"] for row in as_bob("GET", members(group)).body["members"]} == {None}


def requests(group: object, user: User) -> list[tuple[Any, ...]]:
    return [
        ("GET", f"groups/{group}"),
        ("GET", f"groups/{group}/members"),
        ("PATCH", f"groups/{group}", {"name": "x"}),
        ("PUT", f"groups/{group}/members", {"email": "carol@example.com"}),
        ("PUT", f"groups/{group}/members", {"email": "nobody@example.com"}),
        ("DELETE", f"groups/{group}/members/{user.pk}"),
        ("DELETE", f"groups/{group}"),
    ]


def test_to_others_it_looks_as_if_it_were_not_there(group: str, alice: User, as_mallory: Asker) -> None:
    for theirs, nothing in zip(requests(group, alice), requests(uuid4(), alice), strict=True):
        answers = [as_mallory(*request) for request in (theirs, nothing)]
        assert answers[0].refused == answers[1].refused == (404, "not_found")
        assert answers[0].body == answers[1].body


def test_its_members_change_nothing(group: str, alice: User, as_alice: Asker, as_bob: Asker) -> None:
    as_alice("PUT", members(group), {"email": "bob@example.com"})
    for request in requests(group, alice)[2:]:
        assert as_bob(*request).refused == (403, "forbidden")
    assert Group.objects.get().members.count() == 2


def test_who_has_no_access_to_the_document_learns_nothing_of_its_groups(
    document: Document, group: str, as_alice: Asker, as_mallory: Asker, as_bob: Asker
) -> None:
    as_alice("PUT", f"documents/{document.pk}/groups/{group}", {"role": "viewer"})
    assert as_mallory("GET", f"documents/{document.pk}/groups").refused == (404, "not_found")
    assert as_bob("DELETE", f"documents/{document.pk}/groups/{group}").refused == (403, "forbidden")
    assert as_bob("GET", f"documents/{document.pk}/groups").body["groups"][0]["role"] == "viewer"


def test_reading_tokens_change_nothing(document: Document, group: str, alice: User) -> None:
    reader = Asker(alice, "read")
    assert reader("GET", "groups").status == 200
    assert reader("POST", "groups", {"name": "x"}).refused == (403, "forbidden")
    for request in requests(group, alice)[2:]:
        assert reader(*request).refused == (403, "forbidden")
    assert reader("PUT", f"documents/{document.pk}/groups/{group}", {"role": "viewer"}).refused == (403, "forbidden")


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": 7}, {"name": "x" * 101}, {"name": "x", "y": 1}])
def test_it_refuses_nonsense(as_alice: Asker, body: dict[str, Any]) -> None:
    assert as_alice("POST", "groups", body).refused == (422, "invalid_field")


@pytest.mark.parametrize("role", ["owner", "suggester", "king"])
def test_roles_that_no_group_has(document: Document, group: str, as_alice: Asker, role: str) -> None:
    answer = as_alice("PUT", f"documents/{document.pk}/groups/{group}", {"role": role})
    assert answer.refused == (422, "invalid_field")


def test_nobody_by_that_address(group: str, as_alice: Asker) -> None:
    assert as_alice("PUT", members(group), {"email": "nobody@example.com"}).refused == (422, "no_such_person")
