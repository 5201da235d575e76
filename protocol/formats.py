"""What a document may hold: the names of attributes and embeds that version 1 knows, and the values they take.

The algebra takes any JSON; this is the layer above it. A name that isn't known must begin with `x-` and hold a small
scalar: room for other people's programs, which every editor may pass over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from pydantic import JsonValue

from .attributes import Attributes
from .delta import Delete, Delta, DeltaError, Insert

Rule = Callable[[JsonValue], bool]

MAX_LINK = 2048
"""The longest link, in characters."""
MAX_PRIVATE_NAME = 64
MAX_PRIVATE_TEXT = 256
"""The longest `x-` name and the longest text under one, in characters."""

MAX_ALT = 1000
"""The longest description of an image, in characters."""

LINK_SCHEMES = ("http", "https", "mailto")
# fmt: off
COLOR_NAMES = frozenset((
    "aqua", "black", "blue", "fuchsia", "gray", "green", "grey", "lime", "maroon", "navy", "olive", "orange",
    "purple", "red", "silver", "teal", "transparent", "white", "yellow",
))
# fmt: on
"""The named colors of CSS 2, and none."""

_HEX_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_RGB_COLOR = re.compile(r"rgb\( ?([0-9]{1,3}) ?, ?([0-9]{1,3}) ?, ?([0-9]{1,3}) ?\)")
_LANGUAGE = re.compile(r"[a-z0-9][a-z0-9+#._-]{0,31}")
_CELL = re.compile(r"[A-Za-z0-9]{1,16}/[A-Za-z0-9]{1,16}/[A-Za-z0-9]{1,16}")
_IMAGE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PRIVATE_NAME = re.compile(rf"x-[A-Za-z0-9_.-]{{1,{MAX_PRIVATE_NAME - 2}}}")
_NOT_IN_LINKS = re.compile(r"[\s\x00-\x1f\x7f\\]")


def _is_true(value: JsonValue) -> bool:
    return value is True


def _one_of(*choices: str) -> Rule:
    return lambda value: isinstance(value, str) and value in choices


def _whole(first: int, last: int) -> Rule:
    return lambda value: type(value) is int and first <= value <= last


def _is_link(value: JsonValue) -> bool:
    if not isinstance(value, str) or len(value) > MAX_LINK or _NOT_IN_LINKS.search(value):
        return False
    try:
        link = urlsplit(value)
    except ValueError:
        return False
    return link.scheme in LINK_SCHEMES and bool(link.path if link.scheme == "mailto" else link.hostname)


def _is_color(value: JsonValue) -> bool:
    if not isinstance(value, str):
        return False
    rgb = _RGB_COLOR.fullmatch(value)
    if rgb:
        return all(int(part) <= 255 for part in rgb.groups())
    return value in COLOR_NAMES or _HEX_COLOR.fullmatch(value) is not None


def _is_code_block(value: JsonValue) -> bool:
    return value is True or (isinstance(value, str) and _LANGUAGE.fullmatch(value) is not None)


def _is_cell(value: JsonValue) -> bool:
    """Ids of a table, of a row in it and of a column: the cell that the line stands in."""
    return isinstance(value, str) and _CELL.fullmatch(value) is not None


def _is_image(value: JsonValue) -> bool:
    """The id of an image that was uploaded into the document; one that wasn't shows nothing."""
    return isinstance(value, str) and _IMAGE.fullmatch(value) is not None


def _is_alt(value: JsonValue) -> bool:
    return isinstance(value, str) and len(value) <= MAX_ALT


def _is_private(value: JsonValue) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_PRIVATE_TEXT
    return isinstance(value, bool | int | float)


TEXT_FORMATS: dict[str, Rule] = {
    "bold": _is_true,
    "italic": _is_true,
    "underline": _is_true,
    "strike": _is_true,
    "code": _is_true,
    "link": _is_link,
    "color": _is_color,
    "background": _is_color,
}
"""What any text may carry."""

LINE_FORMATS: dict[str, Rule] = {
    "header": _whole(1, 6),
    "list": _one_of("bullet", "ordered", "checked", "unchecked"),
    "indent": _whole(1, 8),
    "align": _one_of("center", "right", "justify"),
    "direction": _one_of("rtl"),
    "blockquote": _is_true,
    "code-block": _is_code_block,
    "table": _is_cell,
}
"""What the newline that ends a line carries for it."""

EMBED_FORMATS: dict[str, Rule] = {"alt": _is_alt}
"""What an image may carry besides: the words that stand for it where it cannot be seen."""

FORMATS: dict[str, Rule] = TEXT_FORMATS | LINE_FORMATS | EMBED_FORMATS

NAMES = tuple(FORMATS)
"""The names the server knows, as it announces them."""

EMBEDS: dict[str, Rule] = {"image": _is_image}
"""The embeds the server knows, with what they are."""


def check(delta: Delta) -> None:
    """Raise DeltaError `format_not_allowed` where a change or a document holds what no document may."""
    for op in delta.ops:
        if type(op) is Delete:
            continue
        if type(op) is Insert and not isinstance(op.value, str):
            _check_embed(op.value)
        if op.attributes is not None:
            _check_attributes(op.attributes)


def _check_embed(embed: Mapping[str, JsonValue]) -> None:
    for name, value in embed.items():
        if name not in EMBEDS:
            raise DeltaError("format_not_allowed", f"a document holds no embed {_shown(name)}")
        if not EMBEDS[name](value):
            raise DeltaError("format_not_allowed", f"{_shown(name)} does not take that value")


def _check_attributes(attributes: Attributes) -> None:
    for name, value in attributes.items():
        rule = FORMATS.get(name) or (_is_private if _PRIVATE_NAME.fullmatch(name) else None)
        if rule is None:
            raise DeltaError("format_not_allowed", f"a document holds no attribute {_shown(name)}")
        # Null takes away, whatever was there.
        if value is not None and not rule(value):
            raise DeltaError("format_not_allowed", f"{_shown(name)} does not take that value")


def _shown(name: str) -> str:
    return repr(name[:MAX_PRIVATE_NAME])
