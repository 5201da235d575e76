"""Maps of attributes, and JSON values as the algebra compares them.

A map is never changed in place, so maps are shared freely. An empty map is written `None`. In a change, a value of
null takes the attribute away.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from math import isfinite
from typing import Any

from pydantic import JsonValue

from . import text
from .errors import DeltaError

Attributes = Mapping[str, JsonValue]

MAX_WHOLE = 2**53 - 1
"""The greatest whole number that every JSON reader holds exactly."""

MAX_DEPTH = 16
"""How deep lists and objects may nest within one value."""


def equal(a: JsonValue, b: JsonValue) -> bool:
    """Whether `a` and `b` are one JSON value: `true` is not `1`, `1` is `1.0`, the order of keys is nothing."""
    if a is b:
        return True
    if isinstance(a, bool) or isinstance(b, bool):
        return False
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(value, b[key]) for key, value in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(equal, a, b))
    return a == b


def same(a: Attributes | None, b: Attributes | None) -> bool:
    """Whether two maps hold the same names with equal values."""
    if a is b:
        return True
    # Python's comparison is quick and finds every difference but that between true and 1.
    return a is not None and b is not None and a == b and all(equal(value, b[name]) for name, value in a.items())


def compose(a: Attributes | None, b: Attributes | None, *, keep_null: bool) -> Attributes | None:
    """First `a`, then `b`. On a change nulls are kept, for they still have something to take away."""
    if b is None:
        return a
    composed = b if a is None else {**a, **b}
    return composed if keep_null else without_nulls(composed)


def transform(a: Attributes | None, b: Attributes | None, priority: bool) -> Attributes | None:
    """`b` as it is to follow `a`. With `priority`, `a` wins the names that both set."""
    if a is None or b is None or not priority:
        return b
    return {name: value for name, value in b.items() if name not in a} or None


def invert(change: Attributes | None, base: Attributes | None) -> Attributes | None:
    """What takes `change` back on text that had `base`. What `change` names and `base` lacks is taken away.

    A list or an object is put back even where it stayed the same, as quill-delta does: the two agree to the letter.
    """
    if change is None:
        return None
    before = base or {}
    return {
        name: before.get(name)
        for name, value in change.items()
        if name not in before or isinstance(value, dict | list) or not equal(value, before[name])
    } or None


def diff(a: Attributes | None, b: Attributes | None) -> Attributes | None:
    """What turns text that has `a` into text that has `b`."""
    before, after = a or {}, b or {}
    gone = {name: None for name in before if name not in after}
    set_anew = {name: value for name, value in after.items() if name not in before or not equal(before[name], value)}
    return {**gone, **set_anew} or None


def without_nulls(attributes: Attributes) -> Attributes | None:
    """The attributes that are set, as text has them."""
    if None not in attributes.values():
        return attributes or None
    return {name: value for name, value in attributes.items() if value is not None} or None


def read(raw: object) -> Attributes | None:
    """A map of attributes from outside, copied. Raises DeltaError on anything that isn't one."""
    if not isinstance(raw, Mapping):
        raise DeltaError("bad_delta", "attributes are an object")
    return read_object(raw) or None


def read_object(raw: Mapping[Any, Any], depth: int = MAX_DEPTH) -> dict[str, JsonValue]:
    """A JSON object from outside, copied. Raises DeltaError where `read_value` does."""
    if not all(isinstance(name, str) for name in raw):
        raise DeltaError("bad_delta", "a name is text")
    return {text.read(name): read_value(value, depth) for name, value in raw.items()}


def read_value(value: Any, depth: int = MAX_DEPTH) -> JsonValue:
    """A JSON value from outside, copied.

    Raises DeltaError on ill-formed text, on numbers that not every JSON reader holds, and on deep nesting.
    """
    if isinstance(value, str):
        return text.read(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _read_number(value)
    if depth == 0:
        raise DeltaError("bad_delta", f"values nest at most {MAX_DEPTH} deep")
    if isinstance(value, Mapping):
        return read_object(value, depth - 1)
    if isinstance(value, list | tuple):
        return [read_value(inner, depth - 1) for inner in value]
    raise DeltaError("bad_delta", "a value is text, a number, true, false, null, a list or an object")


def _read_number(value: int | float) -> int | float:
    """The number, a whole one as int: 1.0 and 1 are one value, and have to be written alike."""
    if isinstance(value, float) and not isfinite(value):
        raise DeltaError("bad_delta", "a number is finite")
    if abs(value) <= MAX_WHOLE:
        return int(value) if value == int(value) else value
    if isinstance(value, int):
        raise DeltaError("bad_delta", "a whole number lies within 2**53 - 1")
    return value


def copied(attributes: Attributes) -> dict[str, JsonValue]:
    """The map as a dict of its own, for whoever may change it."""
    return {name: deepcopy(value) if isinstance(value, dict | list) else value for name, value in attributes.items()}
