"""Groups of people in the admin."""

from typing import Any

import pytest
from django.test import Client

from accounts import groups
from accounts.models import AuditEntry, Group, User
from accounts.principals import Principal

LIST = "/admin/accounts/group/"


@pytest.fixture
def root(db: None) -> Client:
    """Where a superuser sits."""
    browser = Client()
    browser.force_login(User.objects.create_superuser("root@example.com", "x", name="Root"))
    return browser


@pytest.fixture
def council(alice: User, bob: User) -> Group:
    """Alice manages it, and bob is in it."""
    group = groups.create(Principal(str(alice.pk)), "The council")
    groups.put(group.pk, None, bob.pk)
    return group


def change(browser: Client, group: Group, **fields: Any) -> str:
    """Saves the form of a group with some fields changed; what is shown then."""
    members = list(group.members.order_by("pk"))
    form: dict[str, Any] = {"name": group.name, "members-TOTAL_FORMS": len(members), "members-INITIAL_FORMS": 2}
    for number, member in enumerate(members):
        about = {"id": member.pk, "group": group.pk, "user": member.user_id}
        form |= {f"members-{number}-{name}": value for name, value in about.items()}
        if member.is_manager:
            form[f"members-{number}-is_manager"] = "on"
    answer = browser.post(f"{LIST}{group.pk}/change/", form | fields, follow=True)
    assert answer.status_code == 200
    group.refresh_from_db()
    return answer.content.decode()


def test_they_are_listed_and_found(root: Client, council: Group) -> None:
    assert "The council" in root.get(LIST, {"q": "council"}).content.decode()
    assert "Alice" in root.get(f"{LIST}{council.pk}/change/").content.decode()


def test_what_is_changed_is_done_as_people_do_it(root: Client, council: Group, alice: User, bob: User) -> None:
    change(root, council, name="The parish council")
    assert council.name == "The parish council"
    change(root, council, **{"members-0-DELETE": "on", "members-1-is_manager": "on"})
    assert list(council.members.values_list("user", "is_manager")) == [(bob.pk, True)]
    kept = (
        AuditEntry.objects.filter(way="admin", act__startswith="groups.")
        .order_by("pk")
        .values_list("act", "by_name", "user_id")
    )
    assert list(kept) == [
        ("groups.rename", "Root", None),
        ("groups.put", "Root", bob.pk),
        ("groups.remove", "Root", alice.pk),
    ]


def test_it_is_deleted_for_all_to_hear(root: Client, council: Group) -> None:
    root.post(f"{LIST}{council.pk}/delete/", {"post": "yes"})
    assert not Group.objects.exists()
    assert AuditEntry.objects.get(act="groups.delete").by_name == "Root"


def test_it_keeps_a_manager(root: Client, council: Group) -> None:
    assert "keeps a manager" in change(root, council, **{"members-0-DELETE": "on"})
    assert council.members.count() == 2
