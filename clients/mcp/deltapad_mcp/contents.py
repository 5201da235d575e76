"""A document's contents, a Delta of inserts, as a model reads them: text, in pieces, and an outline."""

from collections.abc import Iterator
from typing import Any

from .answers import Heading

Ops = list[dict[str, Any]]
# Stands for an image or whatever else is no text.
EMBED = "\ufffc"


def text_of(contents: Ops) -> str:
    return "".join(_value(op) for op in contents)


def outline(contents: Ops) -> Iterator[Heading]:
    """The lines that are headings: a line's attributes are those of its newline."""
    said, offset = "", 0
    for op in contents:
        *ended, rest = _value(op).split("\n")
        for piece in ended:
            line = said + piece
            level = (op.get("attributes") or {}).get("header")
            if isinstance(level, int):
                yield Heading(level=level, text=line, offset=offset)
            offset += len(line) + 1
            said = ""
        said += rest


def piece_end(text: str, offset: int, size: int) -> int:
    """Where a piece of at most `size` characters ends: with a line, where one ends in its second half."""
    end = offset + size
    if end >= len(text):
        return len(text)
    newline = text.rfind("\n", offset + size // 2, end)
    return end if newline < 0 else newline + 1


def _value(op: dict[str, Any]) -> str:
    value = op["insert"]
    return value if isinstance(value, str) else EMBED
