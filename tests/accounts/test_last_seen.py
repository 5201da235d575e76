"""When a session was last used is noted, now and then."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.accounts.conftest import log_in


def test_it_is_noted_now_and_then(alice: User) -> None:
    browser = log_in(alice)
    first = UserSession.objects.get().last_seen_at
    browser.get("/accounts/profile/")
    assert UserSession.objects.get().last_seen_at == first

    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(minutes=6))
    browser.get("/accounts/profile/", headers={"User-Agent": "Mozilla/5.0 (Windows) Chrome/150.0"})
    seen = UserSession.objects.get()
    assert seen.last_seen_at >= first
    assert "Chrome" in seen.user_agent


def test_a_session_from_before_is_listed_too(alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    browser.get("/accounts/profile/")
    assert UserSession.objects.get().user == alice


def test_nobody_is_not_noted(alice: User) -> None:
    Client().get("/accounts/login/")
    assert not UserSession.objects.exists()
