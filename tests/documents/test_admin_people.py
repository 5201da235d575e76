"""The page of a person in the admin."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tokens
from accounts.models import AuditEntry, User
from documents import acts, connections
from documents.models import Connection, Document
from tests.accounts.conftest import log_in
from tests.documents.test_admin import admin, page

__all__ = ["admin"]
PEOPLE = "/admin/accounts/user/"


def inside(user: User) -> str:
    return f"{PEOPLE}{user.pk}/change/"


def act(client: Client, user: User, name: str, **form: Any) -> str:
    """Presses a button of the person's page; what is shown then."""
    answer = client.post(f"{PEOPLE}{user.pk}/act/{name}/", form, follow=True)
    assert answer.status_code == 200
    user.refresh_from_db()
    return answer.content.decode()


def test_it_shows_what_is_theirs_and_where_they_are(document: Document, alice: User, admin: Client) -> None:
    log_in(alice).get("/")
    tokens.create(alice.pk, "backup")
    now = timezone.now()
    about = {"document": document, "user": alice, "process": "one", "client_id": "typewriter", "since": now}
    connections.join([Connection(**about, lease=now + timedelta(minutes=1))])
    shown = page(admin, inside(alice))
    for said in ("A document", "backup", "127.0.0.1", "sessions.begin", "Disconnect"):
        assert said in shown
    assert UserSession.objects.get(user=alice).session_key not in shown


def test_it_costs_the_same_for_many_documents(alice: User, admin: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(admin, inside(alice))
        return len(captured)

    acts.create(alice.pk, "one")
    cost()
    few = cost()
    for number in range(30):
        acts.create(alice.pk, f"document {number}")
    assert cost() == few


def test_their_data_is_exported(document: Document, alice: User, admin: Client) -> None:
    assert "Export their data" in page(admin, inside(alice))
    answer = admin.get(f"{PEOPLE}{alice.pk}/data/")
    with ZipFile(BytesIO(answer.content)) as archive:
        assert {"account.json", f"documents/{document.pk} A document.html"} <= set(archive.namelist())
    kept = AuditEntry.objects.get(act="people.export")
    assert (kept.by_name, kept.way, kept.user_id) == ("Admin", "admin", alice.pk)


def test_only_who_may_see_documents_exports_them_with_people(alice: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    bob.user_permissions.add(Permission.objects.get(codename="change_user"))
    assert log_in(bob).get(f"{PEOPLE}{alice.pk}/data/").status_code == 403


def test_everything_ends_with_who_is_deactivated(alice: User, admin: Client) -> None:
    browser = log_in(alice)
    act(admin, alice, "deactivate")
    assert not alice.is_active
    assert browser.get("/accounts/profile/").status_code == 302
    act(admin, alice, "activate")
    assert alice.is_active
    kept = AuditEntry.objects.filter(act__startswith="people.").order_by("pk").values_list("act", "by_name", "user_id")
    assert list(kept) == [("people.deactivate", "Admin", alice.pk), ("people.activate", "Admin", alice.pk)]


def test_they_are_logged_out_everywhere(alice: User, admin: Client) -> None:
    browsers = [log_in(alice), log_in(alice)]
    for browser in browsers:
        browser.get("/")
    act(admin, alice, "end-sessions")
    assert [browser.get("/accounts/profile/").status_code for browser in browsers] == [302, 302]


def test_a_token_of_theirs_is_revoked(alice: User, bob: User, admin: Client) -> None:
    token, raw = tokens.create(alice.pk, "backup")
    assert "no such token" in act(admin, bob, "revoke-token", token=token.pk)
    act(admin, alice, "revoke-token", token=token.pk)
    assert tokens.find(raw) is None


def test_their_documents_are_handed_on(document: Document, alice: User, bob: User, admin: Client) -> None:
    act(admin, alice, "reassign", email=bob.email)
    document.refresh_from_db()
    assert document.owner == bob


def test_they_are_erased_once_it_is_confirmed(document: Document, alice: User, bob: User, admin: Client) -> None:
    erase = f"{PEOPLE}{alice.pk}/erase/"
    assert "Erase alice@example.com?" in page(admin, erase)
    assert "own documents" in admin.post(erase, follow=True).content.decode()
    act(admin, alice, "reassign", email=bob.email)
    admin.post(erase)
    alice.refresh_from_db()
    assert (alice.is_active, alice.name) == (False, "")
    assert AuditEntry.objects.filter(act="people.erase", user_id=alice.pk, way="admin").exists()


# Who may


def test_nobody_shuts_themselves_out(admin: Client) -> None:
    root = User.objects.get(is_superuser=True)
    assert admin.post(f"{PEOPLE}{root.pk}/act/deactivate/").status_code == 403
    assert admin.post(f"{PEOPLE}{root.pk}/erase/").status_code == 403


@pytest.mark.parametrize("path", ["act/deactivate/", "act/end-sessions/", "act/reassign/", "erase/"])
def test_staff_touch_no_superuser(carol: User, admin: Client, path: str) -> None:
    User.objects.filter(pk=carol.pk).update(is_staff=True)
    carol.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user", "delete_user"]))
    root = User.objects.get(is_superuser=True)
    assert log_in(User.objects.get(pk=carol.pk)).post(f"{PEOPLE}{root.pk}/{path}").status_code == 403
    root.refresh_from_db()
    assert root.is_active


def test_staff_who_only_look_change_nothing(carol: User, alice: User) -> None:
    User.objects.filter(pk=carol.pk).update(is_staff=True)
    carol.user_permissions.set(Permission.objects.filter(codename="view_user"))
    browser = log_in(User.objects.get(pk=carol.pk))
    assert "Deactivate" not in page(browser, inside(alice))
    assert browser.post(f"{PEOPLE}{alice.pk}/act/deactivate/").status_code == 403
    assert browser.post(f"{PEOPLE}{alice.pk}/erase/").status_code == 403


# Bad input


def test_what_is_not_there(alice: User, admin: Client) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    assert admin.post(f"{PEOPLE}{nobody}/act/deactivate/").status_code == 404
    assert admin.post(f"{PEOPLE}{alice.pk}/act/explode/").status_code == 404
    assert admin.get(f"{PEOPLE}{alice.pk}/act/deactivate/").status_code == 405
    assert "no such token" in act(admin, alice, "revoke-token", token="x")
    assert "Nobody with that e-mail" in act(admin, alice, "reassign", email="nobody@example.com")
