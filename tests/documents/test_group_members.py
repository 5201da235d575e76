"""Sharing a document with a group: who may, and what is told of it."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from accounts import groups
from accounts.models import Group, User
from documents import group_members, rights
from documents.models import Document
from documents.signals import access_changed
from protocol.errors import ProtocolError
from tests.documents.conftest import principal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """Whose access was told to have changed."""
    heard: list[Any] = []

    def hear(user_id: str | None, **_: Any) -> None:
        assert not connection.in_atomic_block
        heard.append(user_id)

    access_changed.connect(hear)
    yield heard
    access_changed.disconnect(hear)


@pytest.fixture
def group(alice: User, mallory: User) -> Group:
    """A group of alice's with mallory in it."""
    made = groups.create(principal(alice), "Friends")
    groups.put(made.pk, principal(alice), mallory.pk)
    return made


def test_a_group_comes_in_and_goes(
    document: Document, group: Group, alice: User, mallory: User, told: list[Any]
) -> None:
    for role in ("viewer", "admin"):
        group_members.put(document.pk, principal(alice), group.pk, role)
        assert rights.role_of(document.pk, str(mallory.pk)) == role
    group_members.remove(document.pk, principal(alice), group.pk)
    assert rights.role_of(document.pk, str(mallory.pk)) is None
    assert told == [None] * 3


def test_who_may_share_changes_the_role_of_a_group_of_others(document: Document, group: Group, bob: User) -> None:
    group_members.put(document.pk, None, group.pk, "viewer")
    document.memberships.filter(user=bob).update(role="admin")
    group_members.put(document.pk, principal(bob), group.pk, "editor")
    assert document.group_memberships.get().role == "editor"
    group_members.remove(document.pk, principal(bob), group.pk)
    with pytest.raises(ProtocolError, match="not_found"):  # to whoever is not in it, it is not there
        group_members.put(document.pk, principal(bob), group.pk, "editor")


def test_only_who_may_share_does(document: Document, group: Group, bob: User, carol: User, mallory: User) -> None:
    for user, code in ((bob, "forbidden"), (carol, "forbidden"), (mallory, "not_found")):
        with pytest.raises(ProtocolError, match=code):
            group_members.put(document.pk, principal(user), group.pk, "admin")
        with pytest.raises(ProtocolError, match=code):
            group_members.remove(document.pk, principal(user), group.pk)
    assert not document.group_memberships.exists()


def test_a_group_owns_nothing(document: Document, group: Group, alice: User) -> None:
    with pytest.raises(ProtocolError, match="invalid_field"):
        group_members.put(document.pk, principal(alice), group.pk, "owner")


def test_a_group_that_is_not_there(document: Document, alice: User) -> None:
    for act in (
        lambda: group_members.put(document.pk, principal(alice), uuid4(), "viewer"),
        lambda: group_members.remove(document.pk, principal(alice), uuid4()),
    ):
        with pytest.raises(ProtocolError, match="not_found"):
            act()
