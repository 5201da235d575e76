"""The admin's pages for people, tokens and jobs."""

import pytest
from allauth.idp.oidc.models import Client as Application
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import Token, User
from jobs.models import Job
from tests.accounts.conftest import log_in

USERS = "/admin/accounts/user/"
TOKENS = "/admin/accounts/token/"
JOBS = "/admin/jobs/job/"
SESSIONS = "/admin/usersessions/usersession/"
AUTHENTICATORS = "/admin/mfa/authenticator/"
APPLICATIONS = "/admin/allauth_idp_oidc/client/"


@pytest.fixture
def root(db: None) -> Client:
    """Where a superuser sits."""
    browser = Client()
    browser.force_login(User.objects.create_superuser("root@example.com", "x"))
    return browser


@pytest.fixture
def staff(carol: User) -> Client:
    """Where carol sits, who may change users and is no superuser."""
    carol.is_staff = True
    carol.save()
    carol.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user", "delete_user"]))
    return log_in(carol)


def act(browser: Client, path: str, action: str, *rows: Model, **more: str) -> None:
    answer = browser.post(path, {"action": action, "_selected_action": [str(row.pk) for row in rows], **more})
    assert answer.status_code == 302, answer.content


def test_people_are_found(root: Client, alice: User, bob: User) -> None:
    page = root.get(USERS, {"q": "alice"}).content.decode()
    assert alice.email in page
    assert bob.email not in page


def test_no_hash_is_shown(root: Client, alice: User) -> None:
    tokens.create(alice.pk, "backup")
    token = Token.objects.get()
    assert alice.password not in root.get(f"{USERS}{alice.pk}/change/").content.decode()
    assert token.sha256 not in root.get(f"{TOKENS}{token.pk}/change/").content.decode()


def test_people_are_deactivated_and_activated(root: Client, alice: User) -> None:
    browser = log_in(alice)
    act(root, USERS, "deactivate", alice)
    assert browser.get("/accounts/profile/").status_code == 302
    act(root, USERS, "activate", alice)
    alice.refresh_from_db()
    assert alice.is_active


def test_nobody_deactivates_themselves(root: Client) -> None:
    act(root, USERS, "deactivate", User.objects.get())
    assert User.objects.get().is_active


def test_a_new_person_has_no_password_yet(root: Client) -> None:
    root.post(f"{USERS}add/", {"email": "dave@example.com", "name": "Dave", "is_active": "on"})
    dave = User.objects.get(email="dave@example.com")
    assert not dave.has_usable_password()


def test_staff_cannot_give_themselves_powers(staff: Client, carol: User) -> None:
    staff.post(
        f"{USERS}{carol.pk}/change/",
        {"email": carol.email, "name": "C", "is_active": "on", "is_staff": "on", "is_superuser": "on"},
    )
    carol.refresh_from_db()
    assert carol.name == "C", "the rest is saved"
    assert not carol.is_superuser


def test_staff_cannot_touch_a_superuser(staff: Client, root: Client) -> None:
    superuser = User.objects.get(is_superuser=True)
    act(staff, USERS, "deactivate", superuser)
    assert staff.post(f"{USERS}{superuser.pk}/change/", {"email": "mine@example.com"}).status_code == 403
    assert staff.post(f"{USERS}{superuser.pk}/delete/", {"post": "yes"}).status_code == 403
    act_delete = {"action": "delete_selected", "_selected_action": [superuser.pk], "post": "yes"}
    staff.post(USERS, act_delete)
    superuser.refresh_from_db()
    assert superuser.is_active


def test_tokens_are_revoked_and_not_made(root: Client, alice: User) -> None:
    token, raw = tokens.create(alice.pk, "backup")
    act(root, TOKENS, "revoke", token)
    assert tokens.find(raw) is None
    assert root.get(f"{TOKENS}add/").status_code == 403


def test_a_session_is_found_and_ended(root: Client, alice: User) -> None:
    browser = log_in(alice)
    row = UserSession.objects.get(user=alice)
    page = root.get(SESSIONS, {"q": "alice"}).content.decode()
    assert alice.email in page or "Alice" in page
    assert row.session_key not in page + root.get(f"{SESSIONS}{row.pk}/change/").content.decode()

    act(root, SESSIONS, "delete_selected", row, post="yes")

    assert browser.get("/accounts/profile/").status_code == 302


def test_a_lost_second_factor_is_removed_and_its_secret_never_shown(root: Client, alice: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    browser = Client()
    browser.force_login(alice)
    row = Authenticator.objects.get()
    for path in (AUTHENTICATORS, f"{AUTHENTICATORS}{row.pk}/change/"):
        page = root.get(path).content.decode()
        assert secret not in page
        assert row.data["secret"] not in page

    root.post(f"{AUTHENTICATORS}{row.pk}/delete/", {"post": "yes"})

    assert not Authenticator.objects.exists()
    assert log_in(alice).get("/accounts/profile/").status_code == 200


@pytest.mark.parametrize("model", ["socialaccount/socialtoken", "socialaccount/socialapp"])
def test_secrets_of_providers_have_no_page(root: Client, model: str) -> None:
    assert root.get(f"/admin/{model}/").status_code == 404


def test_an_application_is_registered_and_its_secret_shown_once(root: Client) -> None:
    fields = {
        "id": "calendar",
        "name": "Calendar",
        "type": "confidential",
        "redirect_uris": "https://calendar.example/",
    }
    lists = {"scopes": "openid\nread", "grant_types": "authorization_code", "response_types": "code"}
    made = root.post(f"{APPLICATIONS}add/", fields | lists, follow=True).content.decode()
    application = Application.objects.get(pk="calendar")
    assert "only shown once" in made
    page = root.get(f"{APPLICATIONS}calendar/change/").content.decode()
    assert application.secret not in page
    assert "only shown once" not in page


def test_a_dead_job_is_tried_again(root: Client) -> None:
    dead = Job.objects.create(kind="mail", dead_at=timezone.now(), attempts=9, payload={"link": "secret-link"})
    page = root.get(f"{JOBS}{dead.pk}/change/").content.decode()
    assert "secret-link" not in page
    act(root, JOBS, "try_again", dead)
    dead.refresh_from_db()
    assert (dead.dead_at, dead.attempts) == (None, 0)


def test_a_dead_job_waits_where_its_key_is_waiting_already(root: Client) -> None:
    dead = Job.objects.create(kind="mail", key="one", dead_at=timezone.now())
    Job.objects.create(kind="mail", key="one")
    act(root, JOBS, "try_again", dead)
    dead.refresh_from_db()
    assert dead.dead_at is not None


def test_the_admins_door_is_the_sites_own(db: None) -> None:
    assert Client().get("/admin/login/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", [USERS, TOKENS, JOBS])
def test_only_staff_gets_in(alice: User, path: str) -> None:
    answer = log_in(alice).get(path, follow=True)
    assert answer.status_code == 403
