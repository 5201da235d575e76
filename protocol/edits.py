"""Changes of one place: typed text, or a piece deleted. Most changes are, and numbers move them over each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .ops import Delete, Insert, Op, Retain


class Edit(NamedTuple):
    """At `position`, `inserted` units put in or `deleted` units taken out; the other is 0. In UTF-16 code units."""

    position: int
    inserted: int
    deleted: int

    def after(self, other: Edit) -> Edit | None:
        """This, made beside `other`, as it follows it and keeps left at one place; None where a move is not enough."""
        position, inserted, deleted = self
        if other.inserted:
            if position > other.position or (deleted and position == other.position):
                return Edit(position + other.inserted, inserted, deleted)
            return self if position + deleted <= other.position else None
        if other.position + other.deleted <= position:
            return Edit(position - other.deleted, inserted, deleted)
        if position + deleted <= other.position:
            return self
        return Edit(other.position, inserted, 0) if inserted else None

    def ops(self, op: Op) -> tuple[Op, ...]:
        """The ops of this edit, which does what `op` does."""
        return (Retain(self.position, None), op) if self.position else (op,)


def edit_of(ops: Sequence[Op]) -> Edit | None:
    """The edit that canonical ops are; None where they are none, or more."""
    if len(ops) == 2 and type(ops[0]) is Retain and ops[0].attributes is None:
        position = ops[0].length
    elif len(ops) == 1:
        position = 0
    else:
        return None
    last = ops[-1]
    if type(last) is Insert:
        return Edit(position, last.length, 0)
    return Edit(position, 0, last.length) if type(last) is Delete else None
