"""Statements by hand say the same as Django's own way to the database."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from accounts import rows
from accounts.models import User
from accounts.rows import Journey

PEOPLE = "SELECT id, email FROM accounts_user WHERE id IN ({})"


def found(people: list[User]) -> list[tuple[UUID, str]]:
    journey = Journey()
    answer = journey.select(PEOPLE, [rows.stored(person.pk) for person in people])
    journey.make()
    return [(rows.uuid(pk), email) for pk, email in answer]


def test_what_is_asked_for_is_found(alice: User, bob: User) -> None:
    assert sorted(found([alice, bob])) == sorted((person.pk, person.email) for person in (alice, bob))


def test_it_is_the_same_where_queries_are_looked_at(alice: User) -> None:
    with CaptureQueriesContext(connection) as looked_at:
        assert found([alice]) == [(alice.pk, alice.email)]
    assert len(looked_at) == 1


def test_a_uuid_is_stored_as_django_stores_it(alice: User) -> None:
    assert rows.stored(alice.pk) == rows.stored(str(alice.pk))
    assert found([alice])[0][0] == alice.pk
    assert rows.text(rows.stored(alice.pk)) == str(alice.pk)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 25, 12, 30, 15, 250, UTC),
        datetime(2026, 11, 25, tzinfo=UTC),
        datetime(2026, 11, 25, 1, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    ],
    ids=["of microseconds", "of whole seconds", "of another zone"],
)
def test_a_time_is_stored_as_django_stores_it(at: datetime) -> None:
    assert rows.moment(at) == connection.ops.adapt_datetimefield_value(at)


@pytest.mark.django_db
def test_a_statement_that_fails_fails_as_djangos() -> None:
    journey = Journey()
    journey.select("SELECT nothing FROM nowhere WHERE it IN ({})", [1])
    with pytest.raises(DatabaseError):
        journey.make()
