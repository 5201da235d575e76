"""Delta: what is read, how it composes, transforms and inverts, and what is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from protocol.delta import MAX_LENGTH, Delete, Delta, DeltaError, Insert, Retain

READER = TypeAdapter(Delta)
BOLD = {"bold": True}


def d(*ops: dict[str, Any]) -> Delta:
    return Delta(ops)


def refusal(attempt: Callable[[], object]) -> str:
    with pytest.raises(DeltaError) as refused:
        attempt()
    return refused.value.code


def test_it_works() -> None:
    document = d({"insert": "Gandalf the Grey\n"})
    change = d({"retain": 12}, {"insert": "White", "attributes": {"color": "white"}}, {"delete": 4})
    assert document.compose(change).to_json() == [
        {"insert": "Gandalf the "},
        {"insert": "White", "attributes": {"color": "white"}},
        {"insert": "\n"},
    ]
    assert document.compose(change).compose(change.invert(document)) == document


def test_the_ops_are_values_that_know_their_length() -> None:
    delta = d({"insert": "😀"}, {"insert": {"image": "a"}, "attributes": BOLD}, {"retain": 3, "attributes": BOLD})
    assert delta.ops == (Insert("😀", None, 2), Insert({"image": "a"}, BOLD, 1), Retain(3, BOLD))
    assert d({"delete": 2}).ops == (Delete(2),)
    assert Delta(delta.ops) == delta


def test_lengths() -> None:
    change = d({"retain": 3}, {"insert": "a😀"}, {"delete": 4})
    assert (change.length, change.base_length, change.change_in_length) == (10, 7, -1)
    assert (d().length, d().base_length, d().change_in_length) == (0, 0, 0)


def test_a_delta_without_ops_is_false() -> None:
    assert not d()
    assert not d({"retain": 5})
    assert d({"insert": "a"})


def test_it_does_not_change() -> None:
    raw: dict[str, Any] = {"insert": "a", "attributes": {"x-a": ["b"]}}
    delta = d(raw)
    raw["attributes"]["x-a"].append("c")
    delta.to_json()[0]["attributes"]["x-a"].append("d")
    delta.to_json().clear()
    assert delta.to_json() == [{"insert": "a", "attributes": {"x-a": ["b"]}}]
    with pytest.raises(AttributeError):
        delta.ops = ()  # type: ignore[misc]


# Equality


def test_equal_by_value() -> None:
    one, other = (
        d({"insert": "a", "attributes": {"x-a": {"b": 1, "c": 2}}}),
        d({"insert": "a", "attributes": {"x-a": {"c": 2.0, "b": 1}}}),
    )
    assert one == other
    assert hash(one) == hash(other)
    assert one != [{"insert": "a"}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"insert": "a", "attributes": {"x-a": True}}, {"insert": "a", "attributes": {"x-a": 1}}),
        ({"retain": 1, "attributes": {"x-a": False}}, {"retain": 1, "attributes": {"x-a": 0}}),
        ({"insert": {"divider": True}}, {"insert": {"divider": 1}}),
        ({"insert": {"divider": True}}, {"insert": "d"}),
        ({"insert": "a"}, {"insert": "a", "attributes": BOLD}),
        ({"delete": 1}, {"retain": 1, "attributes": BOLD}),
    ],
)
def test_different_by_value(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert d(one) != d(other)
    assert d({"insert": "x"}, one) != d({"insert": "x"}, other)


# Canonical form


@pytest.mark.parametrize(("given", "canonical"), [
    ([{"insert": "a"}, {"insert": "b"}], [{"insert": "ab"}]),
    ([{"insert": "a", "attributes": BOLD}, {"insert": "b"}], [{"insert": "a", "attributes": BOLD}, {"insert": "b"}]),
    ([{"insert": {"a": 1}}, {"insert": {"a": 1}}], [{"insert": {"a": 1}}, {"insert": {"a": 1}}]),
    ([{"delete": 1}, {"insert": "a"}, {"delete": 2}, {"insert": "b"}], [{"insert": "ab"}, {"delete": 3}]),
    ([{"retain": 1}, {"retain": 2}, {"delete": 1}], [{"retain": 3}, {"delete": 1}]),
    ([{"retain": 1, "attributes": BOLD}, {"retain": 2, "attributes": BOLD}], [{"retain": 3, "attributes": BOLD}]),
    ([{"insert": "a"}, {"retain": 4}], [{"insert": "a"}]),
    ([{"retain": 4}], []),
    ([{"insert": "a", "attributes": {}}], [{"insert": "a"}]),
    ([{"retain": 2, "attributes": {}}, {"delete": 1}], [{"retain": 2}, {"delete": 1}]),
    ([{"insert": "a", "attributes": {"bold": None}}], [{"insert": "a"}]),
    ([{"insert": "a", "attributes": {"bold": None}}, {"insert": "b"}], [{"insert": "ab"}]),
    ([{"retain": 1, "attributes": {"bold": None}}], [{"retain": 1, "attributes": {"bold": None}}]),
])  # fmt: skip
def test_what_means_something_is_made_canonical(given: list[Any], canonical: list[Any]) -> None:
    assert Delta(given).to_json() == canonical
    assert Delta(canonical).to_json() == canonical


# Transform and compose


def test_at_one_place_the_one_with_priority_stands_left() -> None:
    a, b = d({"insert": "A"}), d({"insert": "B"})
    assert a.transform(b, True) == d({"retain": 1}, {"insert": "B"})
    assert a.transform(b, False) == d({"insert": "B"})


def test_on_one_attribute_the_one_with_priority_wins() -> None:
    a, b = d({"retain": 1, "attributes": {"color": "red"}}), d({"retain": 1, "attributes": {"color": "blue"}})
    assert a.transform(b, True) == d()
    assert a.transform(b, False) == b


def test_what_the_other_deleted_is_not_deleted_twice() -> None:
    assert d({"retain": 1}, {"delete": 3}).transform(d({"delete": 2}), True) == d({"delete": 1})
    assert d({"delete": 3}).transform(d({"delete": 3}), False) == d()
    assert d({"delete": 3}).transform(d({"retain": 2, "attributes": BOLD}), False) == d()


def test_a_change_that_formats_keeps_its_nulls_until_it_meets_text() -> None:
    off = d({"retain": 1, "attributes": {"bold": None}})
    assert d({"retain": 1, "attributes": BOLD}).compose(off) == off
    assert d().compose(off) == off
    assert d({"insert": "a", "attributes": BOLD}).compose(off) == d({"insert": "a"})


@pytest.mark.parametrize(
    ("index", "priority", "expected"), [(0, True, 0), (2, True, 2), (2, False, 5), (3, True, 6), (9, True, 8)]
)
def test_positions(index: int, priority: bool, expected: int) -> None:
    change = d({"retain": 2}, {"insert": "abc"}, {"retain": 1}, {"delete": 4})
    assert change.transform_position(index, priority) == expected


@pytest.mark.parametrize(
    "ops", [[{"retain": 1}, {"insert": "x"}], [{"delete": 1}], [{"retain": 1, "attributes": BOLD}]]
)
def test_composing_never_cuts_a_character(ops: list[Any]) -> None:
    assert refusal(lambda: d({"insert": "😀"}).compose(Delta(ops))) == "splits_surrogate"


def test_the_inverse_of_a_change_past_the_end_is_refused() -> None:
    assert refusal(lambda: d({"delete": 3}).invert(d({"insert": "a\n"}))) == "beyond_end"
    assert refusal(lambda: d({"retain": 2}, {"delete": 1}).invert(d({"insert": "a\n"}))) == "beyond_end"


# Bad input


@pytest.mark.parametrize("ops", [
    [None], ["a"], [[]], [1], [{}], [{"attributes": BOLD}], [{"Insert": "a"}],
    [{"insert": "a", "delete": 1}], [{"insert": "a", "retain": 1}], [{"retain": 1, "delete": 1}],
    [{"insert": "a", "extra": 1}], [{"delete": 1, "attributes": BOLD}], [{"delete": 1, "attributes": {}}],
    [{"insert": ""}], [{"insert": 5}], [{"insert": None}], [{"insert": True}], [{"insert": ["a"]}],
    [{"insert": {}}], [{"insert": {"a": 1, "b": 2}}], [{"insert": {1: 2}}], [{"insert": b"a"}],
    [{"retain": {"delta": []}}], [{"retain": 1, "attributes": None}], [{"retain": 1, "attributes": []}],
    [{"insert": "a\0"}], [{"insert": {"a": "\0"}}], [{"insert": {"\0": 1}}], [{"insert": {"a": math.nan}}],
    [{"retain": MAX_LENGTH}, {"retain": 1}], [{"retain": MAX_LENGTH}, {"delete": 1}],
])  # fmt: skip
def test_what_means_nothing_is_refused(ops: list[Any]) -> None:
    assert refusal(lambda: Delta(ops)) == "bad_delta"


@pytest.mark.parametrize("kind", ["retain", "delete"])
@pytest.mark.parametrize("length", [0, -1, 1.5, 1.0, "1", True, None, [], math.nan, math.inf, MAX_LENGTH + 1, 10**400])
def test_what_is_no_length_is_refused(kind: str, length: Any) -> None:
    assert refusal(lambda: d({kind: length})) == "bad_delta"


@pytest.mark.parametrize(
    "ops", [[{"insert": "\ud83d"}], [{"insert": {"a": "\ude00"}}], [{"insert": "a", "attributes": {"\ud83d": 1}}]]
)
def test_half_a_character_is_refused(ops: list[Any]) -> None:
    assert refusal(lambda: Delta(ops)) == "splits_surrogate"


def test_an_op_that_was_made_by_hand_is_read_like_any_other() -> None:
    assert Delta([Insert("😀", {"bold": None}, 17)]).ops == (Insert("😀", None, 2),)
    assert refusal(lambda: Delta([Retain(0, None)])) == "bad_delta"


# Read by Pydantic


def test_it_is_read_from_json_and_written_again() -> None:
    assert READER.validate_json('[{"retain": 1}, {"insert": "a"}]') == d({"retain": 1}, {"insert": "a"})
    assert READER.validate_python(d({"delete": 1})) == d({"delete": 1})
    assert json.loads(READER.dump_json(d({"insert": "é"}))) == [{"insert": "é"}]


@pytest.mark.parametrize(
    "text", ["null", "{}", '"a"', "[[]]", '[{"insert": ""}]', '[{"insert":{"a":NaN}}]', "[" * 100_000]
)
def test_what_is_no_delta_is_no_valid_field(text: str) -> None:
    with pytest.raises(ValidationError):
        READER.validate_json(text)


def test_its_json_schema_lists_the_three_kinds() -> None:
    kinds = READER.json_schema()["items"]["oneOf"]
    assert [kind["required"] for kind in kinds] == [["insert"], ["retain"], ["delete"]]
    assert all(kind["additionalProperties"] is False for kind in kinds)


# Cost


def test_many_ops_cost_no_more_than_their_number() -> None:
    """Of what a frame may hold, nothing makes a cost that grows with its square."""
    assert cost_of_reading(8_000) < 6 * 4 * cost_of_reading(2_000)
    assert cost_of_composing(8_000) < 6 * 4 * cost_of_composing(2_000)


def cost_of_reading(count: int) -> float:
    ops = [{"insert": "😀 and text"}] * count
    return cost(lambda: Delta(ops))


def cost_of_composing(count: int) -> float:
    text = d({"insert": "a😀" * count})
    change = Delta([{"retain": 1, "attributes": {"bold": None}}, {"retain": 2}] * count)
    return cost(lambda: text.compose(change))


def cost(run: Callable[[], object]) -> float:
    costs = []
    for _ in range(3):
        start = process_time()
        run()
        costs.append(process_time() - start)
    return median(costs)
