"""Contents as HTML to look at, nothing more: written from the formats that documents may hold, then sanitised.

What is in a document is never trusted, though it was checked when it came in.
"""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

import nh3

from protocol.formats import FORMATS

Attributes = Mapping[str, Any]
Line = tuple[str, Attributes]

INLINE_TAGS = {"code": "code", "bold": "strong", "italic": "em", "underline": "u", "strike": "s"}
LIST_TAGS = {"bullet": "ul", "ordered": "ol", "checked": "ul", "unchecked": "ul"}
LIST_MARKS = {"checked": "☑ ", "unchecked": "☐ "}
HEADERS = {f"h{level}" for level in range(1, 7)}
TAGS = {"a", "blockquote", "br", "li", "ol", "p", "pre", "span", "ul", *INLINE_TAGS.values(), *HEADERS}
STYLED = {"span", "p", "li", "blockquote", "pre", *HEADERS}
STYLES = {"color", "background-color", "margin-inline-start", "text-align"}


def to_html(ops: Iterable[Mapping[str, Any]]) -> str:
    """The ops of a document as sanitised HTML."""
    parts: list[str] = []
    around: str | None = None
    for inline, attributes in _lines(ops):
        wanted = _group(attributes)
        if wanted != around:
            parts += [f"</{around}>"] if around else []
            parts += [f"<{wanted}>"] if wanted else []
            around = wanted
        parts.append(_line(inline, attributes))
    parts += [f"</{around}>"] if around else []
    return nh3.clean(
        "".join(parts),
        tags=TAGS,
        attributes={tag: {"style", "dir"} for tag in STYLED} | {"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        filter_style_properties=STYLES,
        link_rel="noopener noreferrer nofollow",
    )


def _lines(ops: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    """Each line: its HTML, and the attributes of the newline that ends it."""
    inline = ""
    for op in ops:
        attributes = _allowed(op.get("attributes", {}))
        text = op["insert"] if isinstance(op["insert"], str) else "\N{OBJECT REPLACEMENT CHARACTER}"
        *ended, rest = text.split("\n")
        for part in ended:
            yield inline + _inline(part, attributes), attributes
            inline = ""
        inline += _inline(rest, attributes)
    if inline:
        yield inline, {}


def _allowed(attributes: Attributes) -> Attributes:
    return {name: value for name, value in attributes.items() if name in FORMATS and FORMATS[name](value)}


def _inline(text: str, attributes: Attributes) -> str:
    if not text:
        return ""
    html = escape(text)
    for name, tag in INLINE_TAGS.items():
        if attributes.get(name):
            html = f"<{tag}>{html}</{tag}>"
    styles = {"color": attributes.get("color"), "background-color": attributes.get("background")}
    if any(styles.values()):
        html = f"<span{_style(styles)}>{html}</span>"
    if "link" in attributes:
        html = f'<a href="{escape(attributes["link"])}">{html}</a>'
    return html


def _line(inline: str, attributes: Attributes) -> str:
    indent = attributes.get("indent")
    styles = {"text-align": attributes.get("align"), "margin-inline-start": f"{indent * 2}em" if indent else None}
    direction = ' dir="rtl"' if attributes.get("direction") == "rtl" else ""
    tag = _tag(attributes)
    mark = LIST_MARKS.get(attributes.get("list", ""), "")
    return f"<{tag}{direction}{_style(styles)}>{mark}{inline or '<br>'}</{tag}>"


def _tag(attributes: Attributes) -> str:
    if "header" in attributes:
        return f"h{attributes['header']}"
    if "list" in attributes:
        return "li"
    if "code-block" in attributes:
        return "pre"
    return "blockquote" if "blockquote" in attributes else "p"


def _group(attributes: Attributes) -> str | None:
    return LIST_TAGS.get(attributes.get("list", "")) if _tag(attributes) == "li" else None


def _style(styles: Mapping[str, Any]) -> str:
    given = "; ".join(f"{name}: {value}" for name, value in styles.items() if value)
    return f' style="{escape(given)}"' if given else ""
