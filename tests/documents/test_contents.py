"""GET /api/v1/documents/{id}/contents"""

import pytest

from accounts.models import User
from documents.models import Document
from tests.documents.conftest import Asker, typed


@pytest.fixture
def written(document: Document, alice: User) -> Document:
    """A document whose versions are "", "a", "ba" and "cba"."""
    typed(document, alice, "a", "b", "c")
    return document


def test_it_reads_the_newest(written: Document, as_carol: Asker) -> None:
    answer = as_carol("GET", f"documents/{written.pk}/contents")
    assert (answer.status, answer.body) == (200, {"version": 3, "contents": [{"insert": "cba\n"}]})


@pytest.mark.parametrize(("version", "text"), [(0, "\n"), (1, "a\n"), (2, "ba\n"), (3, "cba\n")])
def test_it_reads_any_version(written: Document, as_bob: Asker, version: int, text: str) -> None:
    answer = as_bob("GET", f"documents/{written.pk}/contents?version={version}")
    assert answer.body == {"version": version, "contents": [{"insert": text}]}


def test_an_earlier_version_is_history(written: Document, as_carol: Asker) -> None:
    assert as_carol("GET", f"documents/{written.pk}/contents?version=3").status == 200
    assert as_carol("GET", f"documents/{written.pk}/contents?version=2").refused == (403, "forbidden")


def test_viewers_read_history_where_the_owner_lets_them(written: Document, as_alice: Asker, as_carol: Asker) -> None:
    as_alice("PATCH", f"documents/{written.pk}", {"viewers_see_history": True})
    assert as_carol("GET", f"documents/{written.pk}/contents?version=2").body["contents"] == [{"insert": "ba\n"}]


def test_to_a_stranger_it_is_not_there(written: Document, as_mallory: Asker) -> None:
    assert as_mallory("GET", f"documents/{written.pk}/contents").refused == (404, "not_found")


def test_a_token_that_only_writes_does_not_read(written: Document, bob: User) -> None:
    assert Asker(bob, "write")("GET", f"documents/{written.pk}/contents").refused == (403, "forbidden")


def test_a_version_that_is_still_to_come_is_refused(written: Document, as_bob: Asker) -> None:
    answer = as_bob("GET", f"documents/{written.pk}/contents?version=4")
    assert answer.refused == (409, "base_version_ahead")


@pytest.mark.parametrize("version", ["-1", "x", "1.5", str(2**53), "99999999999999999999999"])
def test_it_refuses_what_is_no_version(written: Document, as_bob: Asker, version: str) -> None:
    assert as_bob("GET", f"documents/{written.pk}/contents?version={version}").refused == (422, "invalid_field")
