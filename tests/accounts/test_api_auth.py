"""Who asks over REST: by a token, or by the page's session."""

import pytest
from django.test import Client

from accounts import tokens
from accounts.models import User
from tests.accounts.conftest import log_in

PATH = "/api/v1/tokens"
NEW = {"name": "made by REST"}


def bearer(user: User) -> str:
    return f"Bearer {tokens.create(user.pk, 'test')[1]}"


def test_a_token_works(alice: User) -> None:
    assert Client().get(PATH, headers={"Authorization": bearer(alice)}).status_code == 200


def test_a_session_works(alice: User) -> None:
    assert log_in(alice).get(PATH).status_code == 200


def test_a_session_that_changes_something_needs_the_csrf_token(alice: User) -> None:
    browser = log_in(alice, csrf=True)

    refused = browser.post(PATH, NEW, "application/json")
    assert refused.status_code == 403
    assert refused.json()["code"] == "forbidden"
    assert refused["Content-Type"] == "application/problem+json"

    browser.get("/accounts/profile/")
    token = browser.cookies["deltapad_csrf"].value
    assert browser.post(PATH, NEW, "application/json", headers={"X-CSRFToken": token}).status_code == 201


def test_a_token_needs_no_csrf_token(alice: User) -> None:
    stranger = Client(enforce_csrf_checks=True)
    answer = stranger.post(PATH, NEW, "application/json", headers={"Authorization": bearer(alice)})
    assert answer.status_code == 201


def test_nobody_is_refused(db: None) -> None:
    answer = Client().get(PATH)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["code"] == "unauthenticated"
    assert answer["Content-Type"] == "application/problem+json"


def test_someone_deactivated_is_refused(alice: User) -> None:
    browser, token = log_in(alice), bearer(alice)
    User.objects.update(is_active=False)
    assert browser.get(PATH).status_code == 401
    assert Client().get(PATH, headers={"Authorization": token}).status_code == 401


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer undefined", "Bearer null", "Basic YWxpY2U6eA==", "dp_00000000_" + "0" * 48, "\x00"],
)
def test_a_bad_header_is_refused_even_beside_a_good_session(alice: User, header: str) -> None:
    assert log_in(alice).get(PATH, headers={"Authorization": header}).status_code == 401


def test_no_token_stands_in_the_log(alice: User, caplog: pytest.LogCaptureFixture, settings: object) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined]
    for header in ("Basic secret-thing", "Bearer secret-thing", "secret-thing"):
        Client().get(PATH, headers={"Authorization": header})
    assert "secret-thing" not in caplog.text
