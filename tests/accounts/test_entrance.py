"""Getting in: sign-up, log-in, forgotten passwords, second factors; and who is kept out."""

import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import User
from tests import cast
from tests.accounts.conftest import log_in

PROFILE = "/accounts/profile/"
NEW = {"email": "dave@example.com", "password1": "a fine long password", "password2": "a fine long password"}


def try_log_in(email: str, password: str, browser: Client | None = None) -> Any:
    return (browser or Client()).post("/accounts/login/", {"login": email, "password": password})


def is_in(browser: Client) -> bool:
    return browser.get(PROFILE).status_code == 200


def link_in(letter: EmailMessage) -> str:
    found = re.search(r"https?://testserver(/\S+)", str(letter.body))
    assert found, letter.body
    return found[1]


# Signing up


def test_signing_up_works(db: None) -> None:
    browser = Client()
    browser.post("/accounts/signup/", {**NEW, "name": "Dave"})
    assert is_in(browser)
    user = User.objects.get()
    assert (user.email, user.name) == ("dave@example.com", "Dave")


def test_a_new_address_can_be_confirmed(db: None) -> None:
    Client().post("/accounts/signup/", NEW)
    (letter,) = mail.outbox
    assert letter.to == ["dave@example.com"]
    Client().post(link_in(letter))
    assert EmailAddress.objects.get().verified


def test_where_addresses_must_be_confirmed_nobody_is_in_before(db: None, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    browser = Client()
    browser.post("/accounts/signup/", NEW)
    assert not is_in(browser)
    Client().post(link_in(mail.outbox[0]))
    assert is_in(log_in(User.objects.get(), NEW["password1"]))


def test_where_addresses_must_be_confirmed_a_taken_one_is_not_told(alice: User, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    answers = [Client().post("/accounts/signup/", {**NEW, "email": email}) for email in (alice.email, NEW["email"])]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert [letter.to for letter in mail.outbox] == [[alice.email], [NEW["email"]]], "whoever owns it is told by mail"


def test_where_sign_up_is_closed_nobody_signs_up(db: None, settings: Any) -> None:
    settings.ACCOUNT_SIGN_UP_OPEN = False
    answer = Client().post("/accounts/signup/", NEW)
    assert "Make an account" not in Client().get("/accounts/login/").content.decode()
    assert "closed" in answer.content.decode().lower()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"email": "not an address"},
        {"email": ""},
        {"password1": "short", "password2": "short"},
        {"password1": "password123", "password2": "password123"},
        {"password2": "another"},
        {"name": "two\nlines\x07"},
        {"name": "x" * 129},
    ],
)
def test_a_bad_sign_up_is_told_so(db: None, body: dict[str, str]) -> None:
    answer = Client().post("/accounts/signup/", {**NEW, **body})
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not User.objects.exists()


# Logging in


def test_logging_in_works_however_the_address_is_written(alice: User) -> None:
    browser = Client()
    assert try_log_in("ALICE@Example.com", cast.PASSWORD, browser).status_code == 302
    assert is_in(browser)


def test_logging_in_leads_to_where_one_wanted(alice: User) -> None:
    assert Client().get(PROFILE)["Location"] == f"/accounts/login/?next={PROFILE}"
    answer = Client().post("/accounts/login/", {"login": alice.email, "password": cast.PASSWORD, "next": PROFILE})
    assert answer["Location"] == PROFILE


def test_logging_in_never_leads_elsewhere(alice: User) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        answer = Client().post("/accounts/login/", {"login": alice.email, "password": cast.PASSWORD, "next": elsewhere})
        assert answer["Location"] == "/"


def test_logging_in_changes_the_session_key(alice: User) -> None:
    browser = Client()
    browser.get("/accounts/login/")
    planted = browser.session
    planted["x"] = 1
    planted.save()
    browser.cookies["deltapad_session"] = str(planted.session_key)
    try_log_in(alice.email, cast.PASSWORD, browser)
    assert browser.session.session_key != planted.session_key
    assert not Session.objects.filter(pk=planted.session_key).exists()


def test_a_wrong_password_and_an_unknown_address_are_told_alike(alice: User) -> None:
    def told(answer: Any) -> str:
        return re.sub(r'value="[^"]*"|csrf\S+', "", answer.content.decode())

    assert told(try_log_in(alice.email, "wrong")) == told(try_log_in("nobody@example.com", "wrong"))


def test_someone_deactivated_does_not_get_in(alice: User) -> None:
    User.objects.update(is_active=False)
    browser = Client()
    try_log_in(alice.email, cast.PASSWORD, browser)
    assert not is_in(browser)


def test_guessing_a_password_is_stopped(alice: User) -> None:
    for _ in range(5):
        assert try_log_in(alice.email, "wrong").status_code == 200
    browser = Client()
    answer = try_log_in(alice.email, cast.PASSWORD, browser)
    assert "Too many failed" in answer.content.decode()
    assert not is_in(browser), "even with the right one, until the time is over"


@pytest.fixture
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still: on a slow machine the counts would lapse while the test counts up to them."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)


@pytest.mark.usefixtures("one_moment")
def test_guessing_at_many_addresses_is_stopped(db: None) -> None:
    answers = [try_log_in(f"person{number}@example.com", "wrong").status_code for number in range(40)]
    assert answers[-1] != 200 or "Too many" in try_log_in("one@example.com", "wrong").content.decode()


@pytest.mark.usefixtures("one_moment")
def test_spelling_an_address_otherwise_gives_no_more_guesses(alice: User) -> None:
    spellings = (
        "Alice@example.com",
        "ALICE@EXAMPLE.COM",
        " alice@example.com",
        "alicE@example.com",
        "alice@Example.com",
    )
    for spelling in spellings:
        try_log_in(spelling, "wrong")
    assert "Too many failed" in try_log_in(alice.email, cast.PASSWORD).content.decode()


# Forgotten passwords


def test_a_forgotten_password_is_set_anew_once(alice: User) -> None:
    Client().post("/accounts/password/reset/", {"email": alice.email})
    link = link_in(mail.outbox[0])
    browser = Client()
    form = browser.get(link)["Location"]
    new = {"password1": "a fine new password", "password2": "a fine new password"}
    browser.post(form, new)

    assert is_in(log_in(alice, "a fine new password"))
    again = Client().get(link, follow=True)
    assert again.context["token_fail"]


def test_forgetting_at_an_unknown_address_is_told_alike(alice: User) -> None:
    answers = [
        Client().post("/accounts/password/reset/", {"email": email}) for email in (alice.email, "nobody@example.com")
    ]
    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0]["Location"] == answers[1]["Location"]


@pytest.mark.usefixtures("one_moment")
def test_mail_is_not_sent_without_end(alice: User) -> None:
    for _ in range(8):
        Client().post("/accounts/password/reset/", {"email": alice.email})
    assert len(mail.outbox) == 5


# Second factors


def test_who_has_a_second_factor_needs_it(alice: User) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(alice, secret)
    browser = Client()
    try_log_in(alice.email, cast.PASSWORD, browser)
    assert not is_in(browser)

    browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not is_in(browser)
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    browser.post("/accounts/2fa/authenticate/", {"code": totp.format_hotp_value(totp.hotp_value(secret, counter))})
    assert is_in(browser)


def test_a_recovery_code_works_once(alice: User) -> None:
    totp.TOTP.activate(alice, totp.generate_totp_secret())
    code = RecoveryCodes.activate(alice).get_unused_codes()[0]
    for expected in (True, False):
        browser = Client()
        try_log_in(alice.email, cast.PASSWORD, browser)
        browser.post("/accounts/2fa/authenticate/", {"code": code})
        assert is_in(browser) is expected
