"""The part of a text that answers a query, with what was found in it marked."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from typing import NamedTuple

from documents.search.query import Clause
from documents.search.words import FOLDING, folded
from protocol.text import length

# Characters of a passage, of those before its first mark, and how many finds are weighed against each other.
PASSAGE_LENGTH = 200
LEAD = 50
MOST_FINDS = 200


class Passage(NamedTuple):
    """Some of a text; `marks` are ranges in it (start, end) in UTF-16 code units, in order."""

    text: str
    marks: tuple[tuple[int, int], ...]


class Find(NamedTuple):
    """Where a text meets the clause of that number, in characters."""

    start: int
    end: int
    clause: int


def passage(text: str, clauses: Sequence[Clause]) -> Passage | None:
    """Where in `text` most of the clauses are met close together, the first such place; None where none is met."""
    finds = list(islice(_finds(text, clauses), MOST_FINDS)) if clauses else []
    if not finds:
        return None
    best = max(finds, key=lambda find: len({other.clause for other in finds if _is_near(find, other)}))
    start = _beginning(text, best.start)
    shown = text[start : start + PASSAGE_LENGTH].replace("\n", " ").replace("\ufffc", " ")
    marks = [(find.start - start, find.end - start) for find in finds if start <= find.start < start + len(shown)]
    return Passage(shown, tuple((length(shown[:first]), length(shown[:last])) for first, last in marks))


def _finds(text: str, clauses: Sequence[Clause]) -> Iterator[Find]:
    compared = folded(text)
    ends = _ends(text)
    for match in re.finditer("|".join(_pattern(clause) for clause in clauses), compared):
        assert match.lastindex is not None
        start, end = bisect_right(ends, match.start()), bisect_right(ends, match.end() - 1) + 1
        yield Find(start, end, match.lastindex)


def _ends(text: str) -> Sequence[int]:
    """Where the folded form of each character ends: it tells where a find stands in the text itself."""
    if text.isascii():
        return range(1, len(text) + 1)
    return list(accumulate(len(FOLDING[ord(character)]) for character in text))


def _pattern(clause: Clause) -> str:
    together = r"\s+".join(re.escape(word) for word in clause.words)
    return rf"(?<!\S)({together})" if clause.is_prefix else rf"(?<!\S)({together})(?!\S)"


def _is_near(find: Find, other: Find) -> bool:
    return 0 <= other.start - find.start <= PASSAGE_LENGTH - LEAD


def _beginning(text: str, first: int) -> int:
    """Where a passage begins so that it leads up to `first`: at a word, where there is one."""
    if first <= LEAD:
        return 0
    return text.find(" ", first - LEAD, first) + 1 or first - LEAD
