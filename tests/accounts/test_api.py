"""GET and POST /api/v1/tokens, DELETE /api/v1/tokens/{id}"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import Token, User
from tests.accounts.conftest import log_in

PATH = "/api/v1/tokens"


class Asker:
    """A program with a token of its own."""

    def __init__(self, user: User, *scopes: str, **about: Any) -> None:
        self.token, raw = tokens.create(user.pk, "asker", scopes or tokens.SCOPES, **about)
        self.headers = {"Authorization": f"Bearer {raw}"}

    def list(self) -> list[str]:
        return [row["name"] for row in Client().get(PATH, headers=self.headers).json()]

    def make(self, **body: Any) -> Any:
        return Client().post(PATH, {"name": "made", **body}, "application/json", headers=self.headers)

    def revoke(self, token: Token) -> int:
        return Client().delete(f"{PATH}/{token.pk}", headers=self.headers).status_code


def test_it_works(alice: User) -> None:
    browser = log_in(alice)
    made = browser.post(PATH, {"name": "backup", "scopes": ["read"]}, "application/json")
    assert made.status_code == 201
    body = made.json()
    found = tokens.find(body["token"])
    assert found is not None
    assert found.scopes == body["scopes"] == ["read"]

    (listed,) = browser.get(PATH).json()
    assert listed["name"] == "backup"
    assert not {"token", "sha256"} & listed.keys(), "shown once"

    assert browser.delete(f"{PATH}/{body['id']}").status_code == 204
    assert tokens.find(body["token"]) is None
    assert browser.get(PATH).json()[0]["revoked_at"] is not None


def test_one_sees_and_revokes_only_ones_own(alice: User, bob: User) -> None:
    token, raw = tokens.create(bob.pk, "of bob")
    browser = log_in(alice)
    assert browser.get(PATH).json() == []
    answer = browser.delete(f"{PATH}/{token.pk}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert tokens.find(raw) is not None


def test_a_token_sees_and_revokes_itself_and_what_it_made(alice: User) -> None:
    other, _ = tokens.create(alice.pk, "other")
    asker = Asker(alice)
    child = Token.objects.get(pk=asker.make(name="child").json()["id"])
    assert asker.list() == ["child", "asker"]
    assert asker.revoke(other) == 404
    assert asker.revoke(child) == 204
    assert asker.revoke(asker.token) == 204
    assert Client().get(PATH, headers=asker.headers).status_code == 401


def test_a_token_that_only_reads_makes_none(alice: User) -> None:
    answer = Asker(alice, "read").make(scopes=["read"])
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_token_gives_no_more_than_it_has(alice: User) -> None:
    assert Asker(alice, "write").make(scopes=["read", "write"]).status_code == 403
    assert Asker(alice, "write").make(scopes=["write"]).status_code == 201


def test_a_token_gives_no_more_time_than_it_has(alice: User) -> None:
    end = timezone.now() + timedelta(days=1)
    asker = Asker(alice, expires_at=end)
    for body in ({}, {"expires_at": (end + timedelta(days=1)).isoformat()}):
        made = Token.objects.get(pk=asker.make(**body).json()["id"])
        assert made.expires_at == end
    sooner = end - timedelta(hours=1)
    made = Token.objects.get(pk=asker.make(expires_at=sooner.isoformat()).json()["id"])
    assert made.expires_at == sooner


def test_a_token_from_a_session_may_live_for_ever(alice: User) -> None:
    made = log_in(alice).post(PATH, {"name": "backup"}, "application/json").json()
    assert made["expires_at"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"name": "two\nlines"},
        {"name": "null\x00"},
        {"name": 5},
        {"scopes": []},
        {"scopes": ["admin"]},
        {"scopes": "read"},
        {"expires_at": "yesterday"},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2099-01-01T00:00:00"},
        {"user": "someone else"},
    ],
)
def test_bad_input_is_refused(alice: User, body: dict[str, Any]) -> None:
    answer = Asker(alice).make(**body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_field")
    assert Token.objects.count() == 1


@pytest.mark.parametrize("token_id", ["0", "999999999999999999999999", "x"])
def test_a_token_that_is_not_there(alice: User, token_id: str) -> None:
    answer = log_in(alice).delete(f"{PATH}/{token_id}")
    assert answer.status_code in (404, 422)
    assert answer["Content-Type"] == "application/problem+json"
