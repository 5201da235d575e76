"""The three kinds of op, their JSON form, and what reads and writes sequences of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast, final

from pydantic import JsonValue

from . import attributes as attribute_maps
from . import text
from .attributes import Attributes
from .errors import DeltaError

MAX_LENGTH = 2**53 - 1
"""The greatest length: the greatest whole number that every JSON reader holds exactly."""

EMBED_CHARACTER = "\N{OBJECT REPLACEMENT CHARACTER}"

Embed = Mapping[str, JsonValue]


@final
class Insert(NamedTuple):
    """Text, or an embed (an object with one key), put in."""

    value: str | Embed
    attributes: Attributes | None
    length: int


@final
class Retain(NamedTuple):
    """`length` units kept, with `attributes` composed onto theirs."""

    length: int
    attributes: Attributes | None


@final
class Delete(NamedTuple):
    """`length` units taken out."""

    length: int


Op = Insert | Retain | Delete


def read_op(raw: object) -> Op:
    """An op from its JSON form. Raises DeltaError on what isn't exactly one insert, retain or delete."""
    if isinstance(raw, Insert | Retain | Delete):
        return read_op(op_to_json(raw))
    if not isinstance(raw, Mapping):
        raise DeltaError("bad_delta", "an op is an object")
    attributes = attribute_maps.read(raw["attributes"]) if "attributes" in raw else None
    if len(raw) == 1 + ("attributes" in raw):
        if "insert" in raw:
            return _read_insert(raw["insert"], attributes)
        if "retain" in raw:
            return Retain(_read_length(raw["retain"]), attributes)
        if "delete" in raw and "attributes" not in raw:
            return Delete(_read_length(raw["delete"]))
    raise DeltaError("bad_delta", "an op has one of insert, retain and delete; attributes go with the first two")


def _read_insert(value: object, attributes: Attributes | None) -> Insert:
    if attributes is not None:
        attributes = attribute_maps.without_nulls(attributes)
    if isinstance(value, str) and value:
        return Insert(text.read(value), attributes, text.length(value))
    if isinstance(value, Mapping) and len(value) == 1:
        return Insert(attribute_maps.read_object(value), attributes, 1)
    raise DeltaError("bad_delta", "an insert is text that isn't empty, or an object with exactly one key")


def _read_length(value: object) -> int:
    # `type`, not `isinstance`: true is no length.
    if type(value) is int and 0 < value <= MAX_LENGTH:
        return value
    raise DeltaError("bad_delta", "a length is a whole number from 1 to 2**53 - 1")


def op_to_json(op: Op) -> dict[str, Any]:
    """The JSON form of an op, sharing nothing with it."""
    if type(op) is Delete:
        return {"delete": op.length}
    raw: dict[str, Any]
    if type(op) is Insert:
        raw = {"insert": op.value if isinstance(op.value, str) else attribute_maps.copied(op.value)}
    else:
        raw = {"retain": op.length}
    if op.attributes is not None:
        raw["attributes"] = attribute_maps.copied(op.attributes)
    return raw


def same_op(a: Op, b: Op) -> bool:
    """Whether two ops, equal as Python compares them, are equal as JSON too."""
    if type(a) is Delete or type(b) is Delete:
        return True
    if type(a) is Insert and type(b) is Insert and not same_value(a, b):
        return False
    return attribute_maps.same(a.attributes, b.attributes)


def same_value(a: Insert, b: Insert) -> bool:
    """Whether two inserts put in the same, formats apart."""
    if isinstance(a.value, str) or isinstance(b.value, str):
        return a.value == b.value
    return attribute_maps.same(a.value, b.value)


def plain_text(runs: Iterable[Op]) -> str:
    """The text of a document's runs; U+FFFC stands for an embed."""
    return "".join(
        [run.value if isinstance(run.value, str) else EMBED_CHARACTER for run in runs if type(run) is Insert]
    )


def merged(inserts: Iterable[Insert]) -> list[Insert]:
    """The inserts, neighbouring texts with equal attributes made one."""
    runs: list[list[Insert]] = []
    for op in inserts:
        if runs and _joins(runs[-1][0], op):
            runs[-1].append(op)
        else:
            runs.append([op])
    return [run[0] if len(run) == 1 else _joined(run) for run in runs]


def _joins(a: Insert, b: Insert) -> bool:
    return isinstance(a.value, str) and isinstance(b.value, str) and attribute_maps.same(a.attributes, b.attributes)


def _joined(run: list[Insert]) -> Insert:
    value = "".join([op.value for op in run if isinstance(op.value, str)])
    return Insert(value, run[0].attributes, sum([op.length for op in run]))


class Builder:
    """Collects ops in any order that means something, and gives them back in canonical form.

    It holds what a place may have, in the order of the canonical form: the retain that leads to it, what is inserted
    there, and how much is deleted after it.
    """

    __slots__ = ("_attributes", "_deleted", "_inserts", "_ops", "_retained")

    def __init__(self) -> None:
        self._ops: list[Op] = []
        self._retained = 0
        self._attributes: Attributes | None = None
        self._inserts: list[Insert] = []
        self._deleted = 0

    def insert(self, op: Insert) -> None:
        """Put `op` in at this place."""
        self._inserts.append(op)

    def delete(self, length: int) -> None:
        """Take `length` units out at this place."""
        self._deleted += length

    def retain(self, length: int, attributes: Attributes | None = None) -> None:
        """Go `length` units on, formatting them with `attributes`."""
        if not self._inserts and not self._deleted and attribute_maps.same(attributes, self._attributes):
            self._retained += length
            return
        self._leave_place()
        self._retained = length
        self._attributes = attributes

    def push(self, op: Op) -> None:
        """Do what `op` does."""
        if type(op) is Insert:
            self._inserts.append(op)
        elif type(op) is Delete:
            self._deleted += op.length
        elif type(op) is Retain:
            self.retain(op.length, op.attributes)

    def extend(self, ops: Iterable[Op]) -> None:
        """Do what `ops` do, in order."""
        for op in ops:
            self.push(op)

    def ops(self) -> tuple[Op, ...]:
        """All of it; a plain retain at the end is left out."""
        if self._inserts or self._deleted or self._attributes is not None:
            self._leave_place()
        return tuple(self._ops)

    def _leave_place(self) -> None:
        if self._retained:
            self._ops.append(Retain(self._retained, self._attributes))
        if self._inserts:
            self._ops += merged(self._inserts)
            self._inserts = []
        if self._deleted:
            self._ops.append(Delete(self._deleted))
            self._deleted = 0


class Reader:
    """Takes ops piece by piece. At the end `op` is None."""

    __slots__ = ("_offset", "_rest", "_units", "left", "op")

    op: Op | None
    """The op that is being taken."""
    left: int
    """How much of it is still to be taken."""

    def __init__(self, ops: Iterable[Op]) -> None:
        self._rest = iter(ops)
        self._advance()

    def _advance(self) -> None:
        self.op = op = next(self._rest, None)
        self.left = 0 if op is None else op.length
        self._offset = 0
        self._units: text.Units | None = None

    def take(self, length: int) -> Op:
        """The next `length` units of the present op, at most what is left of it.

        Raises DeltaError `splits_surrogate` where that cuts a character.
        """
        op = cast("Op", self.op)
        if not self._offset and length == self.left:
            self._advance()
            return op
        if type(op) is Insert:
            piece: Op = Insert(self._cut(op, length), op.attributes, length)
        else:
            piece = Delete(length) if type(op) is Delete else Retain(length, op.attributes)
        self.skip(length)
        return piece

    def skip(self, length: int) -> None:
        """Leave out the next `length` units of the present op, at most what is left of it."""
        if length == self.left:
            self._advance()
        else:
            self._offset += length
            self.left -= length

    def rest(self) -> Iterator[Op]:
        """All that is still to be taken."""
        while self.op is not None:
            yield self.take(self.left)

    def span(self, length: int) -> list[Op]:
        """The next `length` units, over as many ops as that takes. Raises DeltaError `beyond_end` if fewer are left."""
        pieces: list[Op] = []
        while length:
            if self.op is None:
                raise DeltaError("beyond_end", "a change may not reach past the end of its document")
            pieces.append(self.take(min(length, self.left)))
            length -= pieces[-1].length
        return pieces

    def _cut(self, op: Insert, length: int) -> str:
        value = cast("str", op.value)  # An embed is one unit long, so never cut.
        if self._units is None:
            # Kept, so that cutting one long text into many pieces converts it once.
            self._units = text.units(value, op.length)
        return text.part(self._units, self._offset, self._offset + length)
