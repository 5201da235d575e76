"""What holds for every address of the API: who asks, what is not there, and the description."""

import json

import pytest
from django.test import Client

from accounts.models import User
from documents.models import Document
from tests.documents.conftest import Answer, Asker

CREATE = "/api/v1/documents"


@pytest.fixture
def browser(alice: User) -> Client:
    """Alice's browser, logged in, minding CSRF."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_page_asks_with_its_session(browser: Client) -> None:
    browser.get("/")
    token = browser.cookies["deltapad_csrf"].value
    answer = browser.post(CREATE, {"title": "x"}, "application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 201
    assert browser.get(CREATE).json()["documents"][0]["title"] == "x"


def test_a_page_elsewhere_can_not(browser: Client) -> None:
    answer = Answer(browser.post(CREATE, {"title": "x"}, "application/json"))
    assert answer.refused == (403, "forbidden")
    assert not Document.objects.exists()


@pytest.mark.parametrize("token", ["", "undefined", "null", "dp_00000000_" + "0" * 48])
def test_a_wrong_token_is_not_made_good_by_a_session(browser: Client, token: str) -> None:
    answer = Answer(browser.get(CREATE, headers={"Authorization": f"Bearer {token}"}))
    assert answer.refused == (401, "unauthenticated")


def test_logging_out_ends_it(browser: Client) -> None:
    browser.logout()
    assert Answer(browser.get(CREATE)).refused == (401, "unauthenticated")


@pytest.mark.parametrize("path", ["nothing", "documents/", "../v2", "documents/x/contents"])
def test_what_is_not_there(as_alice: Asker, path: str) -> None:
    assert as_alice("GET", path).refused == (404, "not_found")


@pytest.mark.parametrize(("method", "path"), [("PUT", "documents"), ("DELETE", "documents"), ("TRACE", "documents")])
def test_a_wrong_method(as_alice: Asker, method: str, path: str) -> None:
    answer = as_alice(method, path)
    assert answer.refused == (405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


def test_a_failure_of_ours_tells_nothing(as_alice: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr("documents.acts.create", fail)
    answer = as_alice("POST", "documents", {"title": "x"})
    assert answer.refused == (500, "internal")
    assert "secret" not in json.dumps(answer.body)


def test_the_api_describes_itself(client: Client) -> None:
    description = client.get("/api/openapi.json").json()
    assert {path.removeprefix("/api/v1/") for path in description["paths"]} >= {
        "documents",
        "documents/{document_id}",
        "documents/{document_id}/contents",
        "documents/{document_id}/revisions",
        "documents/{document_id}/members",
        "documents/{document_id}/members/{user_id}",
        "tokens",
    }
    [delta] = [
        schema["properties"]["delta"]
        for name, schema in description["components"]["schemas"].items()
        if name == "NewRevision"
    ]
    assert delta["type"] == "array"


def test_the_description_can_be_read_without_other_hosts(client: Client) -> None:
    page = client.get("/api/docs").content.decode()
    assert "/static/ninja/swagger-ui-bundle.js" in page
    assert "https://" not in page


def test_every_refusal_is_described(client: Client) -> None:
    for operations in client.get("/api/openapi.json").json()["paths"].values():
        for operation in operations.values():
            content = operation["responses"]["default"]["content"]
            assert list(content) == ["application/problem+json"]
