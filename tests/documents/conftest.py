"""How the cast asks over REST, and what the commit tells."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts import tokens
from accounts.models import User
from accounts.principals import Principal
from documents.models import Document
from documents.signals import revision_committed
from documents.submit import submit
from protocol.authority import Accepted, Submission
from protocol.delta import Delta

Ask = Callable[..., "Answer"]


class Answer:
    """What REST answered: the status, and the body read as JSON."""

    def __init__(self, response: Any) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.body: Any = json.loads(response.content) if response.content else None

    @property
    def refused(self) -> tuple[int, str]:
        """Status and code of a problem."""
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.body["status"] == self.status
        assert self.body["title"]
        return self.status, self.body["code"]


class Asker:
    """Someone with a token, a new one unless it is given. `raw` sends a body as it is."""

    def __init__(self, user: User | None, *scopes: str, token: str = "") -> None:
        self._client = Client(raise_request_exception=False)
        self._headers: dict[str, str] = {}
        if user is not None:
            token = tokens.create(user.pk, "test", scopes or tokens.SCOPES)[1]
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, body: Any = None, *, raw: bytes | None = None) -> Answer:
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        address = f"/api/v1/{path}"
        response = self._client.generic(method, address, data, "application/json", headers=self._headers)
        return Answer(response)


@pytest.fixture
def as_alice(alice: User) -> Asker:
    return Asker(alice)


@pytest.fixture
def as_bob(bob: User) -> Asker:
    return Asker(bob)


@pytest.fixture
def as_carol(carol: User) -> Asker:
    return Asker(carol)


@pytest.fixture
def as_mallory(mallory: User) -> Asker:
    return Asker(mallory)


@pytest.fixture
def as_nobody(db: None) -> Asker:
    """Without a token."""
    return Asker(None)


@pytest.fixture
def told() -> Iterator[list[tuple[Any, int, int]]]:
    """What the commit told: (document id, base version, version)."""
    heard: list[tuple[Any, int, int]] = []

    def hear(document_id: Any, base_version: int, version: int, **_: Any) -> None:
        assert not connection.in_atomic_block
        heard.append((document_id, base_version, version))

    revision_committed.connect(hear)
    yield heard
    revision_committed.disconnect(hear)


def principal(user: User, **about: Any) -> Principal:
    """Someone on the server's own word."""
    return Principal(str(user.pk), **about)


def typed(document: Document, user: User, *texts: str, client_id: str = "typewriter") -> None:
    """Has someone type each text, as a revision of its own, at the start of the document."""
    for text in texts:
        document.refresh_from_db()
        seq = document.revisions.filter(client_id=client_id).count() + 1
        change = Delta([{"insert": text}])
        verdict = submit(document.pk, principal(user), Submission(client_id, seq, document.version, change))
        assert isinstance(verdict, Accepted)
    document.refresh_from_db()
