"""What ends a principal: each is heard once the database has it."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import Token, User
from accounts.signals import announce_end, principal_ended
from jobs import queue, runner
from tests import cast
from tests.accounts.conftest import confirm, log_in, session_key

pytestmark = pytest.mark.django_db(transaction=True)

Heard = list[dict[str, Any]]


def session(user: User, key: str) -> dict[str, Any]:
    return {"user_id": str(user.pk), "token_id": None, "access_token_id": None, "session_key": key}


def everything(user: User) -> dict[str, Any]:
    return {"user_id": str(user.pk), "token_id": None, "access_token_id": None, "session_key": None}


@pytest.fixture
def here(alice: User) -> Client:
    """Where alice sits."""
    return log_in(alice)


@pytest.fixture
def elsewhere(alice: User) -> Client:
    """Where alice sat before."""
    return log_in(alice)


def test_log_out_ends_the_session(alice: User, here: Client, elsewhere: Client, ended: Heard) -> None:
    key = session_key(here)
    here.post("/accounts/logout/")
    assert ended == [session(alice, key)]


def test_a_session_ended_from_the_list(alice: User, here: Client, elsewhere: Client, ended: Heard) -> None:
    other = UserSession.objects.get(session_key=session_key(elsewhere))
    here.post(f"/accounts/sessions/{other.pk}/end/")
    assert ended == [session(alice, session_key(elsewhere))]


def test_all_other_sessions_ended_from_the_list(alice: User, here: Client, elsewhere: Client, ended: Heard) -> None:
    here.post("/accounts/sessions/")
    assert ended == [session(alice, session_key(elsewhere))]


def test_a_new_password_ends_the_other_sessions(alice: User, here: Client, elsewhere: Client, ended: Heard) -> None:
    new = {"oldpassword": cast.PASSWORD, "password1": "another horse", "password2": "another horse"}
    here.post("/accounts/password/change/", new)
    assert session(alice, session_key(elsewhere)) in ended
    assert elsewhere.get("/accounts/profile/").status_code == 302
    assert here.get("/accounts/profile/").status_code == 200
    assert everything(alice) not in ended, "tokens stay"


def test_a_new_password_from_anywhere_ends_the_sessions(alice: User, here: Client, ended: Heard) -> None:
    alice.set_password("another horse")
    alice.save()
    assert ended == [session(alice, session_key(here))]


def test_a_hash_merely_renewed_ends_nothing(alice: User, settings: Any, ended: Heard) -> None:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    log_in(alice)
    assert User.objects.get().password.startswith("pbkdf2")
    assert ended == []


def test_a_second_factor_ends_the_other_sessions(alice: User, here: Client, elsewhere: Client, ended: Heard) -> None:
    secret = confirm(here).get("/accounts/2fa/totp/activate/").context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    here.post("/accounts/2fa/totp/activate/", {"code": code})
    assert session(alice, session_key(elsewhere)) in ended
    assert session(alice, session_key(here)) not in ended


def test_a_second_factor_removed_ends_the_other_sessions(
    alice: User, here: Client, elsewhere: Client, ended: Heard
) -> None:
    TOTP.activate(alice, generate_totp_secret())
    confirm(here).post("/accounts/2fa/totp/deactivate/")
    assert ended == [session(alice, session_key(elsewhere))]


def test_deactivation_ends_everything(alice: User, ended: Heard) -> None:
    alice.is_active = False
    alice.save()
    assert ended == [everything(alice)]


def test_deletion_ends_everything(alice: User, ended: Heard) -> None:
    gone = everything(alice)
    alice.delete()
    assert gone in ended


def test_a_revoked_token_ends_with_what_it_made(alice: User, ended: Heard) -> None:
    parent, _ = tokens.create(alice.pk, "parent")
    child, _ = tokens.create(alice.pk, "child", made_by=parent.pk)
    tokens.revoke(parent)
    tokens.revoke(parent)
    assert [end["token_id"] for end in ended] == [parent.pk, child.pk]


def test_a_deleted_token_ends(alice: User, ended: Heard) -> None:
    token, _ = tokens.create(alice.pk, "test")
    token_id = token.pk
    token.delete()
    assert [end["token_id"] for end in ended] == [token_id]


def test_the_purge_ends_expired_sessions_and_keeps_the_others(
    alice: User, here: Client, elsewhere: Client, ended: Heard
) -> None:
    Session.objects.filter(pk=session_key(elsewhere)).update(expire_date=timezone.now() - timedelta(minutes=1))
    tokens.create(alice.pk, "old", expires_at=timezone.now() - timedelta(days=91))
    recent, _ = tokens.create(alice.pk, "recent", expires_at=timezone.now() - timedelta(days=1))

    queue.enqueue("accounts.purge")
    runner.run_due()

    assert ended == [session(alice, session_key(elsewhere))]
    assert list(Token.objects.all()) == [recent]
    assert here.get("/accounts/profile/").status_code == 200


def test_djangos_own_purge_is_heard_too(alice: User, here: Client, ended: Heard) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    call_command("clearsessions")
    assert ended == [session(alice, session_key(here))]


def test_saving_a_profile_ends_nothing(alice: User, here: Client, ended: Heard) -> None:
    alice.name = "Alice L."
    alice.save()
    here.get("/accounts/profile/")
    assert ended == []


def test_what_was_rolled_back_was_no_end(alice: User, ended: Heard) -> None:
    with transaction.atomic():
        announce_end(alice.pk)
        assert ended == [], "not before the commit"
        transaction.set_rollback(True)
    assert ended == []


def test_a_listener_that_fails_stops_nobody(alice: User, here: Client, caplog: pytest.LogCaptureFixture) -> None:
    def fail(**_: Any) -> None:
        raise ConnectionError("the channel layer is gone")

    principal_ended.connect(fail)
    try:
        assert here.post("/accounts/logout/").status_code == 302
    finally:
        principal_ended.disconnect(fail)
    assert "the channel layer is gone" in caplog.text
