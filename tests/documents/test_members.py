"""/api/v1/documents/{id}/members"""

from typing import Any
from uuid import uuid4

import pytest

from accounts import groups
from accounts.models import User
from documents import acts, group_members, rights
from documents.models import Document
from tests.documents.conftest import Asker, principal


def role(document: Document, user: User) -> str | None:
    return rights.role_of(document.pk, str(user.pk))


def members(document: Document) -> str:
    return f"documents/{document.pk}/members"


# GET: list


def test_it_lists_the_owner_first(document: Document, alice: User, as_alice: Asker) -> None:
    answer = as_alice("GET", members(document))
    assert [(member["user"]["name"], member["role"]) for member in answer.body["members"]] == [
        ("Alice", "owner"),
        ("Bob", "editor"),
        ("Carol", "viewer"),
    ]
    assert answer.body["members"][0]["user"] == {"id": str(alice.pk), "name": "Alice", "color": alice.color}
    assert answer.body["next_cursor"] is None


def test_it_goes_by_pages(document: Document, as_alice: Asker) -> None:
    first = as_alice("GET", members(document) + "?limit=1").body
    assert [member["user"]["name"] for member in first["members"]] == ["Alice", "Bob"]
    second = as_alice("GET", members(document) + f"?limit=1&cursor={first['next_cursor']}").body
    assert [member["user"]["name"] for member in second["members"]] == ["Carol"]
    assert second["next_cursor"] is None


def test_addresses_are_for_those_who_share(document: Document, as_alice: Asker, as_carol: Asker) -> None:
    assert as_alice("GET", members(document)).body["members"][1]["email"] == "bob@example.com"
    assert {member["email"] for member in as_carol("GET", members(document)).body["members"]} == {None}


def test_to_a_stranger_there_is_no_list(document: Document, as_mallory: Asker) -> None:
    assert as_mallory("GET", members(document)).refused == (404, "not_found")


# PUT: add by e-mail


def test_it_makes_a_member(document: Document, mallory: User, as_alice: Asker) -> None:
    answer = as_alice("PUT", members(document), {"email": "Mallory@Example.com ", "role": "viewer"})
    assert answer.status == 200
    assert (answer.body["user"]["id"], answer.body["role"]) == (str(mallory.pk), "viewer")
    assert role(document, mallory) == "viewer"


def test_it_changes_the_role_of_one_who_is(document: Document, bob: User, as_alice: Asker) -> None:
    for _ in range(2):
        as_alice("PUT", members(document), {"email": "bob@example.com", "role": "viewer"})
        assert role(document, bob) == "viewer"
    assert document.memberships.count() == 2


def test_it_hands_the_document_on(document: Document, alice: User, bob: User, as_alice: Asker) -> None:
    assert as_alice("PUT", members(document), {"email": "bob@example.com", "role": "owner"}).status == 200
    assert (role(document, alice), role(document, bob)) == ("editor", "owner")
    assert as_alice("PUT", members(document), {"email": "bob@example.com", "role": "viewer"}).refused[0] == 403


def test_handing_it_on_to_oneself_changes_nothing(document: Document, alice: User, as_alice: Asker) -> None:
    assert as_alice("PUT", members(document), {"email": "alice@example.com", "role": "owner"}).status == 200
    assert role(document, alice) == "owner"
    assert document.memberships.count() == 2


def test_an_admin_manages_everyone_but_the_owner(
    document: Document, alice: User, bob: User, carol: User, as_alice: Asker, as_bob: Asker
) -> None:
    as_alice("PATCH", f"{members(document)}/{bob.pk}", {"role": "admin"})
    assert as_bob("PATCH", f"{members(document)}/{carol.pk}", {"role": "admin"}).status == 200
    assert as_bob("DELETE", f"{members(document)}/{carol.pk}").status == 204
    assert as_bob("PATCH", f"{members(document)}/{alice.pk}", {"role": "viewer"}).refused == (409, "last_owner")
    assert as_bob("DELETE", f"{members(document)}/{alice.pk}").refused == (409, "last_owner")
    for handed_on in (
        as_bob("PATCH", f"{members(document)}/{bob.pk}", {"role": "owner"}),
        as_bob("PUT", members(document), {"email": "bob@example.com", "role": "owner"}),
    ):
        assert handed_on.refused == (403, "forbidden")
    assert role(document, alice) == "owner"


@pytest.mark.parametrize("waiting", ["suggester", "commenter"])
def test_roles_without_a_use_yet_are_not_given(document: Document, bob: User, as_alice: Asker, waiting: str) -> None:
    assert as_alice("PATCH", f"{members(document)}/{bob.pk}", {"role": waiting}).refused == (422, "invalid_field")
    member = {"email": "bob@example.com", "role": waiting}
    assert as_alice("PUT", members(document), member).refused == (422, "invalid_field")


@pytest.mark.parametrize(("asker", "refused"), [("as_bob", 403), ("as_carol", 403), ("as_mallory", 404)])
def test_only_the_owner_adds(
    document: Document, mallory: User, asker: str, refused: int, request: pytest.FixtureRequest
) -> None:
    answer = request.getfixturevalue(asker)(
        "PUT", members(document), {"email": "mallory@example.com", "role": "editor"}
    )
    assert answer.refused[0] == refused
    assert role(document, mallory) is None


def test_someone_who_was_shut_out_is_invited_like_one_unknown(
    document: Document, mallory: User, as_alice: Asker
) -> None:
    User.objects.filter(pk=mallory.pk).update(is_active=False)
    answers = [
        as_alice("PUT", members(document), {"email": f"{name}@example.com", "role": "viewer"})
        for name in ("mallory", "nobody")
    ]
    assert [answer.status for answer in answers] == [202, 202]
    assert role(document, mallory) is None


@pytest.mark.parametrize(
    "body",
    [{}, {"email": "bob@example.com"}, {"email": "bob@example.com", "role": "king"}, {"email": 7, "role": "viewer"}],
)
def test_it_refuses_nonsense(document: Document, as_alice: Asker, body: dict[str, Any]) -> None:
    assert as_alice("PUT", members(document), body).refused == (422, "invalid_field")


# PATCH: change a role


def test_it_changes_a_role(document: Document, bob: User, as_alice: Asker) -> None:
    answer = as_alice("PATCH", f"{members(document)}/{bob.pk}", {"role": "viewer"})
    assert (answer.status, answer.body["role"]) == (200, "viewer")
    assert role(document, bob) == "viewer"


def test_the_owner_stays_the_owner(document: Document, alice: User, as_alice: Asker) -> None:
    answer = as_alice("PATCH", f"{members(document)}/{alice.pk}", {"role": "editor"})
    assert answer.refused == (409, "last_owner")
    assert role(document, alice) == "owner"


def test_an_editor_promotes_nobody(document: Document, bob: User, as_bob: Asker) -> None:
    assert as_bob("PATCH", f"{members(document)}/{bob.pk}", {"role": "owner"}).refused == (403, "forbidden")
    assert role(document, bob) == "editor"


def test_one_who_is_no_member_has_no_role_to_change(document: Document, mallory: User, as_alice: Asker) -> None:
    for user_id in (mallory.pk, uuid4()):
        answer = as_alice("PATCH", f"{members(document)}/{user_id}", {"role": "editor"})
        assert answer.refused == (404, "not_found")
    assert role(document, mallory) is None


# DELETE: remove, leave


def test_it_removes(document: Document, bob: User, as_alice: Asker, as_bob: Asker) -> None:
    assert as_alice("DELETE", f"{members(document)}/{bob.pk}").status == 204
    assert role(document, bob) is None
    assert as_bob("GET", f"documents/{document.pk}").refused == (404, "not_found")


def test_anyone_may_leave(document: Document, carol: User, as_carol: Asker) -> None:
    assert as_carol("DELETE", f"{members(document)}/{carol.pk}").status == 204
    assert role(document, carol) is None


def test_whom_a_group_lets_in_leaves_the_group_instead(
    document: Document, alice: User, carol: User, as_carol: Asker
) -> None:
    assert as_carol("GET", f"documents/{document.pk}").body["may_leave"]
    group = groups.create(principal(alice), "Friends")
    groups.put(group.pk, None, carol.pk)
    group_members.put(document.pk, None, group.pk, "editor")
    assert not as_carol("GET", f"documents/{document.pk}").body["may_leave"]
    assert as_carol("DELETE", f"{members(document)}/{carol.pk}").refused == (403, "forbidden")
    acts.remove_member(document.pk, principal(alice), carol.pk)
    assert as_carol("DELETE", f"{members(document)}/{carol.pk}").refused == (403, "forbidden")
    groups.remove(group.pk, principal(carol), carol.pk)
    assert role(document, carol) is None


def test_the_owner_may_not_leave(document: Document, alice: User, as_alice: Asker) -> None:
    assert not as_alice("GET", f"documents/{document.pk}").body["may_leave"]
    assert as_alice("DELETE", f"{members(document)}/{alice.pk}").refused == (409, "last_owner")
    assert role(document, alice) == "owner"


def test_an_editor_removes_nobody(document: Document, carol: User, as_bob: Asker) -> None:
    assert as_bob("DELETE", f"{members(document)}/{carol.pk}").refused == (403, "forbidden")
    assert role(document, carol) == "viewer"


def test_a_reading_token_does_not_even_leave(document: Document, carol: User) -> None:
    assert Asker(carol, "read")("DELETE", f"{members(document)}/{carol.pk}").refused == (403, "forbidden")


def test_one_who_is_no_member_is_not_removed(document: Document, mallory: User, as_alice: Asker) -> None:
    assert as_alice("DELETE", f"{members(document)}/{mallory.pk}").refused == (404, "not_found")


def test_a_stranger_removes_nobody_and_does_not_leave(document: Document, mallory: User, as_mallory: Asker) -> None:
    assert as_mallory("DELETE", f"{members(document)}/{mallory.pk}").refused == (404, "not_found")
