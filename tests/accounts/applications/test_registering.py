"""People register applications of their own, in a page and over REST."""

from typing import Any

import pytest
from allauth.idp.oidc.models import Client as Application
from django.test import Client

from accounts import tokens
from accounts.applications import acts
from accounts.models import AuditEntry, User
from accounts.principals import Principal
from tests.accounts.applications.conftest import BACK, Calendar, bearer
from tests.accounts.conftest import confirm, log_in

PATH = "/api/v1/applications"


class Asker:
    """A program of someone's own."""

    def __init__(self, user: User, *scopes: str) -> None:
        self.headers = bearer(tokens.create(user.pk, "asker", scopes or tokens.SCOPES)[1])

    def registers(self, **body: Any) -> Any:
        whole = {"name": "Clock", "redirect_uris": ["http://127.0.0.1:7000/back"], **body}
        return Client().post(PATH, whole, "application/json", headers=self.headers)

    def finds(self, path: str = "") -> Any:
        return Client().get(PATH + path, headers=self.headers).json()

    def deletes(self, path: str) -> int:
        return Client().delete(PATH + path, headers=self.headers).status_code


def test_it_works_in_the_page(browser: Client, alice: User) -> None:
    confirm(browser)
    fields = {"name": "Clock", "kind": "server", "addresses": BACK, "scopes": ["openid", "read"]}
    page = browser.post("/accounts/applications/new/", fields).content.decode()
    made = Application.objects.get(owner=alice)
    assert made.pk in page
    assert "shown again" in page
    assert "Clock" in browser.get("/accounts/applications/").content.decode()
    browser.post(f"/accounts/applications/{made.pk}/delete/")
    assert not Application.objects.exists()
    assert [entry.act for entry in AuditEntry.objects.filter(act__startswith="applications").order_by("pk")] == [
        "applications.register",
        "applications.withdraw",
    ]


def test_it_works_over_rest(alice: User) -> None:
    asker = Asker(alice)
    made = asker.registers(confidential=True)
    assert made.status_code == 201
    assert Application.objects.get().check_secret(made.json()["client_secret"])
    (listed,) = asker.finds()
    assert (listed["name"], "client_secret" in listed) == ("Clock", False)
    assert asker.deletes(f"/{listed['client_id']}") == 204
    assert asker.finds() == []


def test_who_may_act_for_one_is_seen_and_ended_over_rest(calendar: Calendar, browser: Client, alice: User) -> None:
    calendar.tokens(browser, "openid read")
    asker = Asker(alice)
    (allowed,) = asker.finds("/allowed")
    assert (allowed["name"], allowed["scopes"]) == ("Calendar", ["openid", "read"])
    assert asker.deletes(f"/allowed/{allowed['client_id']}") == 204
    assert asker.finds("/allowed") == []
    assert asker.deletes(f"/allowed/{allowed['client_id']}") == 404


# -- rights --


def test_one_sees_and_deletes_only_ones_own(calendar: Calendar, alice: User) -> None:
    asker = Asker(alice)
    assert asker.finds() == []
    assert asker.deletes(f"/{calendar.application.pk}") == 404
    page = log_in(alice).post(f"/accounts/applications/{calendar.application.pk}/delete/")
    assert page.status_code == 404
    assert Application.objects.exists()


def test_a_token_that_reads_registers_nothing(alice: User) -> None:
    assert Asker(alice, "read").registers().json()["code"] == "forbidden"


def test_the_page_asks_for_the_password_once_more(browser: Client, alice: User) -> None:
    fields = {"name": "Clock", "kind": "page", "addresses": BACK, "scopes": ["read"]}
    session = browser.session
    session["account_authentication_methods"] = []
    session.save()
    assert "reauthenticate" in browser.post("/accounts/applications/new/", fields)["Location"]


# -- bad input --


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.com/back",
        "http://example.com/back",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://*.example.com/back",
        "https://example.com/back#part",
        "https://example.com\\@evil.example/",
        "https://user@example.com/",
        "https://example.com;sandbox/",
        "https://example.com,/",
        "https://exämple.com/",
        "https://example.com/a b",
        "https://example.com/\n",
        "https://[",
        "https://example.com/" + "a" * 500,
    ],
)
def test_where_nobody_is_sent_back_to(alice: User, address: str) -> None:
    assert Asker(alice).registers(redirect_uris=[address]).json()["code"] == "invalid_field"


@pytest.mark.parametrize("address", [BACK, "http://localhost:1/", "http://[::1]:1/", "com.example.clock:/back"])
def test_where_people_may_be_sent_back_to(alice: User, address: str) -> None:
    assert Asker(alice).registers(redirect_uris=[address]).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {"redirect_uris": []},
        {"redirect_uris": [BACK] * 11},
        {"name": ""},
        {"name": "x" * 101},
        {"scopes": ["all"]},
        {"device": True, "confidential": True, "redirect_uris": []},
        {"more": 1},
    ],
)
def test_what_is_no_application(alice: User, body: dict[str, Any]) -> None:
    assert Asker(alice).registers(**body).json()["code"] == "invalid_field"


def test_there_are_only_so_many(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "MOST_APPLICATIONS", 1)
    acts.register(Principal(str(alice.pk)), "First", [BACK])
    assert Asker(alice).registers().json()["code"] == "rate_limited"


def test_the_page_says_what_is_wrong(browser: Client) -> None:
    confirm(browser)
    fields = {"name": "Clock", "kind": "page", "addresses": "ftp://x", "scopes": ["read"]}
    assert "no address to send people back to" in browser.post("/accounts/applications/new/", fields).content.decode()
