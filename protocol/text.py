"""Text measured in UTF-16 code units, the unit of every length and index of the protocol.

Python counts code points, so `"😀"` is one of Python's characters and two of ours. Everything that has to know the
difference is here. ASCII text, by far the most of what people type, never leaves the fast path: `str.isascii` reads a
flag, whatever the length.
"""

from __future__ import annotations

from .errors import DeltaError

Units = str | bytes
"""A text in a form that slices by code unit: itself when it holds no surrogate pair, else its UTF-16-LE bytes."""


def length(text: str) -> int:
    """How many UTF-16 code units `text` has. It must be well formed."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def read(text: str) -> str:
    """`text` from outside, as it is.

    Raises DeltaError on a lone surrogate (`splits_surrogate`: no encoding has it) and on U+0000 (`bad_delta`:
    PostgreSQL keeps none).
    """
    if "\0" in text:
        raise DeltaError("bad_delta", "text may not hold U+0000")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise DeltaError("splits_surrogate", "text may not hold half of a surrogate pair") from None
    return text


def units(text: str, length: int) -> Units:
    """`text`, whose length is `length` units, made ready for `part`."""
    return text if len(text) == length else text.encode("utf-16-le")


def part(units: Units, start: int, end: int) -> str:
    """The code units from `start` to `end`. Raises DeltaError `splits_surrogate` where that cuts a character."""
    if isinstance(units, str):
        return units[start:end]
    try:
        return units[2 * start : 2 * end].decode("utf-16-le")
    except UnicodeDecodeError:
        raise DeltaError("splits_surrogate", "a change may not split a surrogate pair") from None
