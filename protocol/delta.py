"""Delta: text with attributes, and changes to it, as one immutable value.

The format is Quill's. Every length and index counts UTF-16 code units; an embed has length 1. A Delta is always in
canonical form: no empty text, no length of zero, no null among an insert's attributes, neighbours of one kind with
equal attributes merged, an insert before a delete at one place, and no plain retain at the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from . import algebra
from .attributes import Attributes
from .diff import diff
from .edits import Edit, edit_of
from .errors import DeltaError
from .ops import MAX_LENGTH, Builder, Delete, Embed, Insert, Op, Reader, Retain, op_to_json, read_op, same_op

__all__ = ["MAX_LENGTH", "Attributes", "Delete", "Delta", "DeltaError", "Embed", "Insert", "Op", "Retain"]

# What `json.dumps` would make anew for each delta.
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Delta:
    """An immutable sequence of ops in canonical form; a document is one of inserts only."""

    __slots__ = ("_edit", "_json", "_ops")
    _ops: tuple[Op, ...]
    _json: str | None
    _edit: Edit | Literal[False] | None

    def __init__(self, ops: Iterable[Mapping[str, Any] | Op] = ()) -> None:
        """Read ops in their JSON form and make them canonical. Raises DeltaError on what means nothing."""
        canonical = Builder()
        total = 0
        for raw in ops:
            op = read_op(raw)
            total += op.length
            canonical.push(op)
        if total > MAX_LENGTH:
            raise DeltaError("bad_delta", "the lengths add up to more than a number can hold")
        self._ops = canonical.ops()
        self._json = self._edit = None

    @classmethod
    def of(cls, ops: tuple[Op, ...]) -> Delta:
        """A Delta of ops known to be canonical, as `Builder.ops` gives them."""
        delta = cls.__new__(cls)
        delta._ops = ops
        delta._json = delta._edit = None
        return delta

    @property
    def ops(self) -> tuple[Op, ...]:
        """The ops, in order."""
        return self._ops

    @property
    def length(self) -> int:
        """The lengths of all ops together; of a document, its length."""
        return sum(op.length for op in self._ops)

    @property
    def base_length(self) -> int:
        """How much of the document a change reaches over: what it retains and deletes."""
        return sum(op.length for op in self._ops if type(op) is not Insert)

    @property
    def change_in_length(self) -> int:
        """By how much a change makes a document longer; negative where shorter."""
        grown = 0
        for op in self._ops:
            if type(op) is Insert:
                grown += op.length
            elif type(op) is Delete:
                grown -= op.length
        return grown

    def compose(self, other: Delta) -> Delta:
        """This, then `other`, as one. Raises DeltaError `splits_surrogate` where `other` cuts a character of this."""
        return Delta.of(algebra.compose(self._ops, other._ops))

    def transform(self, other: Delta, priority: bool) -> Delta:
        """`other`, made beside this, rewritten to follow it.

        With `priority` this counts as the first of the two: where both insert at one place its text stands left, and
        where both set one attribute its value stays.
        """
        return Delta.of(algebra.transform(self._ops, other._ops, priority))

    @property
    def edit(self) -> Edit | None:
        """This as a change of one place, as most are; None for any other."""
        if self._edit is None:
            self._edit = edit_of(self._ops) or False
        return self._edit or None

    def transform_position(self, index: int, priority: bool) -> int:
        """Where `index` is after this change. With `priority` an insert exactly there does not move it."""
        offset = 0
        for op in self._ops:
            if offset > index:
                break
            if type(op) is Delete:
                index -= min(op.length, index - offset)
                continue
            if type(op) is Insert and (offset < index or not priority):
                index += op.length
            offset += op.length
        return index

    def invert(self, base: Delta) -> Delta:
        """The change that takes this one back, on the document `base`.

        Raises DeltaError `beyond_end` where this reaches past the end of `base`.
        """
        reader, reached = Reader(base._ops), 0

        def spans(start: int, end: int) -> list[Op]:
            nonlocal reached
            reader.span(start - reached)
            reached = end
            return reader.span(end - start)

        return Delta.of(algebra.invert(self._ops, spans))

    def diff(self, other: Delta) -> Delta:
        """A change that turns this document into `other`. Raises DeltaError `bad_delta` unless both are documents."""
        return Delta.of(diff(self.runs(), other.runs()))

    def runs(self) -> list[Insert]:
        """The inserts that a document is made of. Raises DeltaError `bad_delta` if there is anything else."""
        inserts = [op for op in self._ops if type(op) is Insert]
        if len(inserts) < len(self._ops):
            raise DeltaError("bad_delta", "a document is made of inserts only")
        return inserts

    def to_json(self) -> list[dict[str, Any]]:
        """The ops as JSON has them, a fresh list."""
        return [op_to_json(op) for op in self._ops]

    @property
    def json(self) -> str:
        """The one JSON text of this value, which is stored, digested and sent; made once."""
        if self._json is None:
            self._json = _encode(self.to_json())
        return self._json

    def __bool__(self) -> bool:
        """Whether there is any op: a change that is false changes nothing."""
        return bool(self._ops)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Delta):
            return NotImplemented
        # Python's comparison is quick and finds every difference but that between true and 1.
        return self._ops == other._ops and all(map(same_op, self._ops, other._ops))

    def __hash__(self) -> int:
        return hash(tuple((type(op), op.length) for op in self._ops))

    def __repr__(self) -> str:
        return f"Delta({self.to_json()!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read a list of plain objects and hand it to the constructor: no model is made for an op."""
        from_list = core_schema.no_info_after_validator_function(cls, core_schema.list_schema())
        return core_schema.json_or_python_schema(
            json_schema=from_list,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_list]),
            serialization=core_schema.plain_serializer_function_ser_schema(cls.to_json),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "array", "items": {"oneOf": [_schema(*shape) for shape in _SHAPES]}}


_LENGTH = {"type": "integer", "minimum": 1, "maximum": MAX_LENGTH}
_EMBED = {"type": "object", "minProperties": 1, "maxProperties": 1}
_SHAPES: list[tuple[str, JsonSchemaValue, bool]] = [
    ("insert", {"anyOf": [{"type": "string", "minLength": 1}, _EMBED]}, True),
    ("retain", _LENGTH, True),
    ("delete", _LENGTH, False),
]


def _schema(kind: str, value: JsonSchemaValue, with_attributes: bool) -> JsonSchemaValue:
    properties = {kind: value} | ({"attributes": {"type": "object"}} if with_attributes else {})
    return {"type": "object", "properties": properties, "required": [kind], "additionalProperties": False}
