"""How the cast comes in, and what is heard when they go."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests import cast

PASSWORD_PAGE = "/accounts/reauthenticate/"


@pytest.fixture(autouse=True)
def _fresh_counts(db: None) -> None:
    """The counts of the rate limits are no matter between tests."""
    cache.clear()


@pytest.fixture
def alice(alice: User) -> User:
    """With an e-mail address that is hers for sure."""
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    return alice


def log_in(user: User, password: str = cast.PASSWORD, *, csrf: bool = False) -> Client:
    """A browser of this person's, logged in through the page."""
    browser = Client(enforce_csrf_checks=csrf, headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
    if csrf:
        browser.force_login(user)
        return browser
    answer = browser.post("/accounts/login/", {"login": user.email, "password": password})
    assert answer.status_code == 302, answer.content
    return browser


def confirm(browser: Client, password: str = cast.PASSWORD) -> Client:
    """Gives the password once more, as the pages ask before anything delicate."""
    browser.post(PASSWORD_PAGE, {"password": password})
    return browser


def session_key(browser: Client) -> str:
    key = browser.session.session_key
    assert key is not None
    return key
