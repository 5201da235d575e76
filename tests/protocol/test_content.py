"""Content: a document's text, in a tree that changes share."""

from __future__ import annotations

import random
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

import pytest

from protocol.content import Content
from protocol.delta import Delta, DeltaError
from tests.protocol.trees import assert_sound, height, make_nodes_small, nodes, root
from tests.scale import rounds


def document(*ops: dict[str, Any]) -> Content:
    return Content.from_delta(Delta(ops))


def insert(at: int, text: str) -> Delta:
    return Delta([{"retain": at}, {"insert": text}] if at else [{"insert": text}])


def refusal(attempt: Callable[[], object]) -> str:
    with pytest.raises(DeltaError) as refused:
        attempt()
    return refused.value.code


def test_it_applies_a_change() -> None:
    content = document({"insert": "Hello\n"}).apply(insert(5, " 😀")).apply(Delta([{"delete": 1}, {"insert": "h"}]))
    assert content.to_json() == [{"insert": "hello 😀\n"}]
    assert content.text() == "hello 😀\n"
    assert content.length == 9


def test_the_empty_document_is_one_newline() -> None:
    assert Content.EMPTY.to_json() == [{"insert": "\n"}]
    assert Content.EMPTY.length == 1


def test_the_content_before_stays_as_it_was() -> None:
    before = document({"insert": "one\n"})
    after = before.apply(insert(3, " two"))
    assert (before.text(), after.text()) == ("one\n", "one two\n")


def test_an_embed_is_one_unit_and_shown_as_u_fffc() -> None:
    content = document({"insert": "a"}, {"insert": {"image": "b"}}, {"insert": "\n"})
    assert content.length == 3
    assert content.text() == "a\ufffc\n"
    assert content.slice(1, 2) == Delta([{"insert": {"image": "b"}}])


def test_a_line_format_may_reach_the_last_newline() -> None:
    content = document({"insert": "a\n"}).apply(Delta([{"retain": 1}, {"retain": 1, "attributes": {"header": 1}}]))
    assert content.to_json() == [{"insert": "a"}, {"insert": "\n", "attributes": {"header": 1}}]


def test_the_inverse_leads_back() -> None:
    content = document({"insert": "Hi "}, {"insert": "you", "attributes": {"bold": True}}, {"insert": "\n"})
    change = Delta([{"retain": 1, "attributes": {"bold": True}}, {"delete": 4}, {"insert": "x"}])
    assert content.apply(change).apply(content.invert(change)) == content


def test_equal_is_what_has_equal_text_however_it_came_about() -> None:
    typed = Content.EMPTY
    for index, letter in enumerate("hello"):
        typed = typed.apply(insert(index, letter))
    assert typed == document({"insert": "hello\n"})
    assert hash(typed) == hash(document({"insert": "hello\n"}))
    assert typed != document({"insert": "hallo\n"})
    assert typed != "hello\n"


def test_only_inserts_that_end_in_a_newline_are_a_document() -> None:
    assert refusal(lambda: document({"insert": "a"}, {"retain": 1, "attributes": {"bold": True}})) == "bad_delta"
    assert refusal(lambda: document({"insert": "a\n"}, {"delete": 1})) == "bad_delta"
    assert refusal(lambda: document({"insert": "a"})) == "final_newline"
    assert refusal(lambda: document({"insert": "\n"}, {"insert": {"image": "a"}})) == "final_newline"
    assert refusal(document) == "final_newline"


def test_a_stored_document_holds_no_null() -> None:
    stored = [{"insert": "a\n", "attributes": {"bold": None}}]
    assert refusal(lambda: Content.from_json(stored)) == "bad_delta"
    assert Content.from_json([{"insert": "a\n", "attributes": {"bold": True}}]).length == 2


@pytest.mark.parametrize("ops", [
    [{"delete": 4}],
    [{"retain": 4}, {"insert": "x"}],
    [{"retain": 4, "attributes": {"bold": True}}],
    [{"retain": 3}, {"delete": 1}],
])  # fmt: skip
def test_a_change_past_the_end_is_refused(ops: list[dict[str, Any]]) -> None:
    content = document({"insert": "ab\n"})
    assert refusal(lambda: content.apply(Delta(ops))) == "beyond_end"
    assert refusal(lambda: content.invert(Delta(ops))) == "beyond_end"


@pytest.mark.parametrize("ops", [
    [{"delete": 3}],
    [{"retain": 2}, {"delete": 1}],
    [{"retain": 3}, {"insert": "x"}],
    [{"retain": 3}, {"insert": "\n"}],
    [{"delete": 3}, {"insert": "x\n"}],
])  # fmt: skip
def test_the_last_newline_stays_the_last_character(ops: list[dict[str, Any]]) -> None:
    assert refusal(lambda: document({"insert": "ab\n"}).apply(Delta(ops))) == "final_newline"


@pytest.mark.parametrize("ops", [
    [{"retain": 2}, {"insert": "x"}],
    [{"delete": 2}],
    [{"retain": 1}, {"delete": 1}],
    [{"retain": 2}, {"delete": 1}],
    [{"retain": 2, "attributes": {"bold": True}}],
])  # fmt: skip
def test_a_change_that_cuts_a_character_is_refused(ops: list[dict[str, Any]]) -> None:
    assert refusal(lambda: document({"insert": "a😀b\n"}).apply(Delta(ops))) == "splits_surrogate"


def test_a_slice_that_cuts_a_character_is_refused() -> None:
    assert refusal(lambda: document({"insert": "😀\n"}).slice(0, 1)) == "splits_surrogate"


# The tree


@pytest.mark.parametrize("seed", range(rounds(20, 1000)))
def test_the_tree_stays_sound_through_any_edits(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    make_nodes_small(monkeypatch)
    draw = random.Random(seed)
    content, text = Content.EMPTY, "\n"
    for _ in range(120):
        start = draw.randrange(len(text))
        end = min(start + draw.choice([0, 0, 1, 3, 40]), len(text) - 1)
        new = "".join(draw.choices("abc😀é", k=draw.choice([0, 1, 1, 5, 60])))
        content = content.apply(replacement(text[:start], text[start:end], new, bold=draw.random() < 0.3))
        text = text[:start] + new + text[end:]
        assert content.text() == text
        assert_sound(content)


def replacement(before: str, gone: str, new: str, *, bold: bool) -> Delta:
    ops: list[dict[str, Any]] = []
    if before:
        ops.append({"retain": units(before)})
    if new:
        ops.append({"insert": new} | ({"attributes": {"bold": True}} if bold else {}))
    if gone:
        ops.append({"delete": units(gone)})
    return Delta(ops)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("text", ["a", "😀", "a😀", "漢"])
def test_a_long_text_is_cut_into_leaves(text: str) -> None:
    content = document({"insert": text * 10_000 + "\n"})
    assert content.text() == text * 10_000 + "\n"
    assert_sound(content)


def test_a_document_that_is_emptied_is_a_leaf_again() -> None:
    content = document({"insert": "a line of text\n" * 10_000})
    assert height(root(content)) > 2
    assert height(root(content.apply(Delta([{"delete": content.length - 1}])))) == 1


def test_a_document_that_shrinks_gives_its_nodes_back() -> None:
    content = document({"insert": "abcdefghij" * 5000 + "\n"})
    full = len(nodes(root(content)))
    for line in reversed(range(5000)):
        content = content.apply(Delta([{"retain": 10 * line + 1}, {"delete": 9}]))
    assert content.text() == "a" * 5000 + "\n"
    assert len(nodes(root(content))) < full / 3
    assert_sound(content)


def test_a_change_shares_all_but_the_nodes_on_its_way() -> None:
    before = document({"insert": "a line of text\n" * 100_000})
    after = before.apply(insert(750_000, "x"))
    shared = {id(node) for node in nodes(root(before))}
    new = [node for node in nodes(root(after)) if id(node) not in shared]
    assert len(new) <= height(root(after)) + 1


def test_a_change_costs_about_the_same_in_any_document() -> None:
    small, large = (document({"insert": "0123456789abcde\n" * lines}) for lines in (64, 655_360))
    assert (small.length, large.length) == (1024, 10 * 1024 * 1024)
    assert cost_of_typing(large) < 8 * cost_of_typing(small)


def cost_of_typing(content: Content) -> float:
    draw = random.Random(1)
    changes = [insert(draw.randrange(1, content.length), "x") for _ in range(300)]
    costs = []
    for change in changes:
        start = process_time()
        content.apply(change)
        costs.append(process_time() - start)
    return median(costs)


def test_many_small_changes_at_once_cost_no_more_than_their_number() -> None:
    """A frame may carry hundreds of thousands of ops: none of them may cost what the whole text costs."""
    count = 20_000
    content = document({"insert": "ab😀" * count + "\n"})
    change = Delta([{"retain": 1}, {"delete": 1}, {"retain": 2, "attributes": {"bold": True}}] * count)
    start = process_time()
    half = content.apply(Delta(change.to_json()[: 3 * count // 2]))
    middle = process_time()
    whole = content.apply(change)
    assert process_time() - middle < 6 * (middle - start)
    assert half.length - whole.length == count // 2
