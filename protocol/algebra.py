"""Compose, transform and invert, on sequences of ops in canonical form."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from . import attributes as attribute_maps
from .ops import Builder, Delete, Insert, Op, Reader, Retain

Spans = Callable[[int, int], Iterable[Op]]
"""What a document has from one position to another; asked for in rising order."""


def compose(first: Iterable[Op], then: Iterable[Op]) -> tuple[Op, ...]:
    """The ops that do both, in that order."""
    a, b, composed = Reader(first), Reader(then), Builder()
    while a.op is not None and b.op is not None:
        if type(b.op) is Insert:
            composed.insert(b.op)
            b.skip(b.left)
        elif type(a.op) is Delete:
            composed.delete(a.left)
            a.skip(a.left)
        else:
            length = min(a.left, b.left)
            base, change = a.take(length), b.take(length)
            if type(change) is Retain:
                _push_with_attributes(composed, base, change)
            elif type(base) is Retain:
                composed.delete(length)
    composed.extend(a.rest())
    composed.extend(b.rest())
    return composed.ops()


def _push_with_attributes(composed: Builder, base: Op, change: Retain) -> None:
    if type(base) is Insert:
        attributes = attribute_maps.compose(base.attributes, change.attributes, keep_null=False)
        composed.insert(Insert(base.value, attributes, base.length))
    elif type(base) is Retain:
        attributes = attribute_maps.compose(base.attributes, change.attributes, keep_null=True)
        composed.retain(base.length, attributes)


def transform(beside: Iterable[Op], ops: Iterable[Op], priority: bool) -> tuple[Op, ...]:
    """`ops` rewritten to follow `beside`, which counts as the first where `priority` is true."""
    a, b, transformed = Reader(beside), Reader(ops), Builder()
    while a.op is not None and b.op is not None:
        if type(a.op) is Insert and (priority or type(b.op) is not Insert):
            transformed.retain(a.left)
            a.skip(a.left)
        elif type(b.op) is Insert:
            transformed.insert(b.op)
            b.skip(b.left)
        else:
            length = min(a.left, b.left)
            if type(b.op) is Delete and type(a.op) is Retain:
                transformed.delete(length)
            elif type(b.op) is Retain and type(a.op) is Retain:
                attributes = attribute_maps.transform(a.op.attributes, b.op.attributes, priority)
                transformed.retain(length, attributes)
            a.skip(length)
            b.skip(length)
    transformed.extend(b.rest())
    return transformed.ops()


def invert(ops: Iterable[Op], base: Spans) -> tuple[Op, ...]:
    """The ops that take `ops` back, on the document that has `base`."""
    inverted = Builder()
    position = 0
    for op in ops:
        if type(op) is Insert:
            inverted.delete(op.length)
            continue
        end = position + op.length
        if type(op) is Delete:
            inverted.extend(base(position, end))
        elif type(op) is Retain and op.attributes is None:
            inverted.retain(op.length)
        elif type(op) is Retain:
            for run in base(position, end):
                before = run.attributes if type(run) is Insert else None
                inverted.retain(run.length, attribute_maps.invert(op.attributes, before))
        position = end
    return inverted.ops()
