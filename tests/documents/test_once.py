"""`Idempotency-Key`: what is sent again with the same key is done once."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.jobs import purge
from accounts.models import IdempotentRequest, Token, User
from documents.models import Document
from tests.documents.conftest import Answer


class Program:
    """A program with a token of its own, which sends a key with every request."""

    def __init__(self, user: User, key: str = "a key", **token: Any) -> None:
        self.token, raw = tokens.create(user.pk, "a program", **token)
        self._headers = {"Authorization": f"Bearer {raw}", "Idempotency-Key": key}

    def post(self, path: str, body: object) -> Answer:
        client = Client(raise_request_exception=False)
        return Answer(client.post(f"/api/v1/{path}", body, content_type="application/json", headers=self._headers))


def test_it_is_done_once_and_answered_as_before(alice: User) -> None:
    program = Program(alice)
    first, again = (program.post("documents", {"title": "Plans"}) for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert Document.objects.count() == 1


def test_another_key_is_another_request(alice: User) -> None:
    for key in ("one", "two"):
        Program(alice, key).post("documents", {"title": "Plans"})
    assert Document.objects.count() == 2


def test_a_refusal_is_remembered_too(alice: User, document: Document) -> None:
    program = Program(alice)
    refused = program.post("documents", {"title": ""}).refused
    assert program.post("documents", {"title": ""}).refused == refused == (422, "invalid_field")
    assert IdempotentRequest.objects.get().status == 422


def test_a_secret_is_told_again_and_stands_nowhere(alice: User) -> None:
    program = Program(alice, "the key")
    first, again = (program.post("tokens", {"name": "backup", "scopes": ["read"]}) for _ in range(2))
    secret = first.body["token"]
    assert again.body["token"] == secret
    assert secret.encode() not in bytes(IdempotentRequest.objects.get().answer)
    assert "the key" not in IdempotentRequest.objects.get().name


def test_it_is_forgotten_after_a_day(alice: User) -> None:
    program = Program(alice)
    program.post("documents", {"title": "Plans"})
    IdempotentRequest.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    purge()
    program.post("documents", {"title": "Plans"})
    assert Document.objects.count() == 2


def test_someone_elses_key_is_their_own(alice: User, bob: User) -> None:
    for person in (alice, bob):
        assert Program(person).post("documents", {"title": "Plans"}).body["owner"]["id"] == str(person.pk)


def test_another_token_is_told_nothing(alice: User) -> None:
    Program(alice).post("documents", {"title": "Plans"})
    reader = Program(alice, scopes=["read"])
    assert reader.post("documents", {"title": "Plans"}).refused == (403, "forbidden")


def test_a_revoked_token_is_told_nothing(alice: User) -> None:
    program = Program(alice)
    program.post("documents", {"title": "Plans"})
    tokens.revoke(Token.objects.get(pk=program.token.pk))
    assert program.post("documents", {"title": "Plans"}).refused == (401, "unauthenticated")


def test_a_key_belongs_to_one_request(alice: User) -> None:
    program = Program(alice)
    program.post("documents", {"title": "Plans"})
    assert program.post("documents", {"title": "Others"}).refused == (422, "idempotency_key_reused")
    assert program.post("documents?state=open", {"title": "Plans"}).refused == (422, "idempotency_key_reused")


def test_the_same_at_the_same_time_waits(alice: User) -> None:
    program = Program(alice)
    program.post("documents", {"title": "Plans"})
    IdempotentRequest.objects.update(status=None)
    answer = program.post("documents", {"title": "Plans"})
    assert (answer.refused, answer.headers["Retry-After"]) == ((409, "request_in_progress"), "1")


def test_what_was_cut_off_is_never_done_twice(alice: User) -> None:
    program = Program(alice)
    program.post("documents", {"title": "Plans"})
    IdempotentRequest.objects.update(status=None, at=timezone.now() - timedelta(minutes=3))
    assert program.post("documents", {"title": "Plans"}).refused == (409, "outcome_unknown")
    assert Document.objects.count() == 1


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_has_a_length(alice: User, key: str) -> None:
    assert Program(alice, key).post("documents", {"title": "Plans"}).refused == (422, "invalid_field")
