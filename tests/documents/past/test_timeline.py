"""/api/v1/documents/{id}/timeline: what each did between two pauses, the newest first"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from documents import acts
from documents.models import Document, Revision
from documents.past import reverting
from documents.past import timeline as timelines
from documents.past.timeline import timeline
from tests.documents.conftest import Asker, principal, typed
from tests.documents.growing import snap

PAUSE = timedelta(minutes=10)


@pytest.fixture
def address(document: Document, alice: User, bob: User) -> str:
    """Of a document in which alice typed twice, bob twice, and alice an hour later and at once again."""
    typed(document, alice, "a", "b", client_id="alices-editor")
    typed(document, bob, "c", "d", client_id="bobs-editor")
    typed(document, alice, "e", "f", client_id="alices-editor")
    began = timezone.now() - timedelta(days=1)
    for version, minutes in enumerate((0, 1, 2, 3, 63, 64), 1):
        at = began + timedelta(minutes=minutes)
        Revision.objects.filter(document=document, version=version).update(at=at)
    return f"documents/{document.pk}/timeline"


def told(answer: Any) -> list[tuple[int, int, str | None]]:
    assert answer.status == 200, answer.body
    return [
        (row["first_version"], row["last_version"], row["user"] and row["user"]["name"])
        for row in answer.body["stretches"]
    ]


def test_it_is_parted_by_author_and_pause(document: Document, address: str, alice: User, as_bob: Asker) -> None:
    typed(document, alice, "g", client_id="alices-editor")
    answer = as_bob("GET", address)
    assert told(answer) == [(7, 7, "Alice"), (5, 6, "Alice"), (3, 4, "Bob"), (1, 2, "Alice")]
    assert answer.body["next_before"] is None
    assert answer.body["stretches"][1]["began_at"] < answer.body["stretches"][1]["ended_at"]


def test_a_longer_pause_joins(document: Document, address: str, as_bob: Asker) -> None:
    Revision.objects.filter(document=document).update(user=document.owner_id)
    assert told(as_bob("GET", f"{address}?pause=59")) == [(5, 6, "Alice"), (1, 4, "Alice")]
    assert told(as_bob("GET", f"{address}?pause=60")) == [(1, 6, "Alice")]


def test_what_the_server_made_stands_alone(document: Document, address: str, alice: User, as_bob: Asker) -> None:
    reverting.restore(document.pk, principal(alice), 4)
    Revision.objects.filter(document=document).update(at=timezone.now())
    [newest, before, *_] = as_bob("GET", address).body["stretches"]
    assert (newest["first_version"], newest["origin"], newest["user"]["name"]) == (7, "restore", "Alice")
    assert (before["first_version"], before["last_version"], before["origin"]) == (5, 6, None)


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("limit", [1, 2, 50])
def test_pages_leave_nothing_out_however_little_is_read_at_once(
    address: str, as_bob: Asker, monkeypatch: pytest.MonkeyPatch, most: int, limit: int
) -> None:
    monkeypatch.setattr(timelines, "MOST_REVISIONS", most)
    found: list[int] = []
    before = ""
    while True:
        answer = as_bob("GET", f"{address}?limit={limit}{before}")
        for first, last, _ in told(answer):
            found += range(last, first - 1, -1)
        if answer.body["next_before"] is None:
            break
        before = f"&before={answer.body['next_before']}"
    assert found == [6, 5, 4, 3, 2, 1]


def test_what_was_removed_is_told(document: Document, address: str, as_bob: Asker) -> None:
    snap(document, 3)
    Revision.objects.filter(document=document, version__lte=3).update(delta=None)
    told = [
        (row["first_version"], row["last_version"], row["removed"], row["gone"])
        for row in as_bob("GET", address).body["stretches"]
    ]
    assert told == [(5, 6, False, False), (4, 4, False, False), (3, 3, True, False), (1, 2, True, True)]


def test_a_page_takes_one_query_and_reads_no_text(document: Document, address: str) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(timeline(document.pk, None, PAUSE, 50)[0]) == 3
    [query] = queries.captured_queries
    assert f"LIMIT {timelines.MOST_REVISIONS}" in query["sql"]


def test_an_empty_document_has_none(document: Document, as_bob: Asker) -> None:
    assert as_bob("GET", f"documents/{document.pk}/timeline").body == {"stretches": [], "next_before": None}


def test_it_outlives_its_authors(document: Document, address: str, bob: User, as_alice: Asker) -> None:
    bob.delete()
    assert told(as_alice("GET", address))[1] == (3, 4, None)


# Rights, of everything that looks back or goes back


ADDRESSES = [
    ("GET", "timeline", None),
    ("GET", "authorship?version=1", None),
    ("GET", "comparison?before=1&after=2", None),
    ("POST", "restore", {"version": 1}),
    ("POST", "undo", {"first_version": 1, "last_version": 1}),
]


@pytest.mark.parametrize(("method", "place", "body"), ADDRESSES)
def test_it_takes_the_right_to_see_the_history(
    document: Document, address: str, alice: User, as_carol: Asker, method: str, place: str, body: Any
) -> None:
    place = f"documents/{document.pk}/{place}"
    assert as_carol(method, place, body).refused == (403, "forbidden")
    acts.show_history_to_viewers(document.pk, principal(alice), shown=True)
    answer = as_carol(method, place, body)
    if method == "GET":
        assert answer.status == 200
    else:
        assert answer.refused == (403, "forbidden")


@pytest.mark.parametrize(("method", "place", "body"), ADDRESSES)
def test_for_others_it_is_not_there(
    document: Document, address: str, as_mallory: Asker, as_nobody: Asker, method: str, place: str, body: Any
) -> None:
    place = f"documents/{document.pk}/{place}"
    assert as_mallory(method, place, body).refused == (404, "not_found")
    assert as_nobody(method, place, body).refused == (401, "unauthenticated")


@pytest.mark.parametrize(("method", "place", "body"), [row for row in ADDRESSES if row[0] == "POST"])
def test_going_back_takes_a_token_that_reads_and_writes(
    document: Document, address: str, alice: User, method: str, place: str, body: Any
) -> None:
    for scope in ("read", "write"):
        assert Asker(alice, scope)(method, f"documents/{document.pk}/{place}", body).refused == (403, "forbidden")


# Bad input


@pytest.mark.parametrize("query", ["before=-1", "before=x", "pause=0", "pause=1441", "limit=0", "limit=101"])
def test_what_is_no_page_is_refused(address: str, as_bob: Asker, query: str) -> None:
    assert as_bob("GET", f"{address}?{query}").refused == (422, "invalid_field")
