"""What a program wants done to a text, as a change to what the document holds.

Each is a function of the contents that it finds, so that it may be made anew where others were first. Texts are plain;
lengths are in UTF-16 code units.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from . import attributes, text
from .content import Content
from .delta import Delta
from .diff import diff
from .errors import ProtocolError
from .ops import Builder, Insert

Which = Literal["only", "first", "all"] | int
"""Which of the places where a text stands: the only one there is, the first, all, or the nth (from 1)."""


def set_contents(before: Content, wanted: Content) -> Delta:
    """Makes `before` what is wanted, changing no more than differs: cursors and marks stay in what both have."""
    return Delta.of(diff(before.to_delta().runs(), wanted.to_delta().runs()))


def append(before: Content, contents: Content) -> Delta:
    """Puts `contents` after the last line, whose newline is the document's: it ends their last line from now on."""
    [last] = contents.slice(contents.length - 1, contents.length).runs()
    [newline] = before.slice(before.length - 1, before.length).runs()
    change = Builder()
    change.retain(before.length - 1)
    if not f"\n{before.text()}".endswith("\n\n"):
        change.insert(Insert("\n", newline.attributes, 1))
    change.extend(contents.slice(0, contents.length - 1).runs())
    change.retain(1, attributes.diff(newline.attributes, last.attributes))
    return Delta.of(change.ops())


def insert_under(before: Content, heading: str, contents: Content) -> Delta:
    """Puts `contents` at the end of what stands under a heading, before the next one of its level or above.

    Raises text_not_found, and text_not_unique where several headings are called so.
    """
    lines = list(_lines(before))
    named = [index for index, line in enumerate(lines) if line.level and line.text.strip() == heading.strip()]
    index = _one(named)
    level = lines[index].level
    end = next((line.start for line in lines[index + 1 :] if 0 < line.level <= level), None)
    if end is None:
        return append(before, contents)
    change = Builder()
    change.retain(end)
    change.extend(contents.to_delta().runs())
    return Delta.of(change.ops())


def replace_text(before: Content, found: str, replacement: str, which: Which = "only") -> Delta:
    """Puts `replacement` where `found` stands, in the look of its first character.

    `only` raises text_not_unique where it stands in several places; text_not_found is raised where it stands in none,
    or in fewer than `which`.
    """
    whole, width = before.text(), text.length(found)
    change, position = Builder(), 0
    for place in _chosen(list(_places(whole, found)), which):
        start = text.length(whole[:place])
        change.retain(start - position)
        [first, *_] = before.slice(start, start + width).runs()
        if replacement:
            change.insert(Insert(replacement, first.attributes, text.length(replacement)))
        change.delete(width)
        position = start + width
    return Delta.of(change.ops())


class _Line(NamedTuple):
    start: int
    text: str
    level: int


def _lines(content: Content) -> Iterator[_Line]:
    """Where each line starts, what it says, and of what level of heading it is (0: of none)."""
    start = position = 0
    said: list[str] = []
    for run in content.to_delta().runs():
        pieces = run.value.split("\n") if isinstance(run.value, str) else [" "]
        for piece in pieces[:-1]:
            said.append(piece)
            position += text.length(piece) + 1
            yield _Line(start, "".join(said), _level(run))
            start, said = position, []
        said.append(pieces[-1])
        position += text.length(pieces[-1])


def _level(newline: Insert) -> int:
    level = (newline.attributes or {}).get("header", 0)
    return level if isinstance(level, int) else 0


def _places(whole: str, found: str) -> Iterator[int]:
    place = whole.find(found)
    while place >= 0:
        yield place
        place = whole.find(found, place + len(found))


def _chosen(places: list[int], which: Which) -> list[int]:
    if which == "only":
        return [places[_one(list(range(len(places))))]]
    if which == "all":
        nth = places
    else:
        index = 0 if which == "first" else int(which) - 1
        nth = places[index : index + 1]
    if not nth:
        raise ProtocolError("text_not_found")
    return nth


def _one(found: list[int]) -> int:
    if not found:
        raise ProtocolError("text_not_found")
    if len(found) > 1:
        raise ProtocolError("text_not_unique")
    return found[0]
