"""Principals: who is asking, and whether they still may."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import principals, tokens
from accounts.models import Token, User
from accounts.principals import Principal
from tests.accounts.conftest import log_in, session_key


@pytest.fixture
def browser(alice: User) -> Client:
    return log_in(alice)


@pytest.fixture
def here(browser: Client) -> Principal:
    principal = principals.by_session(session_key(browser))
    assert principal is not None
    return principal


def bearer(user: User) -> Principal:
    principal = principals.by_token(tokens.create(user.pk, "test")[1])
    assert principal is not None
    return principal


def test_it_works(alice: User, bob: User, here: Principal) -> None:
    everyone = [here, bearer(alice), bearer(bob), Principal(str(bob.pk))]

    assert here.user_id == str(alice.pk)
    assert here.scopes == {"read", "write"}
    assert principals.alive(everyone) == set(everyone)


def test_a_token_gives_what_its_scopes_say(alice: User) -> None:
    principal = principals.by_token(tokens.create(alice.pk, "test", ["read"])[1])
    assert principal is not None
    assert principal.scopes == {"read"}


def test_the_session_key_is_in_no_text_of_it(here: Principal) -> None:
    assert here.session_key is not None
    assert here.session_key not in f"{here} {here!r}"
    assert here.session_key not in principals.digest(here.session_key)


def test_a_session_that_was_logged_out_is_dead(browser: Client, here: Principal) -> None:
    browser.post("/accounts/logout/")
    assert principals.alive([here]) == set()
    assert principals.by_session(here.session_key or "") is None


def test_an_expired_session_is_dead(here: Principal) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert principals.alive([here]) == set()


def test_a_new_password_outdates_sessions_and_leaves_tokens(alice: User, here: Principal) -> None:
    token = bearer(alice)
    alice.set_password("another horse")
    alice.save()
    assert principals.alive([here, token]) == {token}


def test_someone_deactivated_is_dead_in_every_way(alice: User, here: Principal) -> None:
    every_way = [here, bearer(alice), Principal(str(alice.pk))]
    User.objects.update(is_active=False)
    assert principals.alive(every_way) == set()


def test_a_session_is_alive_only_for_its_person(bob: User, here: Principal) -> None:
    assert principals.alive([Principal(str(bob.pk), session_key=here.session_key)]) == set()


def test_a_token_is_alive_only_while_it_is_live(alice: User) -> None:
    revoked, expired, live = (tokens.create(alice.pk, "test")[0] for _ in range(3))
    tokens.revoke(revoked)
    Token.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    alive = principals.alive([Principal(str(alice.pk), token_id=token.pk) for token in (revoked, expired, live)])
    assert {principal.token_id for principal in alive} == {live.pk}


def test_hundreds_are_asked_of_at_once(
    alice: User, here: Principal, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    token_id = tokens.create(alice.pk, "test")[0].pk
    many = [Principal(str(alice.pk), token_id=token_id, scopes=frozenset({str(number)})) for number in range(400)]

    with django_assert_max_num_queries(4):
        assert principals.alive([here, *many]) == {here, *many}


def test_nobody_is_asked_of_for_free(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert principals.alive([]) == set()


@pytest.mark.parametrize("key", ["", "0" * 32, "\x00", "x' or 1=1 --", "é" * 32, "a" * 5000])
def test_what_is_no_session_key_is_nobody(db: None, key: str) -> None:
    assert principals.by_session(key) is None


def test_an_anonymous_session_is_nobody(db: None) -> None:
    browser = Client()
    session = browser.session
    session["color"] = "blue"
    session.save()
    assert principals.by_session(session.session_key or "") is None
