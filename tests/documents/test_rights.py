"""The one table of rights."""

import itertools
from typing import Any
from uuid import uuid4

import pytest

from accounts import groups
from accounts.models import User
from documents import acts, rights
from documents.models import Document
from tests.documents.conftest import principal

BOTH = ("read", "write")
pytestmark = pytest.mark.django_db


def test_roles_of_many_at_once(
    document: Document, alice: User, bob: User, carol: User, mallory: User, django_assert_max_num_queries: Any
) -> None:
    other = acts.create(bob.pk, "bob's")
    people = {name: str(user.pk) for name, user in (("a", alice), ("b", bob), ("c", carol), ("m", mallory))}
    asked = {(pk, user_id) for pk in (document.pk, other.pk, uuid4()) for user_id in people.values()}
    with django_assert_max_num_queries(3):
        found = rights.roles(asked)
    assert found == {
        (document.pk, people["a"]): "owner",
        (document.pk, people["b"]): "editor",
        (document.pk, people["c"]): "viewer",
        (other.pk, people["b"]): "owner",
    }
    assert rights.role_of(document.pk, people["m"]) is None
    assert rights.roles(set()) == {}


def test_of_several_ways_in_the_highest_role_counts(document: Document, alice: User, carol: User) -> None:
    readers, editors, admins = (groups.create(principal(alice), name) for name in ("readers", "editors", "admins"))
    for group, role in ((readers, "viewer"), (admins, "admin"), (editors, "editor")):
        group.members.create(user=carol)
        document.group_memberships.create(group=group, role=role)
    pair = document.pk, str(carol.pk)
    assert rights.roles({pair}) == {pair: "admin"}
    admins.delete()
    assert rights.roles({pair}) == {pair: "editor"}
    document.memberships.filter(user=carol).delete()
    document.group_memberships.filter(group=editors).delete()
    assert rights.roles({pair}) == {pair: "viewer"}
    readers.members.filter(user=carol).delete()
    assert rights.roles({pair}) == {}


def test_a_group_is_a_way_into_its_document_alone(document: Document, alice: User, mallory: User) -> None:
    other = acts.create(alice.pk, "another")
    group = groups.create(principal(alice), "friends")
    group.members.create(user=mallory)
    other.group_memberships.create(group=group, role="editor")
    assert rights.role_of(document.pk, str(mallory.pk)) is None
    assert list(rights.documents_of(str(mallory.pk))) == [other]
    acts.move(other.pk, None, "trashed")
    assert list(rights.documents_of(str(mallory.pk))) == []
    assert rights.role_of(document.pk, str(alice.pk)) == "owner"


def test_an_owner_is_an_owner_even_where_also_a_member(document: Document, alice: User) -> None:
    document.memberships.create(user=alice, role="viewer")
    assert rights.role_of(document.pk, str(alice.pk)) == "owner"


def test_access_of_many_at_once(
    document: Document, bob: User, mallory: User, django_assert_max_num_queries: Any
) -> None:
    pairs = {(pk, principal(user)) for pk in (document.pk, uuid4()) for user in (bob, mallory)}
    with django_assert_max_num_queries(4):
        found = rights.accesses(pairs)
    assert {pair: access for pair, access in found.items() if access.role} == {
        (document.pk, principal(bob)): rights.Access("editor", rights.CAPABILITIES["editor"])
    }
    assert set(found) == pairs


@pytest.mark.parametrize("role", rights.CAPABILITIES)
def test_a_token_gives_nothing_that_its_person_has_not(role: str) -> None:
    assert rights.capabilities(role, BOTH) == rights.CAPABILITIES[role]
    assert rights.capabilities(role, ["read"]) <= rights.CAPABILITIES[role]
    assert rights.capabilities(role, ["write"]) <= rights.CAPABILITIES[role]
    assert rights.capabilities(role, []) == frozenset()
    assert rights.capabilities(role, ["everything"]) == frozenset()


def test_without_a_role_there_is_no_right() -> None:
    assert rights.capabilities(None, BOTH) == frozenset()
    assert rights.capabilities(None, BOTH, viewers_see_history=True) == frozenset()


def test_reading_changes_nothing() -> None:
    assert not rights.SCOPES["read"] & {"edit", "rename", "share", "freeze", "trash", "transfer"}


def test_every_right_passes_some_scope() -> None:
    for role in rights.CAPABILITIES:
        assert rights.capabilities(role, BOTH) == rights.CAPABILITIES[role]


def test_history_is_a_right(document: Document, carol: User) -> None:
    assert "history" not in rights.access_of(document.pk, principal(carol)).capabilities
    acts.show_history_to_viewers(document.pk, None, True)
    assert "history" in rights.access_of(document.pk, principal(carol)).capabilities


def test_in_the_trash_a_document_is_there_for_those_alone_who_could_put_it_there(
    document: Document, alice: User, bob: User, carol: User
) -> None:
    acts.put_member(document.pk, None, carol.pk, "admin")
    acts.move(document.pk, None, "trashed")
    assert rights.access_of(document.pk, principal(bob)) == rights.NO_ACCESS
    for user, role in ((alice, "owner"), (carol, "admin")):
        assert rights.access_of(document.pk, principal(user)) == rights.Access(
            role, frozenset({"read", "history", "trash"})
        )


def test_an_admin_does_all_but_what_cannot_be_undone() -> None:
    assert rights.CAPABILITIES["owner"] - rights.CAPABILITIES["admin"] == {"transfer", "purge"}


def test_each_role_may_what_the_ones_below_it_may() -> None:
    in_order = list(rights.CAPABILITIES.values())
    assert all(higher >= lower for higher, lower in itertools.pairwise(in_order))


def test_whose_documents_are_whose(document: Document, alice: User, bob: User, carol: User, mallory: User) -> None:
    def theirs(user: User) -> list[Document]:
        return list(rights.documents_of(str(user.pk)))

    assert theirs(alice) == theirs(bob) == theirs(carol) == [document]
    assert theirs(mallory) == []
    acts.move(document.pk, None, "trashed")
    assert (theirs(alice), theirs(bob), theirs(carol)) == ([document], [], [])
    document.memberships.filter(user=bob).update(role="admin")
    assert theirs(bob) == [document]


@pytest.mark.parametrize(
    ("role", "scopes", "state", "code"),
    [
        ("owner", BOTH, "open", None),
        ("admin", BOTH, "open", None),
        ("editor", BOTH, "open", None),
        ("suggester", BOTH, "open", "not_allowed"),
        ("commenter", BOTH, "open", "not_allowed"),
        ("viewer", BOTH, "open", "not_allowed"),
        (None, BOTH, "open", "not_allowed"),
        ("editor", ["read"], "open", "not_allowed"),
        ("owner", BOTH, "frozen", "document_frozen"),
        ("editor", BOTH, "trashed", "document_trashed"),
        ("viewer", BOTH, "trashed", "not_allowed"),
        (None, BOTH, "trashed", "not_allowed"),
    ],
)
def test_who_may_edit(role: str | None, scopes: list[str], state: str, code: str | None) -> None:
    assert rights.refusal(role, scopes, state) == code
