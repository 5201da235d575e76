"""Somebody deletes their account: what they shared stays with the others, the rest goes with them."""

from typing import Any

import pytest
from django.test import Client

from accounts import agents, groups
from accounts.models import AuditEntry, Group, User
from documents import acts, group_members
from documents.leaving import leave, legacies
from documents.models import Document, Membership, Revision
from documents.retention.erasure import erase_author
from tests.accounts.conftest import confirm, log_in
from tests.documents.conftest import Asker, principal, typed

PAGE = "/accounts/data/delete/"


def test_what_is_shared_goes_to_whoever_may_do_most(document: Document, alice: User, bob: User, carol: User) -> None:
    leave(alice.pk, None)
    document.refresh_from_db()
    assert document.owner == bob
    assert list(Membership.objects.filter(document=document).values_list("user", flat=True)) == [carol.pk]


def test_what_is_shared_with_nobody_is_deleted(alice: User, bob: User) -> None:
    mine = acts.create(alice.pk, "A diary")
    typed(mine, alice, "Dear diary.")
    leave(alice.pk, None)
    assert not Document.objects.exists()
    assert not Revision.objects.exists()


def test_what_a_group_has_goes_to_its_manager(alice: User, bob: User, carol: User) -> None:
    mine, group = acts.create(alice.pk, "Plans"), groups.create(principal(bob), "Readers")
    groups.put(group.pk, principal(bob), carol.pk)
    groups.put(group.pk, principal(bob), alice.pk)
    group_members.put(mine.pk, principal(alice), group.pk, "viewer")
    leave(alice.pk, None)
    mine.refresh_from_db()
    assert mine.owner == bob


def test_their_groups_go_on_without_them(alice: User, bob: User) -> None:
    shared, lonely = (groups.create(principal(alice), name) for name in ("Shared", "Lonely"))
    groups.put(shared.pk, principal(alice), bob.pk)
    leave(alice.pk, None)
    assert list(Group.objects.all()) == [shared]
    assert groups.manages(shared, principal(bob))
    assert lonely.pk not in Group.objects.values_list("pk", flat=True)


def test_nobody_is_found_in_what_they_wrote(document: Document, alice: User, bob: User) -> None:
    typed(document, bob, "Bob was here.")
    leave(bob.pk, principal(bob))
    erase_author(str(bob.pk))
    assert not User.objects.filter(pk=bob.pk).exists()
    assert document.revisions.get().user is None
    assert "Bob" not in AuditEntry.objects.get(act="people.erase").by_name


def test_the_page_says_what_becomes_of_what(document: Document, alice: User, bob: User) -> None:
    acts.create(alice.pk, "A <b>diary</b>")
    browser = confirm(log_in(alice))
    page = browser.get(PAGE).content.decode()
    assert "A document, to Bob" in page
    assert "A &lt;b&gt;diary&lt;/b&gt;" in page
    answer = browser.post(PAGE, {"email": alice.email.upper()})
    assert "Your account is deleted" in answer.content.decode()
    assert "_auth_user_id" not in browser.session
    assert not User.objects.get(pk=alice.pk).is_active


def test_over_rest_with_a_token(document: Document, as_alice: Asker, alice: User) -> None:
    assert as_alice("DELETE", "me", {"email": alice.email}).status == 204
    assert as_alice("GET", "me").refused == (401, "unauthenticated")


def test_with_nothing_there_is_nothing_to_tell(mallory: User) -> None:
    assert list(legacies(mallory.pk)) == []
    leave(mallory.pk, None)


# Rights


def test_guests_and_inactive_people_inherit_nothing(document: Document, alice: User, bob: User, carol: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    User.objects.filter(pk=carol.pk).update(is_guest=True)
    assert [legacy.heir for legacy in legacies(alice.pk)] == [None]


def test_agents_inherit_nothing(document: Document, alice: User, bob: User, carol: User) -> None:
    robot = agents.make(principal(carol), name="Robot")
    Membership.objects.create(document=document, user=robot, role="admin")
    group, grouped = groups.create(principal(alice), "Machines"), acts.create(alice.pk, "Plans")
    groups.put(group.pk, principal(alice), robot.pk)
    group_members.put(grouped.pk, principal(alice), group.pk, "admin")
    leave(alice.pk, None)
    document.refresh_from_db()
    assert document.owner == bob
    assert not Document.objects.filter(pk=grouped.pk).exists()
    assert not Group.objects.exists()


def test_the_page_wants_the_password_again(alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    answer = browser.post(PAGE, {"email": alice.email})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert User.objects.get(pk=alice.pk).is_active


def test_a_session_does_not_do_it_over_rest(alice: User) -> None:
    browser = log_in(alice)
    answer = browser.delete("/api/v1/me", {"email": alice.email}, content_type="application/json")
    assert answer.json()["code"] == "forbidden"


def test_a_token_that_reads_does_not(alice: User) -> None:
    reader = Asker(alice, "read")
    assert reader("DELETE", "me", {"email": alice.email}).refused == (403, "forbidden")


# Bad input


@pytest.mark.parametrize(
    "body", [{}, {"email": "bob@example.com"}, {"email": ""}, {"email": None}, {"email": "x" * 300}]
)
def test_it_is_no_mistake(alice: User, as_alice: Asker, body: Any) -> None:
    assert as_alice("DELETE", "me", body).refused == (422, "invalid_field")
    answer = confirm(log_in(alice)).post(PAGE, {"email": body.get("email") or ""})
    assert answer.status_code == 200
    assert User.objects.get(pk=alice.pk).is_active
