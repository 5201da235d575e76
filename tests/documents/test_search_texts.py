"""Texts become findable a few seconds after they were written, whatever happened meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from documents import acts
from documents.models import Document, Revision, SearchEntry
from documents.search import texts
from documents.search.find import find
from documents.search.query import parse
from documents.submit import submit
from protocol.authority import Submission
from protocol.delta import Delta
from tests.documents.conftest import principal, typed


def found(user: User, query: str) -> list[str]:
    return [document.title for document in find(principal(user), parse(query), 20, 0)]


def test_they_follow(document: Document, alice: User) -> None:
    typed(document, alice, "first")
    texts.follow(seconds=60)
    assert found(alice, "first") == ["A document"]
    typed(document, alice, "second ")
    assert found(alice, "second") == []
    texts.follow(seconds=60)
    assert found(alice, "first second") == ["A document"]


def test_what_is_deleted_from_a_text_is_found_no_more(document: Document, alice: User) -> None:
    typed(document, alice, "gone")
    texts.follow(seconds=60)
    submit(document.pk, principal(alice), Submission("typewriter", 2, document.version, Delta([{"delete": 4}])))
    texts.follow(seconds=60)
    assert found(alice, "gone") == []


def test_a_document_made_in_another_way_is_found_too(document: Document, alice: User) -> None:
    assert found(alice, "document") == []
    texts.follow(seconds=60)
    assert found(alice, "document") == ["A document"]


def test_what_is_up_to_date_is_left_alone(document: Document, alice: User, django_assert_num_queries: Any) -> None:
    typed(document, alice, "text")
    texts.follow(seconds=60)
    with django_assert_num_queries(1):
        texts.follow(seconds=60)


def test_a_run_ends_and_those_left_longest_come_first(alice: User) -> None:
    old, new = acts.create(alice.pk, "old"), acts.create(alice.pk, "new")
    for document in (old, new):
        typed(document, alice, "text")
    SearchEntry.objects.filter(document=old).update(at=timezone.now() - timedelta(hours=1))
    SearchEntry.objects.filter(document=new).update(at=timezone.now() - timedelta(minutes=1))
    texts.follow(seconds=0)
    assert found(alice, "text") == ["old"]
    texts.follow(seconds=0)
    assert sorted(found(alice, "text")) == ["new", "old"]


def test_a_long_document_rests_in_between(document: Document, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "LONG", 4)
    typed(document, alice, "first ")
    texts.follow(seconds=60)
    typed(document, alice, "second ")
    texts.follow(seconds=60)
    assert found(alice, "second") == []
    SearchEntry.objects.update(at=timezone.now() - texts.LONG_RESTS)
    texts.follow(seconds=60)
    assert found(alice, "second") == ["A document"]


def test_of_a_long_text_the_beginning_is_found(
    document: Document, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "TEXT_LENGTH", 10)
    typed(document, alice, "beginning, then the end")
    texts.follow(seconds=60)
    assert found(alice, "beginning") == ["A document"]
    assert found(alice, "end") == []


def test_the_largest_text_there_may_be_is_kept(document: Document, alice: User) -> None:
    # Of four bytes each and no two alike, and each a word: the most that a vector of PostgreSQL's has to hold.
    everything = "".join(chr(point) for point in (*range(0x20000, 0x2A6DF), *range(0x30000, 0x3134A)))
    typed(document, alice, everything, "\ufdfa" * 200_000)
    texts.follow(seconds=60)
    entry = SearchEntry.objects.get()
    assert len(entry.words) == texts.TEXT_LENGTH


def test_a_deleted_document_leaves_nothing(alice: User) -> None:
    document = acts.create(alice.pk, "gone")
    typed(document, alice, "for good")
    texts.follow(seconds=60)
    acts.move(document.pk, None, "trashed")
    acts.delete_for_good(document.pk, timezone.now() + timedelta(seconds=1))
    assert not SearchEntry.objects.exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM documents_searchindex WHERE documents_searchindex MATCH 'good'")
            assert cursor.fetchone() == (0,)
            cursor.execute("INSERT INTO documents_searchindex (documents_searchindex) VALUES ('integrity-check')")


def test_one_that_cannot_be_read_stops_no_other(
    document: Document, alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    typed(document, alice, "secret words")
    Revision.objects.filter(document=document).update(delta='[{"insert": "secret words"')
    whole = acts.create(alice.pk, "whole")
    typed(whole, alice, "text")
    texts.follow(seconds=60)
    assert found(alice, "text") == ["whole"]
    assert str(document.pk) in caplog.text
    assert "secret" not in caplog.text
    caplog.clear()
    texts.follow(seconds=60)  # it is not tried again and again
    assert not caplog.text
