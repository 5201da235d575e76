"""Who is in which document now."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from documents import connections
from documents.models import Connection, Document, Process
from tests.documents.conftest import Asker

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def row(document: Document, user: User, *, lease: timedelta = MINUTE, process: str = "here") -> Connection:
    now = timezone.now()
    return Connection(
        document=document, user=user, process=process, client_id="typewriter", since=now, lease=now + lease
    )


def test_a_process_that_has_ended_is_not_one_of_the_dead(document: Document, alice: User) -> None:
    here = row(document, alice)
    connections.join([here])
    connections.beat("here", 60)
    connections.end("here")
    assert Process.objects.count() == 1  # somebody is connected to it still
    connections.leave([here.session_id])
    connections.end("here")
    assert not Process.objects.exists()


def test_some_are_named_and_all_counted(document: Document, alice: User, bob: User, as_alice: Asker) -> None:
    connections.join([row(document, alice), *(row(document, bob) for _ in range(30))])
    shown = as_alice("GET", f"documents/{document.pk}").body
    assert len(shown["participants"]) == 20
    assert shown["participants"][0]["user"]["name"] == "Alice"
    assert shown["participant_count"] == 31


def present(document: Document) -> list[str]:
    return [here.user.display_name for here in connections.present([document.pk])[document.pk]]


def test_people_come_and_go(document: Document, alice: User, bob: User) -> None:
    rows = [row(document, alice), row(document, bob), row(document, bob)]
    connections.join(rows)
    assert present(document) == ["Alice", "Bob", "Bob"]
    connections.leave([rows[1].session_id])
    assert present(document) == ["Alice", "Bob"]
    connections.leave([rows[1].session_id, uuid4()])
    assert present(document) == ["Alice", "Bob"]


def test_one_whose_lease_lapsed_is_not_there(document: Document, alice: User) -> None:
    connections.join([row(document, alice, lease=-MINUTE)])
    assert present(document) == []


def test_joining_again_renews(document: Document, alice: User) -> None:
    lapsed = row(document, alice, lease=-MINUTE)
    connections.join([lapsed])
    lapsed.lease = timezone.now() + MINUTE
    connections.join([lapsed])
    assert present(document) == ["Alice"]


def test_a_process_renews_its_own_and_learns_what_is_missing(document: Document, alice: User, bob: User) -> None:
    mine, gone = row(document, alice, lease=-MINUTE), row(document, alice)
    others = row(document, bob, lease=-MINUTE, process="there")
    connections.join([mine, others])
    asked = [mine.session_id, gone.session_id, others.session_id]
    missing = connections.renew("here", asked, 60)
    assert missing == {gone.session_id, others.session_id}
    assert present(document) == ["Alice"]


def test_many_rows_take_few_statements(document: Document, alice: User, django_assert_max_num_queries: Any) -> None:
    rows = [row(document, alice) for _ in range(400)]
    with django_assert_max_num_queries(20):
        connections.join(rows)
    ids = [each.session_id for each in rows]
    with django_assert_max_num_queries(8):
        assert connections.renew("here", ids, 60) == set()
    with django_assert_max_num_queries(1):
        assert len(present(document)) == 400
    connections.leave(ids)
    assert present(document) == []


def test_it_tells_documents_apart(document: Document, alice: User) -> None:
    other = Document.objects.create(title="other", owner=alice)
    connections.join([row(document, alice)])
    assert [len(rows) for rows in connections.present([document.pk, other.pk]).values()] == [1, 0]
    assert connections.present([]) == {}


def test_what_lapsed_is_purged(document: Document, alice: User, bob: User) -> None:
    connections.join([row(document, alice), row(document, bob, lease=-MINUTE)])
    assert connections.purge() == 1
    assert present(document) == ["Alice"]


@pytest.mark.parametrize("hours", [1, -1])
def test_a_host_with_a_wrong_clock_sees_and_purges_like_all(
    document: Document, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    wrong = timezone.now() + timedelta(hours=hours)
    connections.join([row(document, alice), row(document, bob, lease=-MINUTE)])
    monkeypatch.setattr(timezone, "now", lambda: wrong)
    assert present(document) == ["Alice"]
    assert connections.purge() == 1
    assert present(document) == ["Alice"]


def test_a_lease_is_as_long_as_was_asked(document: Document, alice: User, bob: User) -> None:
    soon, over = row(document, alice), row(document, bob)
    soon.lease, over.lease = connections.lease(5), connections.lease(-0.001)
    connections.join([soon, over])
    assert present(document) == ["Alice"]
    assert connections.renew("here", [soon.session_id], -0.001) == set()
    assert present(document) == []


def test_those_of_a_process_that_is_silent_are_not_there(document: Document, alice: User, bob: User) -> None:
    connections.join([row(document, alice), row(document, bob, process="there")])
    assert connections.beat("there", 60) == set()
    assert present(document) == ["Alice", "Bob"]
    assert connections.beat("there", -1) == {"there"}
    assert present(document) == ["Alice"]
    assert connections.beat("here", 60) == {"there"}
    assert connections.beat("there", 60) == set()
    assert present(document) == ["Alice", "Bob"]


def test_the_dead_are_kept_for_a_while_and_their_connections_are_not(document: Document, alice: User) -> None:
    connections.join([row(document, alice, process="there")])
    connections.beat("there", -1)
    assert connections.purge() == 1
    assert connections.beat("here", 60) == {"there"}
    connections.beat("there", -7200)
    connections.purge()
    assert connections.beat("here", 60) == set()


def test_what_one_that_died_leaves_behind_is_told(document: Document, alice: User, bob: User) -> None:
    mine, theirs = row(document, alice), row(document, bob, process="there")
    connections.join([mine, theirs])
    connections.beat("there", -1)
    assert connections.forget("there") == [(theirs.session_id, document.pk)]
    assert connections.beat("here", 60) == set()
    assert present(document) == ["Alice"]
