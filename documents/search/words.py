"""Which words a text is made of. Both engines get them ready made, so that both find the same.

Case, accents and ways of writing the same character are folded away; what is neither letter, digit nor mark parts
words. In scripts that put no spaces between words, each character counts as a word: side by side they find any part.
"""

import re
import unicodedata

# Longer words count as their beginning. Nobody types such; engines have bounds of their own.
WORD_LENGTH = 64
WITHOUT_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\U00020000-\U0003ffff]"
)
# The combining classes of nukta, kana voicing and virama: they make another letter, not the same one with an accent.
PART_OF_LETTER = {7, 8, 9}


class _Folding(dict[int, str]):
    """What `str.translate` makes of each character, worked out when it first occurs."""

    def __missing__(self, point: int) -> str:
        folded = self[point] = "".join(_spaced(character) for character in _plain(chr(point)))
        return folded


def _plain(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character)
    kept = "".join(part for part in parts if unicodedata.combining(part) in {0, *PART_OF_LETTER})
    return unicodedata.normalize("NFKC", kept.casefold())


def _spaced(character: str) -> str:
    if unicodedata.category(character)[0] not in "LMN":
        return " "
    return f" {character} " if WITHOUT_SPACES.match(character) else character


FOLDING = _Folding()


def words(text: str) -> list[str]:
    """The words of `text` in order, as they are compared."""
    return [word[:WORD_LENGTH] for word in folded(text).split()]


def folded(text: str) -> str:
    """`text` with its words folded and at least one space between them."""
    return text.translate(FOLDING)
