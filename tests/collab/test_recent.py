"""The revisions in memory: bounded, and the same frame for all who keep up."""

from datetime import UTC, datetime

import pytest

from collab import recent
from collab.frames import Entry
from collab.recent import Recent
from protocol.delta import Delta
from protocol.messages import Revision, Revisions, encode

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def revision(version: int, text: str = "é😀") -> Revision:
    delta = Delta([{"insert": text}])
    return Revision(version=version, client_id="client-0001", seq=version, user_id=None, at=NOW, delta=delta)


def held(first: int, last: int, page_bytes: int = 10_000) -> Recent:
    made = Recent(first - 1, page_bytes)
    made.add(revision(version) for version in range(first, last + 1))
    return made


def test_a_page_is_the_frame_of_its_revisions() -> None:
    page = held(5, 8).page(5)
    assert page is not None
    frame = encode(Revisions(revisions=tuple(revision(version) for version in (6, 7, 8))))
    assert (page.frame.text, page.frame.size, page.version) == (frame, len(frame.encode()), 8)


def test_all_who_keep_up_get_the_same_page() -> None:
    log = held(1, 3)
    assert log.page(2) is log.page(2)
    log.add([revision(4)])
    page = log.page(3)
    assert page is not None
    assert page.version == 4


def test_a_page_ends_at_its_limit_and_holds_one_at_least() -> None:
    one = held(1, 5, page_bytes=1).page(0)
    two = held(1, 5, page_bytes=2 * len(encode(revision(1)).encode()) + 2).page(0)
    assert one is not None
    assert two is not None
    assert (one.version, two.version) == (1, 2)


@pytest.mark.parametrize("after", [0, 3, 8, 9])
def test_what_is_not_held_is_no_page(after: int) -> None:
    assert held(5, 8).page(after) is None


def test_what_is_not_held_any_more_has_no_deltas() -> None:
    log = held(5, 8)
    assert log.deltas(3) is None
    assert log.deltas(4) == [revision(1).delta] * 4
    assert log.deltas(8) == []
    assert log.deltas(9) is None


def test_a_gap_is_a_bug() -> None:
    with pytest.raises(ValueError, match="gaps"):
        held(1, 3).add([revision(5)])


def test_the_oldest_go_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST_REVISIONS", 100)
    log = held(1, 1000)
    assert log.version == 1000
    assert 900 <= log.start < 1000
    assert log.revision(1000) == Entry.of(revision(1000))
    assert log.revision(log.start) is None


def test_the_oldest_go_when_they_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST_BYTES", 10_000)
    log = Recent(0, 10_000)
    for version in range(1, 50):
        log.add([revision(version, "x" * 1000)])
    assert log.version - log.start <= 10
    log.add([revision(50, "x" * 100_000)])
    assert log.start == 49
