"""The account page of groups."""

import pytest
from django.test import Client

from accounts.models import Group, User
from tests.accounts.conftest import log_in

PAGE = "/accounts/groups/"


@pytest.fixture
def browser(alice: User) -> Client:
    return log_in(alice)


@pytest.fixture
def group(browser: Client) -> Group:
    browser.post(PAGE, {"name": "The band"})
    return Group.objects.get()


def names(group: Group) -> set[str]:
    return set(group.members.values_list("user__name", flat=True))


def said(browser: Client) -> str:
    return browser.get(PAGE).content.decode()


def test_a_group_is_made_filled_and_deleted(browser: Client, group: Group, bob: User) -> None:
    browser.post(f"{PAGE}{group.pk}/members/", {"email": "Bob@example.com"})
    assert names(group) == {"Alice", "Bob"}
    page = said(browser)
    assert "The band" in page
    assert "bob@example.com" in page
    browser.post(f"{PAGE}{group.pk}/members/{bob.pk}/remove/")
    assert names(group) == {"Alice"}
    browser.post(f"{PAGE}{group.pk}/delete/")
    assert not Group.objects.exists()


def test_somebody_else_is_made_a_manager_and_one_leaves(browser: Client, group: Group, alice: User, bob: User) -> None:
    leave = f"{PAGE}{group.pk}/members/{alice.pk}/remove/"
    browser.post(f"{PAGE}{group.pk}/members/", {"email": "bob@example.com"})
    browser.post(leave)
    assert "Make somebody else a manager first" in said(browser)
    browser.post(f"{PAGE}{group.pk}/members/", {"email": "bob@example.com", "is_manager": "on"})
    browser.post(leave)
    assert "You have left the group." in said(browser)
    assert dict(group.members.values_list("user__name", "is_manager")) == {"Bob": True}


def test_whoever_is_in_it_sees_it_and_leaves(browser: Client, group: Group, bob: User, carol: User) -> None:
    for name in ("bob", "carol"):
        browser.post(f"{PAGE}{group.pk}/members/", {"email": f"{name}@example.com"})
    his = Client()
    his.force_login(bob)
    assert "The band" in said(his)
    assert "carol@example.com" not in said(his)
    his.post(f"{PAGE}{group.pk}/members/{carol.pk}/remove/")
    assert "Only a manager of the group may do this." in said(his)
    his.post(f"{PAGE}{group.pk}/members/{bob.pk}/remove/")
    assert names(group) == {"Alice", "Carol"}


def test_to_others_it_is_not_there(group: Group, alice: User, mallory: User) -> None:
    theirs = Client()
    theirs.force_login(mallory)
    assert "The band" not in said(theirs)
    for act in ("members/", f"members/{alice.pk}/remove/", "delete/"):
        assert theirs.post(f"{PAGE}{group.pk}/{act}", {"email": "mallory@example.com"}).status_code == 404
    assert names(group) == {"Alice"}


def test_one_has_to_be_logged_in(group: Group) -> None:
    assert Client().get(PAGE).status_code == 302
    assert Client().post(f"{PAGE}{group.pk}/delete/").status_code == 302
    assert Group.objects.exists()


@pytest.mark.parametrize(
    ("address", "fields", "sentence"),
    [
        ("", {"name": " "}, "A group needs a name"),
        ("{group}/members/", {"email": "nobody@example.com"}, "Nobody with this e-mail address"),
    ],
)
def test_what_cannot_be_done_is_said(
    browser: Client, group: Group, address: str, fields: dict[str, str], sentence: str
) -> None:
    browser.post(PAGE + address.format(group=group.pk), fields)
    assert sentence in said(browser)
