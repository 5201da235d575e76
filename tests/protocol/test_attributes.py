"""Maps of attributes, and JSON values as the algebra compares them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from protocol import attributes
from protocol.delta import DeltaError

Json = dict[str, Any]


def test_later_attributes_are_laid_over_earlier_ones() -> None:
    a: Json = {"bold": True, "color": "red"}
    b: Json = {"color": "blue", "bold": None}
    assert attributes.compose(a, b, keep_null=True) == {"bold": None, "color": "blue"}
    assert attributes.compose(a, b, keep_null=False) == {"color": "blue"}
    assert attributes.compose(a, {"bold": None, "color": None}, keep_null=False) is None
    assert attributes.compose(None, {"bold": None}, keep_null=False) is None
    assert attributes.compose(a, None, keep_null=False) is a


@pytest.mark.parametrize("value", [False, 0, "", [], {}])
def test_only_null_takes_away(value: Any) -> None:
    assert attributes.compose({"x-a": 1}, {"x-a": value}, keep_null=False) == {"x-a": value}


def test_with_priority_the_first_keeps_what_both_set() -> None:
    a, b = {"bold": True, "link": None}, {"bold": None, "link": "b", "color": "red"}
    assert attributes.transform(a, b, priority=True) == {"color": "red"}
    assert attributes.transform(a, b, priority=False) == b
    assert attributes.transform(b, a, priority=True) is None


def test_the_inverse_restores_and_takes_away() -> None:
    base: Json = {"bold": True, "color": "red"}
    change: Json = {"bold": None, "color": "red", "italic": True, "link": None}
    assert attributes.invert(change, base) == {"bold": True, "italic": None, "link": None}
    assert attributes.invert({"color": "red"}, base) is None
    assert attributes.invert(None, base) is None


def test_a_difference_leads_from_one_to_the_other() -> None:
    a: Json = {"bold": True, "color": "red"}
    b: Json = {"color": "blue", "italic": True}
    assert attributes.diff(a, b) == {"bold": None, "color": "blue", "italic": True}
    assert attributes.diff(a, dict(reversed(a.items()))) is None
    assert attributes.diff(None, None) is None


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 1.0),
        (0, 0.0),
        ("a", "a"),
        (None, None),
        ([1, {"a": 1}], [1.0, {"a": 1}]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ],
)
def test_equal_values(a: Any, b: Any) -> None:
    assert attributes.equal(a, b)
    assert attributes.same({"x-a": a}, {"x-a": b})


@pytest.mark.parametrize(
    ("a", "b"),
    [
        *[(True, 1), (False, 0), (0, None), ("", None), ("1", 1), ([], {}), ([1], [1, 1]), ([True], [1])],
        *[({"a": True}, {"a": 1}), ({"a": 1}, {"b": 1}), ({"a": None}, {}), ([[False]], [[0]])],
    ],
)
def test_different_values(a: Any, b: Any) -> None:
    assert not attributes.equal(a, b)
    assert not attributes.same({"x-a": a}, {"x-a": b})
    assert attributes.diff({"x-a": a}, {"x-a": b}) == {"x-a": b}


def test_what_is_read_is_a_copy_with_whole_numbers_as_such() -> None:
    inner: Json = {"id": 1.0, "by": ["x", -0.0, 1.5]}
    read = attributes.read({"x-a": inner})
    inner["by"].append("later")
    assert read == {"x-a": {"id": 1, "by": ["x", 0, 1.5]}}
    assert "1.0" not in str(read)
    assert attributes.read({}) is None


@pytest.mark.parametrize(
    "raw",
    [
        *[None, [], "bold", 1, {1: True}, {"a\0": 1}, {"a": "\0"}, {"a": ["\0"]}, {"a": {"\0": 1}}],
        *[{"a": math.nan}, {"a": math.inf}, {"a": [-math.inf]}, {"a": 2**53}, {"a": {2: 1}}, {"a": b"a"}, {"a": {1}}],
    ],
)
def test_what_is_no_map_of_json_values_is_refused(raw: Any) -> None:
    with pytest.raises(DeltaError) as refused:
        attributes.read(raw)
    assert refused.value.code == "bad_delta"


def test_a_value_nests_to_a_limit() -> None:
    assert attributes.read({"a": nested(attributes.MAX_DEPTH)}) is not None
    for depth in (attributes.MAX_DEPTH + 1, 100_000):
        with pytest.raises(DeltaError):
            attributes.read({"a": nested(depth)})


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value
