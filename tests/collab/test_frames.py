"""Frames on their way out, which are put together from parts that were encoded before."""

import json
from datetime import UTC, datetime

import pytest

from collab.frames import Entry, encode_revision, page_of, within
from protocol.delta import Delta
from protocol.messages import Revision, Revisions, encode

DELTA = Delta([{"retain": 2}, {"insert": 'é"😀\n', "attributes": {"link": "https://a", "bold": True}}])


def revision(version: int = 7, user_id: str | None = "0b2a", at: datetime | None = None) -> Revision:
    at = at or datetime(2026, 1, 2, 3, 4, 5, 678900, UTC)
    return Revision(version=version, client_id="@restore", seq=1, user_id=user_id, at=at, delta=DELTA)


def test_a_page_is_the_frame_that_the_model_makes() -> None:
    revisions = (revision(7), revision(8))
    page = page_of([Entry.of(one) for one in revisions])
    assert json.loads(page.frame.text) == json.loads(encode(Revisions(revisions=revisions)))
    assert (page.version, page.frame.size) == (8, len(page.frame.text.encode()))


@pytest.mark.parametrize("user_id", [None, "0b2a"])
@pytest.mark.parametrize("at", [datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 2, 3, 4, 5, 678900, UTC)])
def test_a_revision_is_encoded_as_its_model_is(user_id: str | None, at: datetime) -> None:
    one = revision(user_id=user_id, at=at)
    assert json.loads(encode_revision(one)) == json.loads(one.model_dump_json())


def test_a_page_ends_where_it_is_large_enough() -> None:
    entries = [Entry.of(revision(version)) for version in range(1, 6)]
    assert len(within(entries, entries[0].json.size * 2 + 2)) == 2
    assert len(within(entries, 1)) == 1
