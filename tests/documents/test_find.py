"""GET /api/v1/documents"""

from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from documents import acts, connections
from documents.api.paging import make_cursor
from documents.models import Connection, Document, Membership
from tests.documents.conftest import Answer, Asker, typed
from tests.scale import rounds


def titles(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [document["title"] for document in answer.body["documents"]]


def join(document: Document, user: User, lease: timedelta) -> Connection:
    now = timezone.now()
    row = Connection(document=document, user=user, process="here", client_id="typewriter", since=now, lease=now + lease)
    connections.join([row])
    return row


def test_it_lists_ones_own_and_those_shared(document: Document, as_alice: Asker, as_bob: Asker, bob: User) -> None:
    acts.create(bob.pk, "Bob's alone")
    assert titles(as_alice("GET", "documents")) == ["A document"]
    assert set(titles(as_bob("GET", "documents"))) == {"A document", "Bob's alone"}


def test_it_says_what_one_is_to_each(document: Document, as_alice: Asker, as_bob: Asker, as_carol: Asker) -> None:
    def role(answer: Answer) -> Any:
        return answer.body["documents"][0]["role"]

    assert role(as_alice("GET", "documents")) == "owner"
    assert role(as_bob("GET", "documents")) == "editor"
    assert role(as_carol("GET", "documents")) == "viewer"


def test_the_last_changed_comes_first(alice: User, as_alice: Asker) -> None:
    first, second = acts.create(alice.pk, "first"), acts.create(alice.pk, "second")
    assert titles(as_alice("GET", "documents")) == ["second", "first"]
    typed(first, alice, "x")
    assert titles(as_alice("GET", "documents")) == ["first", "second"]
    assert second.version == 0


def test_it_says_who_is_in_it_now(document: Document, bob: User, carol: User, as_alice: Asker) -> None:
    row = join(document, bob, timedelta(minutes=1))
    join(document, carol, timedelta(seconds=-1))  # its process died
    [shown] = as_alice("GET", "documents").body["documents"]
    assert [(here["session_id"], here["user"]["name"]) for here in shown["participants"]] == [
        (str(row.session_id), "Bob")
    ]


# Of another order, of no list, of no moment, not in base64, and of JSON that is none.
CURSORS = [
    f"cursor={make_cursor(*place)}"
    for place in (["title", "x"], [], ["2026-01-01", "x"], ["2026-01-01T00:00:00+00:00", "x"])
] + ["cursor=%C3%A9", "cursor=e30", "cursor=" + "a" * 2001, "order=title&cursor=" + make_cursor("\x00", "0" * 32)]
ORDERS = ["changed", "created", "title"]


@pytest.mark.parametrize("order", ORDERS)
def test_it_goes_by_pages(alice: User, as_alice: Asker, order: str) -> None:
    for number in range(5):
        acts.create(alice.pk, f"document {number}")
    first = as_alice("GET", f"documents?limit=3&order={order}")
    assert len(titles(first)) == 3
    second = as_alice("GET", f"documents?limit=3&order={order}&cursor={first.body['next_cursor']}")
    assert second.body["next_cursor"] is None
    assert sorted(titles(first) + titles(second)) == [f"document {number}" for number in range(5)]


@pytest.mark.parametrize("order", ORDERS)
def test_what_was_made_at_once_is_listed_once(alice: User, as_alice: Asker, order: str) -> None:
    now = timezone.now()
    Document.objects.bulk_create(
        Document(owner=alice, title="The same", created_at=now, updated_at=now) for _ in range(7)
    )
    seen, cursor = [], ""
    while cursor is not None:
        page = as_alice("GET", f"documents?limit=2&order={order}{cursor and '&cursor='}{cursor}").body
        seen += [document["id"] for document in page["documents"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 7


def test_pages_go_on_where_they_were_while_documents_come_and_change(alice: User, as_alice: Asker) -> None:
    made = [acts.create(alice.pk, f"document {number}") for number in range(6)]
    first = as_alice("GET", "documents?limit=3")
    acts.create(alice.pk, "new meanwhile")
    typed(made[5], alice, "x")  # one that was seen already
    acts.move(made[4].pk, None, "trashed")
    second = as_alice("GET", f"documents?limit=3&cursor={first.body['next_cursor']}")
    assert titles(first) == ["document 5", "document 4", "document 3"]
    assert titles(second) == ["document 2", "document 1", "document 0"]


def test_it_is_quick_among_many(alice: User, bob: User, as_bob: Asker, django_assert_max_num_queries: Any) -> None:
    count = rounds(500, 100_000)
    made = [Document(owner=alice if number % 2 else bob, title=f"document {number}") for number in range(count)]
    Document.objects.bulk_create(made, batch_size=1000)
    shared = [Membership(document=document, user=bob, role="editor") for document in made if document.owner == alice]
    Membership.objects.bulk_create(shared, batch_size=1000)
    with django_assert_max_num_queries(14):
        began = monotonic()
        page = as_bob("GET", "documents?limit=100")
        assert len(titles(page)) == 100
        assert monotonic() - began < 3


def test_its_queries_do_not_grow_with_the_documents(
    alice: User, bob: User, as_bob: Asker, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        document = acts.create(alice.pk, f"document {number}")
        Membership.objects.create(document=document, user=bob, role="editor")
        join(document, alice, timedelta(minutes=1))
    with django_assert_max_num_queries(14):
        assert len(titles(as_bob("GET", "documents"))) == 20


def test_the_trash_is_asked_for_by_name(document: Document, as_alice: Asker) -> None:
    as_alice("DELETE", f"documents/{document.pk}")
    assert titles(as_alice("GET", "documents")) == []
    assert titles(as_alice("GET", "documents?state=trashed")) == ["A document"]


def test_the_trash_holds_only_ones_own(document: Document, as_alice: Asker, as_bob: Asker) -> None:
    as_alice("DELETE", f"documents/{document.pk}")
    assert titles(as_bob("GET", "documents")) == []
    assert titles(as_bob("GET", "documents?state=trashed")) == []


def test_it_never_lists_others(document: Document, as_mallory: Asker) -> None:
    assert titles(as_mallory("GET", "documents")) == []


def test_it_needs_a_token(as_nobody: Asker) -> None:
    assert as_nobody("GET", "documents").refused == (401, "unauthenticated")


def test_it_needs_a_token_that_reads(alice: User) -> None:
    assert Asker(alice, "write")("GET", "documents").refused == (403, "forbidden")


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "state=gone", "folder=x", "cursor=x", *CURSORS])
def test_it_refuses_pages_that_are_none(as_alice: Asker, query: str) -> None:
    assert as_alice("GET", f"documents?{query}").refused == (422, "invalid_field")
