"""An application and someone who lets it act for them, as a browser and a program would do it."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.idp.oidc.models import Client as Application
from django.test import Client

from accounts.applications import acts
from accounts.models import User
from accounts.principals import Principal
from tests.accounts.conftest import log_in

BACK = "https://calendar.example/back"
VERIFIER = "a-secret-that-the-application-made-up-for-this-once"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Calendar:
    """An application of mallory's that runs in browsers."""

    application: Application

    def asks(self, browser: Client, scope: str = "openid read edit", **more: str) -> Any:
        """What someone's browser shows when the application sends it to ask."""
        asked = {
            "client_id": self.application.pk,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": scope,
            "state": "s1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **more,
        }
        return browser.get("/identity/o/authorize", {name: value for name, value in asked.items() if value})

    def allowed(self, browser: Client, scope: str = "openid read edit", **answer: Any) -> dict[str, str]:
        """Where the browser is sent when its person answers: what the address says."""
        page = self.asks(browser, scope)
        assert page.status_code == 200, page.content
        form = page.context["form"]
        fields = {"request": form["request"].value(), "scopes": scope.split(), "action": "grant", **answer}
        sent = browser.post("/identity/o/authorize", fields)
        assert sent.status_code == 302, sent.content
        assert sent["Location"].startswith(BACK)
        return {name: value for name, (value,) in parse_qs(urlsplit(sent["Location"]).query).items()}

    def token(self, **fields: str) -> Any:
        """What the server answers when the application asks for tokens."""
        asked = {"client_id": self.application.pk, "redirect_uri": BACK, "code_verifier": VERIFIER, **fields}
        return posted("/identity/o/api/token", {name: value for name, value in asked.items() if value})

    def tokens(self, browser: Client, scope: str = "openid read edit") -> dict[str, Any]:
        """Its tokens, from the first question to the end."""
        code = self.allowed(browser, scope)["code"]
        answer = self.token(grant_type="authorization_code", code=code)
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        return found

    def revokes(self, token: str) -> int:
        """It gives a token back."""
        answer = posted("/identity/o/api/revoke", {"client_id": self.application.pk, "token": token})
        return int(answer.status_code)


def posted(path: str, fields: dict[str, str]) -> Any:
    """What is answered to a form that a program fills in."""
    return Client().post(path, urlencode(fields), "application/x-www-form-urlencoded")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def calendar(mallory: User) -> Calendar:
    made, secret = acts.register(Principal(str(mallory.pk)), "Calendar", [BACK])
    assert secret is None
    return Calendar(made)


@pytest.fixture
def browser(alice: User) -> Client:
    """Where alice is logged in."""
    return log_in(alice)
