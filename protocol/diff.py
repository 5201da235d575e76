"""A change between two documents, that keeps what the two have in common.

First lines, then words, then characters: at each level, what occurs once on both sides and in the same order is taken
for the same text ("patience diff"). The work grows with the length of the documents, whatever is in them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple, cast

from . import attributes as attribute_maps
from . import text
from .ops import Builder, Insert, Op, Reader, plain_text, same_value

LEVELS = (re.compile(r".*\n|.+"), re.compile(r"\w+|\W"))
"""What is compared, the coarse first. Each takes the whole text apart."""


class Shared(NamedTuple):
    """A stretch that two texts share: where it begins in each, and how long it is, in Python's characters."""

    before: int
    after: int
    length: int


def diff(before: Sequence[Insert], after: Sequence[Insert]) -> tuple[Op, ...]:
    """The ops that turn the document `before` into `after`."""
    old, new = plain_text(before), plain_text(after)
    a, b, changed = Reader(before), Reader(after), Builder()
    from_old = from_new = 0
    for shared in (*_shared_to_the_end(old, new), Shared(len(old), len(new), 0)):
        changed.extend(b.span(text.length(new[from_new : shared.after])))
        gone = text.length(old[from_old : shared.before])
        a.span(gone)
        changed.delete(gone)
        from_old, from_new = shared.before + shared.length, shared.after + shared.length
        _keep(changed, a, b, text.length(old[shared.before : from_old]))
    return changed.ops()


def _keep(changed: Builder, a: Reader, b: Reader, length: int) -> None:
    """Keep `length` units of `a`, formatted as `b` has them."""
    while length:
        step = min(length, a.left, b.left)
        old, new = cast("Insert", a.take(step)), cast("Insert", b.take(step))
        # Embeds of any value look alike in the text that was compared.
        if same_value(old, new):
            changed.retain(step, attribute_maps.diff(old.attributes, new.attributes))
        else:
            changed.insert(new)
            changed.delete(step)
        length -= step


def _shared_to_the_end(old: str, new: str) -> Iterator[Shared]:
    """What the two share. A last character that is the same stays the last: a document's newline must."""
    end = 1 if old and new and old[-1] == new[-1] else 0
    yield from _shared(old[: len(old) - end], new[: len(new) - end], 0)
    yield Shared(len(old) - end, len(new) - end, end)


def _shared(old: str, new: str, level: int) -> Iterator[Shared]:
    """What both begin with, what the next level finds between, and what both end with."""
    start = _common_prefix(old, new)
    end = _common_prefix(old[start:][::-1], new[start:][::-1])
    yield Shared(0, 0, start)
    between = old[start : len(old) - end], new[start : len(new) - end]
    if level < len(LEVELS) and all(between):
        for shared in _shared_pieces(*between, level):
            yield Shared(start + shared.before, start + shared.after, shared.length)
    yield Shared(len(old) - end, len(new) - end, end)


def _shared_pieces(old: str, new: str, level: int) -> Iterator[Shared]:
    """The pieces of this level that both have once and in the same order, and what is shared between those."""
    from_old = from_new = 0
    for anchor in (*_anchors(old, new, LEVELS[level]), Shared(len(old), len(new), 0)):
        between = old[from_old : anchor.before], new[from_new : anchor.after]
        if all(between):
            for shared in _shared(*between, level + 1):
                yield Shared(from_old + shared.before, from_new + shared.after, shared.length)
        yield anchor
        from_old, from_new = anchor.before + anchor.length, anchor.after + anchor.length


def _anchors(old: str, new: str, level: re.Pattern[str]) -> list[Shared]:
    in_old, in_new = _once(old, level), _once(new, level)
    pairs = [Shared(at, in_new[piece], len(piece)) for piece, at in in_old.items() if piece in in_new]
    return _longest_rising(pairs)


def _once(whole: str, level: re.Pattern[str]) -> dict[str, int]:
    """The pieces that occur once, in order, and where; a space says nothing of what stands beside it."""
    pieces = level.findall(whole)
    times = Counter(pieces)
    starts = accumulate(map(len, pieces), initial=0)
    return {
        piece: start for piece, start in zip(pieces, starts, strict=False) if times[piece] == 1 and not piece.isspace()
    }


def _longest_rising(pairs: Sequence[Shared]) -> list[Shared]:
    """The most of `pairs`, which rise in the first text, that rise in the second text too."""
    ends: list[int] = []  # the lowest position in the second text on which a run of each length ends
    last: list[int] = []  # the pair that it ends on
    previous: list[int | None] = []
    for index, pair in enumerate(pairs):
        length = bisect_left(ends, pair.after)
        previous.append(last[length - 1] if length else None)
        ends[length : length + 1] = [pair.after]
        last[length : length + 1] = [index]
    run: list[Shared] = []
    at = last[-1] if last else None
    while at is not None:
        run.append(pairs[at])
        at = previous[at]
    return run[::-1]


def _common_prefix(a: str, b: str) -> int:
    """How many characters both begin with. Halving finds it by comparing stretches, which is quick in long texts."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
