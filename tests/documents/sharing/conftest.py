"""A link, and browsers without the built scripts."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.principals import Principal
from documents.models import Document
from documents.sharing import links
from documents.sharing.models import ShareLink

MakeLink = Callable[..., ShareLink]


@pytest.fixture(autouse=True)
def _unbuilt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_vite.core.asset_loader.DjangoViteAssetLoader.generate_vite_asset", lambda *_, **__: "")


@pytest.fixture(autouse=True)
def _fresh_counts(db: None) -> None:
    """The counts of the rate limits are no matter between tests."""
    cache.clear()


@pytest.fixture
def link(document: Document, alice: User) -> MakeLink:
    """`link(role="editor")`: a link of alice's into the document, for viewers unless it says otherwise."""

    def make(**terms: object) -> ShareLink:
        wanted: dict[str, object] = {"role": "viewer", **terms}
        return links.make(document.pk, Principal(str(alice.pk)), **wanted)  # type: ignore[arg-type]

    return make


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
