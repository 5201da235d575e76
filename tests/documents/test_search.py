"""GET /api/v1/search"""

from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from documents import acts
from documents.api.paging import make_cursor
from documents.models import Document, SearchEntry
from documents.search import texts
from documents.search.find import find
from documents.search.query import parse
from protocol.errors import ProtocolError
from tests.documents.conftest import Answer, Asker, principal, typed


def search(asker: Asker, query: str, more: str = "") -> Answer:
    answer = asker("GET", f"search?q={quote(query)}{more}")
    assert answer.status == 200, answer.body
    return answer


def titles(asker: Asker, query: str) -> list[str]:
    return [found["document"]["title"] for found in search(asker, query).body["found"]]


def passages(asker: Asker, query: str) -> list[Any]:
    return [found["passage"] for found in search(asker, query).body["found"]]


def written(owner: User, title: str, text: str = "") -> Document:
    document = acts.create(owner.pk, title)
    if text:
        typed(document, owner, text)
    return document


def marked(passage: Any) -> list[str]:
    units = passage["text"].encode("utf-16-le")
    return [units[2 * start : 2 * end].decode("utf-16-le") for start, end in passage["marks"]]


def test_it_finds_by_title_and_by_text(alice: User, as_alice: Asker) -> None:
    written(alice, "Plans for spring", "We shall plant tomatoes.")
    written(alice, "Shopping", "Seeds, and a spade for the spring.")
    texts.follow(seconds=60)
    assert titles(as_alice, "tomatoes") == ["Plans for spring"]
    assert titles(as_alice, "spade seeds") == ["Shopping"]
    assert titles(as_alice, "spade tomatoes") == []


def test_what_is_in_the_title_comes_first(alice: User, as_alice: Asker) -> None:
    for title, text in (("Cellar", "apples"), ("Apples", "in the cellar, with much else"), ("Attic", "apples")):
        written(alice, title, text)
    texts.follow(seconds=60)
    assert titles(as_alice, "apples")[0] == "Apples"
    assert titles(as_alice, "cellar")[0] == "Cellar"


def test_it_shows_the_matching_passage(alice: User, as_alice: Asker) -> None:
    written(alice, "Long", "Nothing here. " * 100 + "😀 The Crème brûlée\nis served. " + "Nor here. " * 100)
    texts.follow(seconds=60)
    [passage] = passages(as_alice, "creme served")
    assert "😀 The Crème brûlée is served." in passage["text"]
    assert marked(passage) == ["Crème", "served"]
    assert len(passage["text"]) <= 200


def test_a_title_alone_has_no_passage(alice: User, as_alice: Asker) -> None:
    written(alice, "Minutes", "of a meeting")
    texts.follow(seconds=60)
    assert passages(as_alice, "minutes") == [None]


def test_titles_are_found_at_once(alice: User, as_alice: Asker) -> None:
    document = acts.create(alice.pk, "Untitled")
    assert titles(as_alice, "untitled") == ["Untitled"]
    acts.rename(document.pk, None, "Travels")
    assert titles(as_alice, "travels") == ["Travels"]
    assert titles(as_alice, "untitled") == []


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("A document about editors", "docu"),  # the last word may go on
        ("A document about editors", "DOCUMENT edit"),
        ("Don't wait", "don't"),
        ("Őszi terv, crème brûlée", "oszi TERV creme"),
        ("Cafe\u0301 society", "café"),
        ("Straße", "STRASSE"),
        ("the quick brown fox", '"quick brown"'),
        ("the quick brown fox", '"brown fo'),
        ("私は東京都に住んでいます", "東京"),
        ("私は東京都に住んでいます", "京都に住"),
        ("สวัสดีชาวโลก", "ชาวโลก"),
        ("동해물과 백두산이", "백두"),
        ("हिन्दी में लिखा", "हिन्दी"),
        ("مرحبا بالعالم", "مرحبا"),
        ("version 2.5e7 of v1", "2.5e7"),
    ],
)
def test_people_find_what_they_mean(alice: User, as_alice: Asker, text: str, query: str) -> None:
    written(alice, "One", text)
    written(alice, "Another", "something else")
    texts.follow(seconds=60)
    assert titles(as_alice, query) == ["One"]
    assert passages(as_alice, query)[0]["marks"]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("the quick brown fox", '"quick fox"'),
        ("the quick brown fox", '"quick bro"'),
        ("the quick brown fox", "bro quick"),
        ("the quick brown fox", "rown"),
        ("東から京へ", "東京"),
        ("かき", "がき"),
    ],
)
def test_and_not_what_they_do_not(alice: User, as_alice: Asker, text: str, query: str) -> None:
    written(alice, "One", text)
    texts.follow(seconds=60)
    assert titles(as_alice, query) == []


def test_words_side_by_side_are_found_however_far_down(alice: User, as_alice: Asker) -> None:
    written(alice, "Far", "red door " * 9_000 + "red house")
    texts.follow(seconds=60)
    assert titles(as_alice, '"red house"') == ["Far"]
    assert titles(as_alice, '"house red"') == []


def test_it_goes_by_pages(alice: User, as_alice: Asker) -> None:
    for number in range(5):
        written(alice, f"Page {number}")
    first = search(as_alice, "page", "&limit=3").body
    second = search(as_alice, "page", f"&limit=3&cursor={first['next_cursor']}").body
    assert second["next_cursor"] is None
    found = [found["document"]["title"] for found in first["found"] + second["found"]]
    assert sorted(found) == [f"Page {number}" for number in range(5)]


# Rights


def test_one_finds_what_one_may_read_and_nothing_else(
    document: Document, alice: User, as_alice: Asker, as_bob: Asker, as_carol: Asker, as_mallory: Asker
) -> None:
    acts.rename(document.pk, None, "Shared secret")
    typed(document, alice, "the treasure")
    written(alice, "Secret of alice's alone", "another treasure")
    texts.follow(seconds=60)
    for query in ("secret", "treasure"):
        assert len(titles(as_alice, query)) == 2
        assert titles(as_bob, query) == titles(as_carol, query) == ["Shared secret"]
        assert titles(as_mallory, query) == []


def test_whoever_is_removed_finds_it_no_more(document: Document, bob: User, as_bob: Asker) -> None:
    texts.follow(seconds=60)
    assert titles(as_bob, "document") == ["A document"]
    acts.remove_member(document.pk, None, bob.pk)
    assert titles(as_bob, "document") == []


def test_a_passage_never_shows_a_version_that_one_may_not_see(
    document: Document, alice: User, as_alice: Asker, as_bob: Asker, as_carol: Asker
) -> None:
    typed(document, alice, "this word is secret")
    texts.follow(seconds=60)
    assert passages(as_carol, "secret") == passages(as_bob, "secret") != [None]
    typed(document, alice, "and goes. ")
    assert passages(as_carol, "secret") == [None]
    assert marked(passages(as_bob, "secret")[0]) == ["secret"]
    acts.show_history_to_viewers(document.pk, None, shown=True)
    assert marked(passages(as_carol, "secret")[0]) == ["secret"]


def test_what_is_in_the_trash_is_not_found_until_it_comes_back(alice: User, as_alice: Asker) -> None:
    document = written(alice, "Rubbish")
    acts.move(document.pk, None, "trashed")
    assert titles(as_alice, "rubbish") == []
    acts.move(document.pk, None, "open")
    assert titles(as_alice, "rubbish") == ["Rubbish"]


def test_it_needs_a_token_that_reads(as_nobody: Asker, alice: User) -> None:
    assert as_nobody("GET", "search?q=a").refused == (401, "unauthenticated")
    assert Asker(alice, "write")("GET", "search?q=a").refused == (403, "forbidden")


# Bad input


@pytest.mark.parametrize(
    "query",
    ["", " ", '"', '""', '"""', "(", "a AND", "NOT", "a OR OR b", "NEAR(", "*", "a*b", ":", "title_words:a", "^a", "-a",
     "a:*", "&|!", "\\", "'", "%", "_", "\0", "😀", "a" * 200, "a " * 100, "東" * 200, "{}[]<>"],
)  # fmt: skip
def test_nothing_that_is_typed_is_wrong(alice: User, as_alice: Asker, query: str) -> None:
    written(alice, "a", "text")
    texts.follow(seconds=60)
    search(as_alice, query)


@pytest.mark.parametrize(
    "about",
    [
        "",
        "q=" + "a" * 201,
        "q=a&limit=101",
        "q=a&cursor=x",
        f"q=a&cursor={make_cursor('1001')}",
        f"q=a&cursor={make_cursor('-1')}",
    ],
)
def test_it_refuses_what_is_out_of_bounds(as_alice: Asker, about: str) -> None:
    assert as_alice("GET", f"search?{about}").refused == (422, "invalid_field")


def test_a_search_that_takes_too_long_is_ended(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.search.find.SECONDS", 1e-6)
    monkeypatch.setattr("documents.search.sqlite.STEPS", 1)
    monkeypatch.setattr("documents.search.postgresql.TOGETHER", " AND %s = %s AND pg_sleep(1) IS NOT NULL")
    for number in range(50):
        written(alice, f"red door {number}")
    with pytest.raises(ProtocolError, match="takes too long"):
        find(principal(alice), parse('"red door"'), 20, 0)


def test_its_queries_do_not_grow_with_what_it_finds(alice: User, as_alice: Asker) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            search(as_alice, "number")
        return len(captured)

    written(alice, "number 0")
    queries()  # the first use of the token is noted
    few = queries()
    for number in range(1, 20):
        written(alice, f"number {number}")
    assert queries() == few
    assert SearchEntry.objects.count() == 20
