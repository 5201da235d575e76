"""Content: a document's text as a persistent tree, so that a small change costs the same in any document.

The tree is a B+ tree whose leaves hold short sequences of inserts. Applying a change makes new nodes along the ways
to what it touches and shares every other node with the content before it. Leaves all lie at one depth. A node that
grows too heavy falls into several, and one that has become light joins its neighbour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any, NamedTuple, cast, final

from . import algebra, text
from .delta import Delta
from .errors import DeltaError
from .ops import Builder, Delete, Insert, Op, Reader, Retain, merged, plain_text

LEAF_WEIGHT = 1024
"""A leaf weighs its units and `RUN_WEIGHT` for each of its runs."""
RUN_WEIGHT = 32
FRESH_LEAF_WEIGHT = LEAF_WEIGHT * 3 // 4
BRANCH_CHILDREN = 24


@final
class Leaf(NamedTuple):
    """A short stretch of the document."""

    length: int
    runs: tuple[Insert, ...]


@final
class Branch(NamedTuple):
    """Nodes of one height, in order."""

    length: int
    children: tuple[Node, ...]


Node = Leaf | Branch


class Content:
    """What a document holds: inserts only, the last of them ending in a newline. Immutable."""

    __slots__ = ("_root",)
    EMPTY: Content

    def __init__(self, root: Node) -> None:
        self._root = root

    @classmethod
    def from_delta(cls, delta: Delta) -> Content:
        """Raises DeltaError: `bad_delta` if `delta` isn't inserts only, `final_newline` if it doesn't end in one."""
        runs = delta.runs()
        last = runs[-1].value if runs else ""
        if not isinstance(last, str) or not last.endswith("\n"):
            raise DeltaError("final_newline", "a document ends in a newline")
        return cls(_root(_leaves(runs)))

    @classmethod
    def from_json(cls, ops: Iterable[Mapping[str, Any]]) -> Content:
        """A document in JSON form. Raises DeltaError as `from_delta` does, and `bad_delta` on a null attribute."""
        ops = list(ops)
        content = cls.from_delta(Delta(ops))
        if any(None in op.get("attributes", {}).values() for op in ops):
            raise DeltaError("bad_delta", "a document's attributes hold no null")
        return content

    @property
    def length(self) -> int:
        """In UTF-16 code units, the last newline included."""
        return self._root.length

    def apply(self, change: Delta) -> Content:
        """The content after `change`.

        Raises DeltaError: `beyond_end`, `final_newline` (it deletes the last newline or inserts after it),
        `splits_surrogate`.
        """
        reach = change.base_length
        if reach > self.length:
            raise DeltaError("beyond_end", "a change may not reach past the end of its document")
        if reach == self.length and change and type(change.ops[-1]) is not Retain:
            raise DeltaError("final_newline", "a document's last newline stays, and stays last")
        return Content(_root(_edited(self._root, Reader(change.ops))))

    def invert(self, change: Delta) -> Delta:
        """The change that takes `change` back. Raises DeltaError `beyond_end`."""
        if change.base_length > self.length:
            raise DeltaError("beyond_end", "a change may not reach past the end of its document")
        return Delta.of(algebra.invert(change.ops, self._span))

    def slice(self, start: int, end: int) -> Delta:
        """The part from `start` to `end`, at most to the end. Raises DeltaError `splits_surrogate`."""
        part = Builder()
        part.extend(self._span(start, end))
        return Delta.of(part.ops())

    def to_delta(self) -> Delta:
        """The whole document."""
        return self.slice(0, self.length)

    def to_json(self) -> list[dict[str, Any]]:
        """The whole document's ops, as JSON has them."""
        return self.to_delta().to_json()

    def text(self) -> str:
        """The text alone; U+FFFC stands for an embed."""
        return plain_text(self._span(0, self.length))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Content):
            return NotImplemented
        return self._root is other._root or (self.length == other.length and self.to_delta() == other.to_delta())

    def __hash__(self) -> int:
        return hash(self.length)

    def __repr__(self) -> str:
        return f"<Content of {self.length} units>"

    def _span(self, start: int, end: int) -> Iterator[Insert]:
        return _span(self._root, start, end)


def _span(node: Node, start: int, end: int) -> Iterator[Insert]:
    """The runs of `node` from `start` to `end`, the first and last cut."""
    position = 0
    for child in node.runs if type(node) is Leaf else node.children:
        after = position + child.length
        if start < after and position < end:
            if type(child) is not Insert:
                yield from _span(child, start - position, end - position)
            elif start <= position and after <= end:
                yield child
            else:
                yield _cut(child, max(start - position, 0), min(end, after) - position)
        position = after
        if position >= end:
            return


def _cut(run: Insert, start: int, end: int) -> Insert:
    units = text.units(cast("str", run.value), run.length)
    return Insert(text.part(units, start, end), run.attributes, end - start)


def _edited(node: Node, change: Reader) -> list[Node]:
    """What `node` becomes by as much of `change` as lies in it: nodes of its own height."""
    if type(change.op) is Delete and change.left >= node.length:
        change.skip(node.length)
        return []
    if type(node) is Leaf:
        # A change of inserts that goes no further than they do leaves inserts.
        runs = algebra.compose(node.runs, _taken(change, node.length))
        return _leaves(cast("Sequence[Insert]", runs))
    children: list[Node] = []
    neighbours_new = False
    for child in node.children:
        if _passed(child, change):
            if neighbours_new:
                _append(children, child)
            else:
                children.append(child)
            neighbours_new = False
        else:
            for edited in _edited(child, change):
                _append(children, edited)
            neighbours_new = True
    return _branches(children)


def _passed(node: Node, change: Reader) -> bool:
    """Whether `change` leaves `node` as it is; it is then taken as far as the end of it."""
    op = change.op
    if op is None:
        return True
    if type(op) is Retain and op.attributes is None and change.left >= node.length:
        change.skip(node.length)
        return True
    return False


def _taken(change: Reader, length: int) -> list[Op]:
    """The ops over the next `length` units. What is inserted at their end is left to the next leaf."""
    ops: list[Op] = []
    while length and change.op is not None:
        if type(change.op) is Insert:
            ops.append(change.take(change.left))
        else:
            ops.append(change.take(min(length, change.left)))
            length -= ops[-1].length
    return ops


def _append(nodes: list[Node], node: Node) -> None:
    """Put `node` behind `nodes`, joined with the last of them where both are light."""
    if nodes and _weight(nodes[-1]) + _weight(node) <= (LEAF_WEIGHT if type(node) is Leaf else BRANCH_CHILDREN) // 2:
        nodes[-1] = _joined(nodes[-1], node)
    else:
        nodes.append(node)


def _weight(node: Node) -> int:
    return len(node.children) if type(node) is Branch else node.length + RUN_WEIGHT * len(node.runs)


def _joined(a: Node, b: Node) -> Node:
    if type(a) is Branch and type(b) is Branch:
        return Branch(a.length + b.length, a.children + b.children)
    runs = chain(_span(a, 0, a.length), _span(b, 0, b.length))
    return Leaf(a.length + b.length, tuple(merged(runs)))


def _root(nodes: list[Node]) -> Node:
    """The one node over all of `nodes`, which are of one height."""
    while len(nodes) > 1:
        nodes = _branches(nodes)
    root = nodes[0]
    while type(root) is Branch and len(root.children) == 1:
        root = root.children[0]
    return root


def _branches(children: list[Node]) -> list[Node]:
    """`children` under as few branches as hold them, of about equal size."""
    groups = -(-len(children) // BRANCH_CHILDREN)
    bounds = [len(children) * group // groups for group in range(groups + 1)] if groups else []
    return [_branch(tuple(children[start:end])) for start, end in pairwise(bounds)]


def _branch(children: tuple[Node, ...]) -> Branch:
    return Branch(sum([child.length for child in children]), children)


def _leaves(runs: Sequence[Insert]) -> list[Node]:
    """Leaves that hold `runs`: one if they fit, else several with room to grow."""
    length = sum([run.length for run in runs])
    if length + RUN_WEIGHT * len(runs) <= LEAF_WEIGHT:
        return [Leaf(length, tuple(runs))] if runs else []
    leaves: list[Node] = []
    held: list[Insert] = []
    weight = 0
    for piece in chain.from_iterable(map(_pieces, runs)):
        weight += piece.length + RUN_WEIGHT
        if held and weight > FRESH_LEAF_WEIGHT:
            leaves.append(_leaf(held))
            held, weight = [], piece.length + RUN_WEIGHT
        held.append(piece)
    return [*leaves, _leaf(held)]


def _leaf(runs: Sequence[Insert]) -> Leaf:
    return Leaf(sum([run.length for run in runs]), tuple(runs))


def _pieces(run: Insert) -> Iterator[Insert]:
    """The run in pieces of about equal length that each fit in a fresh leaf."""
    longest = FRESH_LEAF_WEIGHT - RUN_WEIGHT
    if run.length <= longest or not isinstance(run.value, str):
        yield run
        return
    # Cut by code points, of which none has more than two units, so that no pair is cut.
    count = len(run.value)
    pieces = -(-run.length // longest) if count == run.length else -(-2 * count // longest)
    for start, end in pairwise(count * piece // pieces for piece in range(pieces + 1)):
        value = run.value[start:end]
        yield Insert(value, run.attributes, text.length(value))


Content.EMPTY = Content.from_delta(Delta([{"insert": "\n"}]))
