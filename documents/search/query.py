"""What someone asks for: words that must all occur. Nothing that they type is wrong."""

import re
from dataclasses import dataclass

from documents.search.words import words

# Whatever is typed beyond that is left out of account.
MOST_WORDS = 16
# A part in quotes (the last may be open yet), or one without.
PART = re.compile(r'"([^"]*)("?)|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Clause:
    """Words that stand side by side; with `is_prefix` the last may go on."""

    words: tuple[str, ...]
    is_prefix: bool


def parse(text: str) -> tuple[Clause, ...]:
    """The clauses of a query, all of which must be met. The last word may be the beginning of one, unless in quotes."""
    clauses: list[Clause] = []
    left = MOST_WORDS
    for quoted, closing, bare in PART.findall(text):
        found = tuple(words(quoted or bare)[:left])
        left -= len(found)
        if found:
            clauses.append(Clause(found, is_prefix=not closing))
    return tuple(Clause(clause.words, clause.is_prefix and clause is clauses[-1]) for clause in clauses)
