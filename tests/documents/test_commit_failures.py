"""The commit where the database is in the way: other processes write as well, it is busy, or the connection is lost."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from documents import acts
from documents.commit import Committed, OutcomeUnknown, commit
from documents.models import Document, Membership
from tests.documents.committing import batch, new, reloaded, start_writer

# Each needs transactions of its own.
pytestmark = pytest.mark.django_db(transaction=True)


def test_two_processes_with_overlapping_documents_do_not_wait_for_each_other(alice: User, bob: User) -> None:
    documents = [acts.create(alice.pk, f"document {number}") for number in range(4)]
    for other in documents:
        Membership.objects.create(document=other, user=bob, role="editor")
    times = 12
    writers = [
        start_writer(alice.pk, "alices_client", times, documents),
        start_writer(bob.pk, "bobs_client", times, documents[::-1]),
    ]
    for writer in writers:
        _, errors = writer.communicate(timeout=100)
        assert writer.returncode == 0, errors
    for other in documents:
        versions = list(other.revisions.order_by("version").values_list("version", flat=True))
        assert versions == list(range(1, 2 * times + 1))
        assert reloaded(other).version == 2 * times


def hold(document: Document, held: threading.Event, release: threading.Event) -> threading.Thread:
    """Another process's transaction, which writes to the document and takes its time."""

    def run() -> None:
        with transaction.atomic():
            Document.objects.filter(pk=document.pk).update(title="held")
            held.set()
            release.wait(20)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert held.wait(20)
    return thread


@contextmanager
def impatient() -> Iterator[None]:
    """Has this connection wait for a lock only a moment; put back after, for connections are used again."""
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50" if sqlite else "SET lock_timeout = 50")
        yield
        cursor.execute("PRAGMA busy_timeout = 20000" if sqlite else "RESET lock_timeout")


def test_a_busy_database_is_an_unknown_outcome(document: Document, bob: User, told: list[Any]) -> None:
    ready = batch(document, new(document, bob.pk))
    held, release = threading.Event(), threading.Event()
    holder = hold(document, held, release)
    try:
        with impatient(), pytest.raises(OutcomeUnknown):
            commit([ready])
    finally:
        release.set()
        holder.join()
    assert told == []
    assert commit([ready]) == [Committed()]
    assert told == [(document.pk, 0, 1)]


def test_a_lost_connection_is_an_unknown_outcome_and_the_next_is_new(document: Document, bob: User) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no connection that could be lost")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]

    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
        connection.close()

    cutter = threading.Thread(target=cut)
    cutter.start()
    cutter.join()
    ready = batch(document, new(document, bob.pk))
    with pytest.raises(OutcomeUnknown):
        commit([ready])
    assert commit([ready]) == [Committed()]
