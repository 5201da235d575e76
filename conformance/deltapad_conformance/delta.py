"""What a referee needs of Deltas: canonical form, applying a change to a document, and moving one over another.

Written apart from the implementations that are judged, whose faults would not be seen otherwise; held to the vectors.
Every length and index counts UTF-16 code units.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from .data import Ops
from .scenario import same

Op = dict[str, Any]


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def length(op: Op) -> int:
    """How much an op covers, in UTF-16 code units."""
    if "insert" in op:
        return units(op["insert"]) if isinstance(op["insert"], str) else 1
    return int(op.get("retain", 0) or op.get("delete", 0))


def canonical(ops: Iterable[Op]) -> Ops:
    """The one form of a Delta: neighbours merged, inserts before deletes, nothing that says nothing."""
    out: Ops = []
    for op in ops:
        _push(out, _plain(op))
    while out and "retain" in out[-1] and "attributes" not in out[-1]:
        out.pop()
    return out


def apply(document: Ops, change: Ops) -> Ops:
    """The document after a change. Raises ValueError where the change reaches beyond it."""
    reader, out = Reader(document), []
    for op in change:
        if "insert" in op:
            out.append(op)
        elif "delete" in op:
            list(reader.take(op["delete"]))
        else:
            out += [_with(part, op.get("attributes", {})) for part in reader.take(op["retain"])]
    return canonical([*out, *reader.rest()])


def transform(first: Ops, second: Ops, priority: bool) -> Ops:
    """`second`, rewritten to follow `first`; with `priority`, `first` counts as the earlier: its insert stays left."""
    one, other = Reader(first), Reader(second)
    out: Ops = []
    while one.peek is not None or other.peek is not None:
        if _inserts(one.peek) and (priority or not _inserts(other.peek)):
            out.append({"retain": length(one.next())})
        elif _inserts(other.peek):
            out.append(other.next())
        else:
            size = min(one.left, other.left)
            out += _both(one.next(size), other.next(size), priority)
    return canonical(out)


class Reader:
    """Takes ops off the front, in parts of any length."""

    def __init__(self, ops: Ops) -> None:
        self._ops = [*reversed(ops)]

    @property
    def peek(self) -> Op | None:
        return self._ops[-1] if self._ops else None

    @property
    def left(self) -> float:
        """How much is left of the op in front; without end behind the last."""
        return length(self._ops[-1]) if self._ops else float("inf")

    def next(self, size: float = float("inf")) -> Op:
        """The op in front, or its first `size` units; behind the last op, a retain."""
        if not self._ops:
            return {"retain": int(size)}
        op = self._ops.pop()
        if size >= length(op):
            return op
        first, rest = _split(op, int(size))
        self._ops.append(rest)
        return first

    def take(self, size: int) -> Iterator[Op]:
        """Ops that cover `size` units. Raises ValueError where there are fewer."""
        while size:
            if not self._ops:
                raise ValueError("beyond the end")
            op = self.next(size)
            size -= length(op)
            yield op

    def rest(self) -> Iterator[Op]:
        while self._ops:
            yield self._ops.pop()


def _split(op: Op, size: int) -> tuple[Op, Op]:
    kind = next(key for key in ("insert", "retain", "delete") if key in op)
    if kind != "insert":
        return {**op, kind: size}, {**op, kind: op[kind] - size}
    text = op["insert"].encode("utf-16-le", "surrogatepass")
    parts = text[: size * 2], text[size * 2 :]
    first, second = (part.decode("utf-16-le", "surrogatepass") for part in parts)
    return {**op, "insert": first}, {**op, "insert": second}


def _both(one: Op, other: Op, priority: bool) -> Ops:
    """What the second does where neither inserts."""
    if "delete" in one:
        return []
    if "delete" in other:
        return [other]
    attributes = other.get("attributes", {})
    if priority:
        attributes = {name: value for name, value in attributes.items() if name not in one.get("attributes", {})}
    return [{"retain": other["retain"], "attributes": attributes}]


def _with(op: Op, attributes: Op) -> Op:
    return {**op, "attributes": {**op.get("attributes", {}), **attributes}}


def _plain(op: Op) -> Op:
    """An op without attributes that say nothing."""
    attributes = op.get("attributes") or {}
    if "insert" in op:
        attributes = {name: value for name, value in attributes.items() if value is not None}
    bare = {key: value for key, value in op.items() if key != "attributes"}
    return {**bare, "attributes": attributes} if attributes else bare


def _push(out: Ops, op: Op) -> None:
    if not length(op):
        return
    at = len(out)
    if at and "insert" in op and "delete" in out[-1]:
        at -= 1
    if at and _merges(out[at - 1], op):
        out[at - 1] = _merged(out[at - 1], op)
    else:
        out.insert(at, op)


def _merges(one: Op, other: Op) -> bool:
    if not same(one.get("attributes", {}), other.get("attributes", {})):
        return False
    if isinstance(one.get("insert"), str) and isinstance(other.get("insert"), str):
        return True
    return any(key in one and key in other for key in ("retain", "delete"))


def _merged(one: Op, other: Op) -> Op:
    kind = next(key for key in ("insert", "retain", "delete") if key in one)
    value = one[kind] + other[kind]
    if kind == "insert":  # two halves of a character, each alone, are one again
        value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return {**one, kind: value}


def _inserts(op: Op | None) -> bool:
    return op is not None and "insert" in op
