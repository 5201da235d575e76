"""Someone lets an application act for them: what it gets, what it does not, and how that ends."""

from typing import Any

import pytest
from allauth.idp.oidc.models import Client as Application
from allauth.idp.oidc.models import Token
from django.test import Client

from accounts import erasure, own_data
from accounts.applications import acts
from accounts.jobs import purge
from accounts.models import AuditEntry, User
from accounts.principals import Principal, alive, by_token
from documents.models import Document
from tests.accounts.applications.conftest import BACK, Calendar, bearer
from tests.accounts.conftest import log_in


def get(token: str, path: str) -> Any:
    return Client().get(f"/api/v1/{path}", headers=bearer(token))


def post(token: str, path: str, body: dict[str, Any]) -> Any:
    return Client().post(f"/api/v1/{path}", body, "application/json", headers=bearer(token))


def change(client_id: str = "calendar-1") -> dict[str, Any]:
    return {"client_id": client_id, "seq": 1, "base_version": 0, "delta": [{"insert": "At noon"}]}


def test_it_works(calendar: Calendar, browser: Client, alice: User, document: Document) -> None:
    page = calendar.asks(browser)
    assert "Calendar" in page.content.decode()
    assert "form-action 'self' https://calendar.example" in page["Content-Security-Policy"]
    sent = calendar.allowed(browser)
    assert sent["state"] == "s1"
    answer = calendar.token(grant_type="authorization_code", code=sent["code"]).json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3600)
    assert answer["refresh_token"]
    assert answer["id_token"]
    assert get(answer["access_token"], f"documents/{document.pk}").json()["title"] == "A document"
    made = post(answer["access_token"], f"documents/{document.pk}/revisions", change())
    assert made.status_code == 201
    assert get(answer["access_token"], f"documents/{document.pk}/contents").json()["version"] == 1
    entry = AuditEntry.objects.get(act="applications.allow")
    assert (entry.by, entry.about["scopes"]) == (alice, "openid read edit")


def test_it_comes_back_with_its_refresh_token(calendar: Calendar, browser: Client) -> None:
    first = calendar.tokens(browser)
    second = calendar.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert get(second["access_token"], "documents").status_code == 200
    again = calendar.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_the_server_tells_who_someone_is(calendar: Calendar, browser: Client, alice: User) -> None:
    token = calendar.tokens(browser, "openid profile email")["access_token"]
    told = Client().get("/identity/o/api/userinfo", headers=bearer(token)).json()
    assert (told["sub"], told["name"], told["email"]) == (str(alice.pk), "Alice", "alice@example.com")
    unasked = calendar.tokens(browser, "openid read")["access_token"]
    assert Client().get("/identity/o/api/userinfo", headers=bearer(unasked)).json() == {"sub": str(alice.pk)}
    assert get(unasked, "me").json()["email"] is None


def test_anyone_finds_out_how(client: Client, db: None) -> None:
    told = client.get("/.well-known/openid-configuration").json()
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert {"read", "edit", "share", "manage", "write"} <= set(told["scopes_supported"])
    assert told["response_types_supported"] == ["code"]
    (key,) = client.get("/.well-known/jwks.json").json()["keys"]
    assert (key["kty"], "d" in key) == ("RSA", False)


# -- rights --


def test_a_scope_lets_through_what_it_says(calendar: Calendar, browser: Client, document: Document) -> None:
    reads = calendar.tokens(browser, "read")["access_token"]
    assert post(reads, f"documents/{document.pk}/revisions", change()).json()["code"] == "not_allowed"
    edits = calendar.tokens(browser, "read edit")["access_token"]
    assert post(edits, f"documents/{document.pk}/links", {"role": "viewer"}).json()["code"] == "forbidden"
    assert post(edits, "documents", {"title": "New"}).json()["code"] == "forbidden"
    shares = calendar.tokens(browser, "read share")["access_token"]
    assert post(shares, f"documents/{document.pk}/links", {"role": "viewer"}).status_code == 201
    writes = calendar.tokens(browser, "write")["access_token"]
    assert post(writes, "documents", {"title": "New"}).status_code == 201


@pytest.mark.usefixtures("document")
def test_it_never_gets_more_than_its_person_may(calendar: Calendar, carol: User, document: Document) -> None:
    browser = Client()
    browser.force_login(carol)
    token = calendar.tokens(browser, "read edit write")["access_token"]
    assert post(token, f"documents/{document.pk}/revisions", change()).json()["code"] == "not_allowed"


def test_its_person_may_give_it_less(calendar: Calendar, browser: Client, document: Document) -> None:
    code = calendar.allowed(browser, "read edit", scopes=["read"])["code"]
    answer = calendar.token(grant_type="authorization_code", code=code).json()
    assert answer["scope"] == "read"
    assert post(answer["access_token"], f"documents/{document.pk}/revisions", change()).json()["code"] == "not_allowed"


@pytest.mark.parametrize("path", ["tokens", "applications", "applications/allowed", "me/data", "webhooks"])
def test_what_is_ones_own_alone_is_not_for_applications(calendar: Calendar, browser: Client, path: str) -> None:
    token = calendar.tokens(browser, "openid email read write")["access_token"]
    assert get(token, path).json()["code"] == "forbidden"


def test_nor_is_what_administrators_do(calendar: Calendar, browser: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    token = calendar.tokens(browser, "read write")["access_token"]
    assert get(token, "operations/sessions").json()["code"] == "forbidden"
    answer = post(token, f"people/{alice.pk}/reassign", {"email": "mallory@example.com"})
    assert answer.json()["code"] == "forbidden"


def test_what_one_application_was_allowed_another_is_not(calendar: Calendar, browser: Client, mallory: User) -> None:
    Calendar(acts.register(Principal(str(mallory.pk)), "Other", [BACK])[0]).tokens(browser, "read edit")
    answer = calendar.asks(browser, "read edit", prompt="none")
    assert "error=consent_required" in answer["Location"]
    assert "code=" not in answer["Location"]


def test_who_says_no_is_asked_no_more(calendar: Calendar, browser: Client) -> None:
    assert calendar.allowed(browser, action="cancel") == {"error": "access_denied", "state": "s1"}
    assert not AuditEntry.objects.filter(act="applications.allow").exists()


def test_who_is_not_logged_in_logs_in_first(calendar: Calendar) -> None:
    assert calendar.asks(Client())["Location"].startswith("/accounts/login/?next=/identity/o/authorize")


def test_a_form_of_another_page_allows_nothing(calendar: Calendar, alice: User) -> None:
    strict = log_in(alice, csrf=True)
    form = calendar.asks(strict).context["form"]
    fields = {"request": form["request"].value(), "scopes": ["read"], "action": "grant"}
    assert strict.post("/identity/o/authorize", fields).status_code == 403


# -- how it ends --


@pytest.mark.usefixtures("document")
def test_its_person_ends_it(calendar: Calendar, browser: Client, alice: User) -> None:
    answer = calendar.tokens(browser)
    page = browser.get("/accounts/applications/").content.decode()
    assert "Calendar" in page
    assert "Change the text" in page
    browser.post(f"/accounts/applications/{calendar.application.pk}/forbid/")
    assert get(answer["access_token"], "documents").status_code == 401
    assert calendar.token(grant_type="refresh_token", refresh_token=answer["refresh_token"]).status_code == 400
    assert AuditEntry.objects.get(act="applications.forbid").by == alice


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_it_gives_its_token_back(calendar: Calendar, browser: Client, which: str) -> None:
    answer = calendar.tokens(browser)
    principal = by_token(answer["access_token"])
    assert principal is not None
    assert alive([principal]) == {principal}
    assert calendar.revokes(answer[which]) == 200
    assert by_token(answer["access_token"]) is None
    assert alive([principal]) == set()


def test_it_is_withdrawn_or_its_person_leaves(calendar: Calendar, browser: Client, alice: User, mallory: User) -> None:
    token = calendar.tokens(browser)["access_token"]
    assert "Calendar" in str(own_data.account(alice)["acting_for_me"])
    erasure.blot_out(alice)
    assert by_token(token) is None
    assert "Calendar" in str(own_data.account(mallory)["applications"])
    erasure.blot_out(mallory)
    assert not Application.objects.exists()


def test_what_has_expired_is_forgotten(calendar: Calendar, browser: Client) -> None:
    token = calendar.tokens(browser)["access_token"]
    Token.objects.update(expires_at="2026-01-01T00:00:00Z")
    assert by_token(token) is None
    purge()
    assert not Token.objects.exists()


# -- bad input --


def test_a_code_counts_once_with_its_proof_and_for_its_application(
    calendar: Calendar, browser: Client, mallory: User
) -> None:
    def refused(**fields: str) -> str:
        code = calendar.allowed(browser)["code"]
        answer = calendar.token(grant_type="authorization_code", **{"code": code, **fields})
        assert answer.status_code in (400, 401), answer.content
        return str(answer.json()["error"])

    other, _ = acts.register(Principal(str(mallory.pk)), "Other", [BACK])
    assert refused(code_verifier="something else, of forty-three characters or so") == "invalid_grant"
    assert refused(code_verifier="") in ("invalid_grant", "invalid_request")
    assert refused(client_id=other.pk) == "invalid_grant"
    assert refused(redirect_uri=BACK + "/else") in ("invalid_grant", "invalid_request")
    code = calendar.allowed(browser)["code"]
    assert calendar.token(grant_type="authorization_code", code=code).status_code == 200
    assert calendar.token(grant_type="authorization_code", code=code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"prompt": "none"}, "consent_required"),
        ({"scope": "read all"}, "invalid_scope"),
        ({"response_type": "token"}, "unauthorized_client"),
    ],
)
def test_the_application_is_told_what_it_asked_wrongly(
    calendar: Calendar, browser: Client, asked: dict[str, str], error: str
) -> None:
    answer = calendar.asks(browser, **asked)
    assert answer.status_code == 302
    assert answer["Location"].startswith(BACK)
    assert f"error={error}" in answer["Location"]


@pytest.mark.parametrize(
    "asked",
    [
        {"client_id": "unknown"},
        {"redirect_uri": "https://evil.example/back"},
        {"redirect_uri": "https://evil.example/back", "prompt": "none"},
        {"redirect_uri": BACK + ".evil.example", "code_challenge_method": "plain"},
    ],
)
def test_nobody_is_sent_where_no_application_waits(calendar: Calendar, browser: Client, asked: dict[str, str]) -> None:
    answer = calendar.asks(browser, **asked)
    assert "Location" not in answer
    assert "cannot be" in answer.content.decode()


@pytest.mark.parametrize("raw", ["", "x", "0" * 86, "dp_00000000_" + "0" * 48])
def test_what_is_no_token(raw: str, db: None) -> None:
    assert by_token(raw) is None


def test_the_secret_is_kept_nowhere(calendar: Calendar, browser: Client) -> None:
    answer = calendar.tokens(browser)
    rows = str(list(Token.objects.values()))
    assert answer["access_token"] not in rows
    assert answer["refresh_token"] not in rows
