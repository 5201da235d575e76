"""Tokens: made once, recognised, and ended."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import serializers
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import tokens
from accounts.models import Token, User


def test_it_works(alice: User) -> None:
    token, raw = tokens.create(alice.pk, "backup", ["read"])

    assert raw.startswith(f"dp_{token.prefix}_")
    found = tokens.find(raw)
    assert found == token
    assert found is not None
    assert found.scopes == ["read"]


def test_the_secret_is_nowhere_in_the_database(alice: User) -> None:
    _token, raw = tokens.create(alice.pk, "backup")
    assert raw.split("_")[2] not in serializers.serialize("json", Token.objects.all())


def test_a_revoked_token_is_unknown(alice: User) -> None:
    token, raw = tokens.create(alice.pk, "backup")
    tokens.revoke(token)
    assert tokens.find(raw) is None


def test_an_expired_token_is_unknown(alice: User) -> None:
    _token, raw = tokens.create(alice.pk, "backup", expires_at=timezone.now())
    assert tokens.find(raw) is None


def test_a_token_of_someone_deactivated_is_unknown(alice: User) -> None:
    _token, raw = tokens.create(alice.pk, "backup")
    User.objects.update(is_active=False)
    assert tokens.find(raw) is None


def test_what_a_revoked_token_made_ends_with_it(alice: User) -> None:
    parent, _ = tokens.create(alice.pk, "parent")
    child, _ = tokens.create(alice.pk, "child", made_by=parent.pk)
    _, grandchild = tokens.create(alice.pk, "grandchild", made_by=child.pk)
    _, other = tokens.create(alice.pk, "other")

    tokens.revoke(parent)

    assert tokens.find(grandchild) is None
    assert tokens.find(other) is not None


def test_revoking_twice_keeps_the_first_time(alice: User) -> None:
    token, _ = tokens.create(alice.pk, "backup")
    tokens.revoke(token)
    first = Token.objects.get().revoked_at
    tokens.revoke(token)
    assert Token.objects.get().revoked_at == first


def test_use_is_noted_now_and_then(alice: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _token, raw = tokens.create(alice.pk, "backup")
    tokens.find(raw)
    noted = Token.objects.get().last_used_at
    assert noted is not None

    with django_assert_num_queries(1):
        tokens.find(raw)
    assert Token.objects.get().last_used_at == noted

    Token.objects.update(last_used_at=noted - timedelta(minutes=6))
    tokens.find(raw)
    assert Token.objects.get().last_used_at != noted - timedelta(minutes=6)


def test_the_right_prefix_is_not_enough(alice: User) -> None:
    token, raw = tokens.create(alice.pk, "backup")
    assert tokens.find(f"dp_{token.prefix}_{'0' * 48}") is None
    assert tokens.find(raw[:-1]) is None
    assert tokens.find(raw.upper()) is None
    assert tokens.find(f" {raw}") is None


@pytest.mark.parametrize("raw", ["", "dp_", "dp__", "dp_\x00_\x00", "dp_ű_" + "0" * 48, "x" * 100_000, "undefined"])
def test_what_is_no_token_is_unknown(alice: User, raw: str) -> None:
    assert tokens.find(raw) is None


@pytest.mark.parametrize("scopes", [[], ["admin"], ["read", "admin"]])
def test_scopes_that_do_not_exist_are_refused(alice: User, scopes: list[Any]) -> None:
    with pytest.raises(ValueError, match="scopes"):
        tokens.create(alice.pk, "backup", scopes)
