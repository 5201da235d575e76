"""The change between two documents keeps what they have in common."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

import pytest

from protocol.content import Content
from protocol.delta import Delta, DeltaError


def text(value: str) -> Delta:
    return Delta([{"insert": value}])


def test_it_works() -> None:
    change = text("one two three\n").diff(text("one 2 three\n"))
    assert change.to_json() == [{"retain": 4}, {"insert": "2"}, {"delete": 3}]


def test_equal_documents_differ_by_nothing() -> None:
    assert not text("a\n").diff(text("a\n"))


def test_a_format_is_laid_over_text_that_stays() -> None:
    bold = Delta([{"insert": "a "}, {"insert": "word", "attributes": {"bold": True}}, {"insert": " more\n"}])
    plain = text("a word more\n")
    assert plain.diff(bold).to_json() == [{"retain": 2}, {"retain": 4, "attributes": {"bold": True}}]
    assert bold.diff(plain).to_json() == [{"retain": 2}, {"retain": 4, "attributes": {"bold": None}}]


def test_changes_far_apart_leave_what_is_between() -> None:
    lines = [f"line number {number}\n" for number in range(100)]
    changed = ["First\n", *lines[1:50], "new\n", *lines[50:98], lines[99]]
    change = text("".join(lines)).diff(text("".join(changed)))
    assert sum(op.get("delete", 0) for op in change.to_json()) < 40
    assert sum(len(op.get("insert", "")) for op in change.to_json()) < 20


def test_words_of_one_line_are_told_apart() -> None:
    change = text("The quick brown fox jumps over the lazy dog\n").diff(
        text("A quick brown fox leaps over the lazy cat\n")
    )
    assert [op["insert"] for op in change.to_json() if "insert" in op] == ["A", "lea", "cat"]


def test_a_character_is_never_cut() -> None:
    """quill-delta's own diff does so here."""
    assert text("a😀\n").diff(text("a🙂😀\n")).to_json() == [{"retain": 1}, {"insert": "🙂"}]


def test_an_embed_stays_only_if_its_value_does() -> None:
    one, other = ({"insert": {"image": name}} for name in "ab")
    line = {"insert": "\n"}
    assert not Delta([one, line]).diff(Delta([one, line]))
    assert Delta([one, line]).diff(Delta([other, line])).to_json() == [other, {"delete": 1}]
    assert Delta([one, line]).diff(text("\ufffc\n")).to_json() == [{"insert": "\ufffc"}, {"delete": 1}]


@pytest.mark.parametrize(
    ("before", "after"), [("a\n", "a\n\n"), ("\n", "\n\n\n"), ("a\n\n\n", "a\n"), ("a\n", "b\na\n")]
)
def test_the_last_newline_stays_the_last(before: str, after: str) -> None:
    content = Content.from_delta(text(before))
    assert content.apply(text(before).diff(text(after))).text() == after


@pytest.mark.parametrize("ops", [[{"retain": 1, "attributes": {"bold": True}}], [{"insert": "a\n"}, {"delete": 1}]])
def test_a_difference_is_between_documents(ops: list[Any]) -> None:
    for one, other in ((text("a\n"), Delta(ops)), (Delta(ops), text("a\n"))):
        with pytest.raises(DeltaError) as refused:
            one.diff(other)
        assert refused.value.code == "bad_delta"


@pytest.mark.parametrize(
    "pair",
    [
        lambda size: ("a\n" * size, "b\n" * size),
        lambda size: ("a b " * size, "b a " * size),
        lambda size: ("".join(f"{n} " for n in range(size)), "".join(f"{n}\n" for n in range(size))),
        lambda size: ("".join(f"{n}\n" for n in range(size)), "".join(f"{n}\n" for n in reversed(range(size)))),
    ],
    ids=["repeated lines", "repeated words", "every other character", "in reverse"],
)
def test_the_cost_grows_with_the_length_whatever_the_text(pair: Callable[[int], tuple[str, str]]) -> None:
    assert cost(*pair(8000)) < 6 * 4 * cost(*pair(2000))


def cost(before: str, after: str) -> float:
    one, other = text(before + "\n"), text(after + "\n")
    costs = []
    for _ in range(3):
        start = process_time()
        one.diff(other)
        costs.append(process_time() - start)
    return median(costs)
