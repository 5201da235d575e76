"""The admin's lists and pages with very many documents, and with a very long one: bounded in queries and in rows."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from documents.models import Document, Revision, Snapshot
from tests.documents.test_admin import LIST, admin, inside, page
from tests.scale import rounds

__all__ = ["admin"]
DOCUMENTS = rounds(3_000, 100_000)
REVISIONS = rounds(8_000, 1_000_000)
PORTION = 5_000


@pytest.fixture
def crowd(alice: User) -> None:
    """Very many documents."""
    now = timezone.now()
    for start in range(0, DOCUMENTS, PORTION):
        numbers = range(start, min(start + PORTION, DOCUMENTS))
        Document.objects.bulk_create(
            Document(title=f"Document {n}", owner=alice, created_at=now - timedelta(minutes=n)) for n in numbers
        )


@pytest.fixture
def long(document: Document, alice: User) -> Document:
    """A document with very many revisions, all of this hour. They change nothing, so a snapshot is soon written."""
    now = timezone.now()
    for start in range(0, REVISIONS, PORTION):
        numbers = range(start, min(start + PORTION, REVISIONS))
        Revision.objects.bulk_create(
            Revision(document=document, version=n + 1, client_id="x", seq=n + 1, user=alice, at=now, delta="[]")
            for n in numbers
        )
    contents = Snapshot.pack([{"insert": "\n"}])
    Snapshot.objects.create(document=document, version=REVISIONS, contents=contents, digest="")
    Document.objects.filter(pk=document.pk).update(version=REVISIONS, updated_at=now)
    document.refresh_from_db()
    return document


def plans(captured: CaptureQueriesContext, table: str) -> Iterator[tuple[str, str]]:
    """Each captured statement that reads this table, and how the database carries it out."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # As autovacuum would: without, the planner knows nothing of so many new rows.
            cursor.execute(f"ANALYZE {table}")
            cursor.execute("SET LOCAL enable_seqscan = off")
        for query in captured.captured_queries:
            if f'FROM "{table}"' in query["sql"] and query["sql"].startswith("SELECT"):
                explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
                cursor.execute(f"{explain} {query['sql']}")
                yield query["sql"], "\n".join(str(row) for row in cursor.fetchall())


def looked_at(client: Client, path: str) -> CaptureQueriesContext:
    """The statements of a visit that is not the first."""
    page(client, path)
    with CaptureQueriesContext(connection) as captured:
        page(client, path)
    return captured


@pytest.mark.usefixtures("crowd")
def test_the_list_reads_a_page_in_the_order_of_an_index(admin: Client) -> None:
    captured = looked_at(admin, LIST)
    assert len(captured) <= 12, captured.captured_queries
    ordered = [plan for sql, plan in plans(captured, "documents_document") if "ORDER BY" in sql and "LIMIT 50" in sql]
    assert ordered
    for plan in ordered:
        assert "document_created" in plan
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan
    assert "1,000 or more" in page(admin, LIST), "it counts no further"


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize("query", ["q=alice@", "p=19", "state=frozen", "live=yes", "q=Nothing"])
def test_whatever_is_asked_costs_few_statements(admin: Client, query: str) -> None:
    assert len(looked_at(admin, f"{LIST}?{query}")) <= 14


def test_a_long_history_costs_what_is_shown_of_it(admin: Client, long: Document) -> None:
    for path in (LIST, inside(long)):
        captured = looked_at(admin, path)
        assert len(captured) <= 30, captured.captured_queries
        for sql, plan in plans(captured, "documents_revision"):
            assert "revision_version" in plan, sql
            assert "LIMIT" in sql or '"version" >' in sql, "it is bounded"
    assert '<td class="field-pace">1000+</td>' in page(admin, LIST)
