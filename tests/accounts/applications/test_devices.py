"""A device without a browser shows a code; its person enters it elsewhere, and lets it act for them."""

from typing import Any

import pytest
from allauth.idp.oidc.models import Client as Application
from django.core.cache import cache
from django.test import Client
from django.test.utils import override_settings

from accounts.applications import acts
from accounts.models import AuditEntry, User
from accounts.principals import Principal, by_token
from tests.accounts.applications.conftest import posted
from tests.accounts.conftest import log_in

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
PAGE = "/identity/o/device"


class Reader:
    """A device of its own kind, which shows documents on paper-like glass."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def begins(self, **more: str) -> dict[str, Any]:
        """What it is told, and the code to show among it."""
        asked = {"client_id": self.application.pk, "scope": "read", **more}
        told: dict[str, Any] = posted("/identity/o/api/device/code", asked).json()
        return told

    def polls(self, device_code: str) -> dict[str, Any]:
        asked = {"client_id": self.application.pk, "device_code": device_code, "grant_type": GRANT}
        told: dict[str, Any] = posted("/identity/o/api/token", asked).json()
        return told


@pytest.fixture
def reader(mallory: User) -> Reader:
    made, _ = acts.register(Principal(str(mallory.pk)), "Reader", [], by_device_code=True)
    return Reader(made)


@pytest.fixture(autouse=True)
def _impatient() -> Any:
    """It may ask again at once."""
    with override_settings(IDP_OIDC_DEVICE_CODE_INTERVAL=0):
        yield


def test_it_works(reader: Reader, browser: Client, alice: User) -> None:
    told = reader.begins()
    assert told["verification_uri"].endswith(PAGE)
    assert reader.polls(told["device_code"])["error"] == "authorization_pending"
    assert "Enter the code" in browser.get(PAGE).content.decode()
    page = browser.get(PAGE, {"code": told["user_code"]}).content.decode()
    assert "Reader" in page
    assert "Read your documents" in page
    answer = browser.post(f"{PAGE}?code={told['user_code']}", {"action": "confirm"})
    assert "connected" in answer.content.decode()
    principal = by_token(reader.polls(told["device_code"])["access_token"])
    assert principal is not None
    assert (principal.user_id, principal.scopes) == (str(alice.pk), frozenset({"read"}))
    assert AuditEntry.objects.get(act="applications.allow").by == alice


# -- rights --


def test_its_person_says_no(reader: Reader, browser: Client) -> None:
    told = reader.begins()
    browser.post(f"{PAGE}?code={told['user_code']}", {"action": "deny"})
    assert reader.polls(told["device_code"])["error"] == "access_denied"


def test_who_is_not_logged_in_logs_in_first(reader: Reader) -> None:
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")


def test_a_form_of_another_page_allows_nothing(reader: Reader, alice: User) -> None:
    told = reader.begins()
    answer = log_in(alice, csrf=True).post(f"{PAGE}?code={told['user_code']}", {"action": "confirm"})
    assert answer.status_code == 403
    assert reader.polls(told["device_code"])["error"] == "authorization_pending"


# -- bad input --


def test_codes_are_not_to_be_guessed(reader: Reader, browser: Client) -> None:
    told = reader.begins()
    pages = [browser.get(PAGE, {"code": f"AAAA-{number:04}"}) for number in range(12)]
    assert all("Reader" not in page.content.decode() for page in pages)
    assert "Reader" not in browser.get(PAGE, {"code": told["user_code"]}).content.decode(), "too many tries"


def test_nor_to_be_had_without_end(reader: Reader) -> None:
    told = [reader.begins() for _ in range(25)]
    assert told[0].keys() >= {"device_code", "user_code"}
    assert told[-1] == {"error": "temporarily_unavailable"}
    cache.clear()


def test_a_scope_that_it_may_not_ask_for(reader: Reader) -> None:
    assert reader.begins(scope="read all")["error"] == "invalid_scope"
