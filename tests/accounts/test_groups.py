"""Groups of people: who is in them, who runs them, and what is told of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from accounts import groups
from accounts.models import AuditEntry, Group, User
from accounts.principals import Principal
from accounts.signals import groups_changed
from protocol.errors import ProtocolError

pytestmark = pytest.mark.django_db(transaction=True)


def by(user: User, *scopes: str) -> Principal:
    return Principal(str(user.pk), scopes=frozenset(scopes or ("read", "write")))


@pytest.fixture
def told() -> Iterator[list[list[str]]]:
    """Whose groups were told to have changed."""
    heard: list[list[str]] = []

    def hear(user_ids: list[str], **_: Any) -> None:
        assert not connection.in_atomic_block
        heard.append(user_ids)

    groups_changed.connect(hear)
    yield heard
    groups_changed.disconnect(hear)


@pytest.fixture
def group(alice: User, bob: User) -> Group:
    """A group that alice manages and bob is in."""
    made = groups.create(by(alice), "  The   band ")
    groups.put(made.pk, by(alice), bob.pk)
    return made


def names(group: Group) -> set[str]:
    return set(group.members.values_list("user__name", flat=True))


def test_whoever_makes_it_manages_it(group: Group, alice: User, bob: User) -> None:
    assert group.name == "The band"
    assert dict(group.members.values_list("user__name", "is_manager")) == {"Alice": True, "Bob": False}
    assert list(groups.of(str(bob.pk))) == [group]


def test_people_come_and_go_and_it_is_told(group: Group, alice: User, carol: User, told: list[list[str]]) -> None:
    groups.put(group.pk, by(alice), carol.pk)
    assert names(group) == {"Alice", "Bob", "Carol"}
    groups.remove(group.pk, by(alice), carol.pk)
    assert names(group) == {"Alice", "Bob"}
    assert told == [[str(carol.pk)]] * 2
    assert AuditEntry.objects.filter(act="groups.remove", user_id=carol.pk, by=alice).exists()


def test_anyone_leaves(group: Group, bob: User) -> None:
    groups.remove(group.pk, by(bob), bob.pk)
    assert names(group) == {"Alice"}


def test_its_end_is_told_of_everyone(group: Group, alice: User, bob: User, told: list[list[str]]) -> None:
    groups.delete(group.pk, by(alice))
    assert not Group.objects.exists()
    assert set(told[0]) == {str(alice.pk), str(bob.pk)}


def test_somebody_else_runs_it_on(group: Group, alice: User, bob: User) -> None:
    assert groups.hand_on(alice.pk, bob.pk, by(alice)) == 1
    assert {entry.by for entry in AuditEntry.objects.filter(act__in=["groups.put", "groups.remove"])} == {alice}
    assert dict(group.members.values_list("user__name", "is_manager")) == {"Bob": True}
    groups.rename(group.pk, by(bob), "Another name")
    assert Group.objects.get().name == "Another name"


def test_the_last_manager_stays_while_others_do(group: Group, alice: User, bob: User) -> None:
    goes: list[Callable[[], None]] = [
        lambda: groups.remove(group.pk, by(alice), alice.pk),
        lambda: groups.put(group.pk, by(alice), alice.pk, is_manager=False),
    ]
    for act in goes:
        with pytest.raises(ProtocolError, match="last_owner"):
            act()
    groups.remove(group.pk, by(alice), bob.pk)
    groups.remove(group.pk, by(alice), alice.pk)
    assert names(group) == set()


def acts_on(group: Group, user: User, whom: User) -> list[Callable[[], object]]:
    return [
        lambda: groups.rename(group.pk, by(user), "Mine"),
        lambda: groups.put(group.pk, by(user), whom.pk),
        lambda: groups.remove(group.pk, by(user), whom.pk),
        lambda: groups.delete(group.pk, by(user)),
    ]


def test_only_managers_change_it(group: Group, alice: User, bob: User, mallory: User) -> None:
    for user, code in ((bob, "forbidden"), (mallory, "not_found")):
        for act in acts_on(group, user, alice):
            with pytest.raises(ProtocolError, match=code):
                act()
    assert names(group) == {"Alice", "Bob"}


def test_a_reading_token_changes_nothing(group: Group, alice: User, bob: User) -> None:
    with pytest.raises(ProtocolError, match="forbidden"):
        groups.put(group.pk, by(alice, "read"), bob.pk, is_manager=True)
    with pytest.raises(ProtocolError, match="forbidden"):
        groups.remove(group.pk, by(bob, "read"), bob.pk)


def test_whoever_is_not_in_it_is_not_taken_out(group: Group, alice: User, mallory: User) -> None:
    with pytest.raises(ProtocolError, match="not_found"):
        groups.remove(group.pk, by(alice), mallory.pk)


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x00b"])
def test_a_name_is_a_line_of_text(alice: User, name: str) -> None:
    with pytest.raises(ProtocolError, match="invalid_field"):
        groups.create(by(alice), name)
