"""A change between two documents."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from .delta_error import DeltaError
from .ops import Builder, Insert, Op, same_op


def diff(before: Sequence[Op], after: Sequence[Op]) -> tuple[Op, ...]:
    """The ops that turn the document `before` into `after`: what both begin and end with stays."""
    if not all(type(op) is Insert for op in (*before, *after)):
        raise DeltaError("bad_delta", "a difference is between documents")
    shorter = min(len(before), len(after))
    start = _common(before, after, shorter)
    end = _common(before[::-1], after[::-1], shorter - start)
    changed = Builder()
    for op in before[:start]:
        changed.retain(op.length)
    changed.extend(after[start : len(after) - end])
    for op in before[start : len(before) - end]:
        changed.delete(op.length)
    return changed.ops()


def _common(a: Sequence[Op], b: Sequence[Op], most: int) -> int:
    pairs = list(zip(a, b, strict=False))[:most]
    return len(list(takewhile(lambda pair: pair[0] == pair[1] and same_op(*pair), pairs)))
