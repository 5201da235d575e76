"""The account pages."""

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts import tokens
from accounts.colors import PALETTE
from accounts.models import Token, User
from tests.accounts.conftest import confirm, log_in

PUBLIC = ["login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/", "inactive/"]
OWN = [
    "profile/",
    "tokens/",
    "sessions/",
    "email/",
    "password/change/",
    "logout/",
    "reauthenticate/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
    "3rdparty/",
]


def assert_it_obeys_the_content_security_policy(page: str) -> None:
    """Neither script nor style stands in the page itself, and nothing comes from elsewhere."""
    for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
        assert "src=" in attributes or 'type="application/json"' in attributes, content
    assert "<style" not in page
    assert not re.findall(r"<[^>]+\s(?:style|on\w+)=", page)
    assert not re.findall(r'(?:src|action)="(?:https?:)?//', page)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page(db: None, path: str) -> None:
    answer = Client().get(f"/accounts/{path}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert_it_obeys_the_content_security_policy(page)
    assert page.count("<h1>") == page.count("<main") == 1
    assert "Deltapad</title>" in page


@pytest.mark.parametrize("path", OWN)
def test_a_page_of_ones_own(alice: User, path: str) -> None:
    answer = confirm(log_in(alice)).get(f"/accounts/{path}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert_it_obeys_the_content_security_policy(page)
    assert page.count("<h1") == page.count("<main") == 1


@pytest.mark.parametrize("path", OWN)
def test_nobody_gets_to_the_log_in_page_instead(db: None, path: str) -> None:
    answer = Client().get(f"/accounts/{path}")
    assert answer.status_code == 302
    assert answer["Location"].startswith(("/accounts/login/", "/accounts/reauthenticate/")) or path == "logout/"


@pytest.mark.parametrize("path", [*PUBLIC, *OWN])
def test_every_field_has_a_label(alice: User, path: str) -> None:
    browser = Client() if path in PUBLIC else confirm(log_in(alice))
    page = browser.get(f"/accounts/{path}").content.decode()
    labels = set(re.findall(r'<label for="([^"]+)"', page))
    for field in re.findall(r"<(?:input|select|textarea)[^>]*>", page):
        if 'type="hidden"' in field or 'type="radio"' in field:
            continue
        assert re.search(r' id="([^"]+)"', field)[1] in labels, field  # type: ignore[index]


def test_the_account_menu_marks_where_one_is(alice: User) -> None:
    page = log_in(alice).get("/accounts/sessions/").content.decode()
    assert re.findall(r'aria-current="page">([^<]+)<', page) == ["Sessions"]


def test_what_people_write_is_escaped(alice: User) -> None:
    User.objects.update(name='<img src=x onerror="alert(1)">')
    browser = log_in(alice)
    tokens.create(alice.pk, "<script>alert(2)</script>")
    for path in ("profile/", "tokens/"):
        page = browser.get(f"/accounts/{path}").content.decode()
        assert "<img src=x" not in page
        assert "<script>alert" not in page


# Profile


def test_name_and_color_are_saved(alice: User) -> None:
    answer = log_in(alice).post("/accounts/profile/", {"name": "Alice L.", "color": PALETTE[3]}, follow=True)
    alice.refresh_from_db()
    assert (alice.name, alice.color) == ("Alice L.", PALETTE[3])
    assert "Your profile is saved." in answer.content.decode()


@pytest.mark.parametrize("body", [{"color": "#ffffff"}, {"color": "red"}, {"name": "x" * 129}, {"name": "bell\x07"}])
def test_a_bad_profile_is_not_saved(alice: User, body: dict[str, str]) -> None:
    answer = log_in(alice).post("/accounts/profile/", {"name": "New", "color": PALETTE[0], **body})
    assert answer.status_code == 200
    alice.refresh_from_db()
    assert alice.name == "Alice"


# Tokens

NEW = {"name": "backup", "scope": "read", "days": "30"}


def test_a_new_token_is_shown_once(alice: User) -> None:
    browser = confirm(log_in(alice))
    page = browser.post("/accounts/tokens/", NEW).content.decode()
    (raw,) = re.findall(r"dp_[0-9a-f]{8}_[0-9a-f]{48}", page)
    found = tokens.find(raw)
    assert found is not None
    assert (found.user, found.name, found.scopes) == (alice, "backup", ["read"])
    assert raw not in browser.get("/accounts/tokens/").content.decode()


def test_a_page_that_showed_a_token_is_not_kept(alice: User) -> None:
    assert "no-store" in confirm(log_in(alice)).post("/accounts/tokens/", NEW)["Cache-Control"]


def test_the_password_is_asked_for_before_a_token_is_made(alice: User) -> None:
    browser = log_in(alice)
    answer = browser.post("/accounts/tokens/", NEW)
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not Token.objects.exists()


def test_a_token_is_revoked(alice: User) -> None:
    token, raw = tokens.create(alice.pk, "backup")
    browser = log_in(alice)
    browser.post(f"/accounts/tokens/{token.pk}/revoke/")
    assert tokens.find(raw) is None
    assert token.prefix not in browser.get("/accounts/tokens/").content.decode()


def test_others_tokens_are_neither_seen_nor_revoked(alice: User, bob: User) -> None:
    token, raw = tokens.create(bob.pk, "of bob")
    browser = log_in(alice)
    assert "of bob" not in browser.get("/accounts/tokens/").content.decode()
    assert browser.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 404
    assert tokens.find(raw) is not None


@pytest.mark.parametrize("body", [{"name": ""}, {"scope": "admin"}, {"days": "100000"}, {"days": "x"}])
def test_a_bad_token_is_not_made(alice: User, body: dict[str, str]) -> None:
    assert confirm(log_in(alice)).post("/accounts/tokens/", {**NEW, **body}).status_code == 200
    assert not Token.objects.exists()


# Sessions


def test_sessions_are_told_apart(alice: User) -> None:
    page = log_in(alice).get("/accounts/sessions/").content.decode()
    assert "Firefox on Linux" in page
    assert "This one" in page


def test_others_sessions_do_not_end(alice: User, bob: User) -> None:
    from allauth.usersessions.models import UserSession

    of_bob = log_in(bob)
    row = UserSession.objects.get(user=bob)
    assert log_in(alice).post(f"/accounts/sessions/{row.pk}/end/").status_code == 404
    assert of_bob.get("/accounts/profile/").status_code == 200


@pytest.mark.parametrize("path", ["tokens/1/revoke/", "sessions/1/end/"])
def test_nothing_ends_by_a_link(alice: User, path: str) -> None:
    assert log_in(alice).get(f"/accounts/{path}").status_code == 405


# OpenID Connect


def test_a_provider_is_offered_where_one_is_set(alice: User, settings: Settings) -> None:
    assert "Example SSO" not in Client().get("/accounts/login/").content.decode()
    app = {"provider_id": "sso", "name": "Example SSO", "client_id": "x", "secret": "y"}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": [{**app, "settings": {"server_url": "http://127.0.0.1:9"}}]}
    }
    assert "Example SSO" in Client().get("/accounts/login/").content.decode()
    assert "Connections" in log_in(alice).get("/accounts/profile/").content.decode()
