"""The digest chained over a document's changes."""

from __future__ import annotations

from protocol import digest
from protocol.delta import Delta


def test_it_works() -> None:
    first = digest.chain(digest.START, Delta([{"insert": "a"}]))
    second = digest.chain(first, Delta([{"retain": 1}, {"insert": "b"}]))
    assert len({digest.START, first, second}) == 3
    assert all(len(one) == 64 for one in (digest.START, first, second))


def test_the_same_history_has_the_same_digest_for_ever() -> None:
    """Stored digests stay good only while this holds."""
    change = Delta([{"insert": "é😀", "attributes": {"link": "a", "bold": True}}, {"delete": 1}])
    assert change.json == '[{"attributes":{"bold":true,"link":"a"},"insert":"é😀"},{"delete":1}]'
    assert digest.chain(digest.START, change) == "9707da0369c883b8b50e1df777c377b77bc0bb60cc9f7e4eab432c43f6b72106"


def test_equal_changes_have_one_digest() -> None:
    one = Delta([{"insert": "ab", "attributes": {"x-a": 1, "bold": True}}])
    other = Delta(
        [
            {"insert": "a", "attributes": {"bold": True, "x-a": 1.0}},
            {"insert": "b", "attributes": {"x-a": 1, "bold": True}},
        ]
    )
    assert digest.chain(digest.START, one) == digest.chain(digest.START, other)


def test_any_difference_before_makes_another_digest() -> None:
    change = Delta([{"insert": "a"}])
    assert digest.chain(digest.START, change) != digest.chain(digest.START, Delta([{"insert": "b"}]))
    assert digest.chain(digest.START, change) != digest.chain(digest.chain(digest.START, Delta()), change)
    true, one = (Delta([{"retain": 1, "attributes": {"x-a": value}}]) for value in (True, 1))
    assert digest.chain(digest.START, true) != digest.chain(digest.START, one)
