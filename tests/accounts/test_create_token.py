"""manage.py create_token"""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import tokens
from accounts.models import Token, User


def created(*arguments: str) -> str:
    out = StringIO()
    call_command("create_token", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_the_token_and_nothing_else(alice: User) -> None:
    printed = created(alice.email)
    assert printed.count("\n") == 1
    token = tokens.find(printed.strip())
    assert token is not None
    assert token.user == alice
    assert (token.scopes, token.expires_at) == (["read", "write"], None)


def test_it_takes_a_name_scopes_and_days(alice: User) -> None:
    created("ALICE@example.com", "--name", "backup", "--scope", "read", "--days", "2")
    token = Token.objects.get()
    assert (token.name, token.scopes) == ("backup", ["read"])
    assert token.expires_at is not None
    assert timedelta(days=1) < token.expires_at - timezone.now() <= timedelta(days=2)


def test_somebody_unknown_is_one_readable_line(alice: User) -> None:
    with pytest.raises(CommandError, match=r"mallory@example\.com"):
        created("mallory@example.com")


def test_somebody_deactivated_gets_none(alice: User) -> None:
    User.objects.update(is_active=False)
    with pytest.raises(CommandError, match="active"):
        created(alice.email)


@pytest.mark.parametrize("days", ["0", "-1", "999999999"])
def test_days_have_bounds(alice: User, days: str) -> None:
    with pytest.raises(CommandError, match="--days"):
        created(alice.email, "--days", days)
    assert not Token.objects.exists()
