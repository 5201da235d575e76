"""Strangers' HTML as lines. First nh3 parses it as browsers do and sanitises it, so that what is read is well formed.

Nothing is fetched. An image from elsewhere leaves its words, with a link to where it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

import nh3

from documents.exchange.found_images import FoundImages
from documents.exchange.lines import KINDS, Line, Run, image_run
from documents.exchange.tables import NewTable, in_cell
from protocol.formats import LINE_FORMATS, TEXT_FORMATS

TEXT_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strike", "strike": "strike", "del": "strike", "code": "code", "kbd": "code", "samp": "code", "tt": "code",
}  # fmt: skip
HEADERS = {f"h{level}": level for level in range(1, 7)}
LISTS = {"ul": "bullet", "ol": "ordered"}
CELLS = {"td", "th"}
BLOCKS = {
    "address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "hr", "li", "main", "nav", "p", "pre", "section", "summary",
    "table", "tr", *HEADERS, *LISTS,
}  # fmt: skip
VOID = {"br", "hr", "img", "input"}
TAGS = {"a", "span", *TEXT_TAGS, *BLOCKS, *VOID, *CELLS}
# What these hold is no text of the document.
DROPPED = {"script", "style", "title", "template", "noscript", "textarea", "select", "iframe", "object", "svg", "math"}
ATTRIBUTES = {
    "*": {"style", "dir"},
    "a": {"href"},
    "code": {"class"},
    "img": {"src", "alt"},
    "input": {"type", "checked"},
    "li": {"data-list"},
    **{cell: {"colspan"} for cell in CELLS},
}
STYLES = {
    "background-color", "color", "font-style", "font-weight", "margin-inline-start", "text-align", "text-decoration",
    "text-decoration-line", "white-space",
}  # fmt: skip

_WHITE = re.compile("[ \t\n\r\f]+")
_LANGUAGE = re.compile(r"\blanguage-(\S+)")
_EMS = re.compile(r"(\d+)em")


@dataclass
class Item:
    """An item of a list: what kind, how deep, and whether its first line has been read."""

    kind: str
    depth: int
    begun: bool = False

    def begin(self) -> Mapping[str, Any]:
        """The formats of the next line in it: only the first one is the item."""
        if self.begun:
            return {"indent": self.depth + 1}
        self.begun = True
        return {"list": self.kind} | ({"indent": self.depth} if self.depth else {})


@dataclass(frozen=True)
class Place:
    """Where in the tree the reading is: the element, and what counts for the text in it."""

    tag: str = ""
    text: Mapping[str, Any] = field(default_factory=dict)
    line: Mapping[str, Any] = field(default_factory=dict)
    item: Item | None = None
    lists: int = 0
    keeps_white: bool = False
    table: NewTable | None = None
    cell: str | None = None
    # How many lines there were before this place.
    before: int = 0


def from_html(html: str, images: FoundImages) -> list[Line]:
    """The lines of a page or a piece of HTML; `images` takes in the images that it holds."""
    clean = nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=DROPPED,
        attributes=ATTRIBUTES,
        filter_style_properties=STYLES,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=None,
    )
    reader = _Reader(images)
    reader.feed(clean)
    reader.close()
    reader.end_line()
    return reader.lines


class _Reader(HTMLParser):
    def __init__(self, images: FoundImages) -> None:
        super().__init__(convert_charrefs=True)
        self._images = images
        self.lines: list[Line] = []
        self._places = [Place()]
        self._runs: list[Run] = []
        # The formats of the line that is being read; None between lines.
        self._line: Mapping[str, Any] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        place = self._places[-1]
        if tag in BLOCKS or tag in CELLS:
            self.end_line()
        if tag == "br":
            self._begin()
            self.end_line()
        elif tag == "img":
            self._image(attributes, place.text)
        elif tag == "input":
            self._tick(attributes, place.item)
        elif tag not in VOID:
            self._places.append(replace(_inside(place, tag, attributes), before=len(self.lines)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and len(self._places) > 1:
            if tag in BLOCKS or tag in CELLS:
                self.end_line()
            place = self._places.pop()
            if place.cell and place.cell != self._places[-1].cell and len(self.lines) == place.before:
                self.lines.append(in_cell(Line((), {}), place.cell))

    def handle_data(self, data: str) -> None:
        place = self._places[-1]
        if not place.keeps_white:
            self._add(_WHITE.sub(" ", data), place.text)
        elif self._line is not None or "code-block" in place.line or not (data.isspace() and "\n" in data):
            *ended, rest = data.replace("\r\n", "\n").split("\n")
            for part in ended:
                self._begin()
                self._keep(part, place.text)
                self.end_line()
            self._keep(rest, place.text)

    def end_line(self) -> None:
        """Ends the line that is being read, if one is."""
        if self._line is not None:
            if not self._places[-1].keeps_white:
                self._trim()
            self.lines.append(Line(tuple(self._runs), self._line))
        self._line = None
        self._runs = []

    def _trim(self) -> None:
        """Takes the space away that text ends with."""
        if self._runs and self._runs[-1].text.endswith(" "):
            last = self._runs.pop()
            self._runs += [Run(last.text[:-1], last.formats)] if len(last.text) > 1 else []

    def _add(self, text: str, formats: Mapping[str, Any]) -> None:
        """Adds text whose white space is collapsed already, but for what stands before it."""
        if text.startswith(" ") and (not self._runs or self._runs[-1].text[-1] in " \t"):
            text = text[1:]
        self._keep(text, formats)

    def _keep(self, text: str, formats: Mapping[str, Any]) -> None:
        if text:
            self._begin()
            self._runs.append(Run(text, formats))

    def _begin(self) -> None:
        if self._line is None:
            place = self._places[-1]
            item = place.item.begin() if place.item else {}
            line = Line((), {**place.line, **item})
            self._line = in_cell(line, place.cell).formats if place.cell else _one_kind(line.formats)

    def _image(self, attributes: Mapping[str, str], text: Mapping[str, Any]) -> None:
        words, source = attributes.get("alt", ""), attributes.get("src", "")
        image = self._images.at(source)
        if image is None:
            self._add(words, {**text, **_allowed({"link": source}, TEXT_FORMATS)})
        else:
            self._begin()
            self._runs.append(image_run(image, words, text))

    def _tick(self, attributes: Mapping[str, str], item: Item | None) -> None:
        if attributes.get("type") == "checkbox" and item is not None and not item.begun:
            item.kind = "checked" if "checked" in attributes else "unchecked"


def _inside(place: Place, tag: str, attributes: Mapping[str, str]) -> Place:
    styles = dict(_styles(attributes.get("style", "")))
    text, line = dict(place.text), dict(place.line)
    if tag in TEXT_TAGS and "code-block" not in line:
        text[TEXT_TAGS[tag]] = True
    _read_styles(styles, text)
    text |= _allowed(
        {"link": attributes.get("href"), "color": styles.get("color"), "background": styles.get("background-color")},
        TEXT_FORMATS,
    )
    line |= _line_formats(tag, attributes, styles, in_code="code-block" in line)
    inside = replace(
        place,
        tag=tag,
        text=text,
        line=line,
        keeps_white=tag == "pre" or styles.get("white-space", "").startswith("pre") or place.keeps_white,
    )
    if tag in ("table", "tr", *CELLS):
        return _in_table(inside, tag, attributes)
    if tag in LISTS:
        return replace(inside, lists=place.lists + 1)
    if tag == "li":
        kind = attributes.get("data-list", LISTS.get(place.tag, "bullet"))
        return replace(inside, item=Item(kind, min(max(place.lists, 1) - 1, 8)))
    return inside


def _in_table(place: Place, tag: str, attributes: Mapping[str, str]) -> Place:
    """A place in a table; one within a cell is text of that."""
    if place.cell:
        return place
    if tag == "table":
        return replace(place, table=NewTable())
    if place.table and tag == "tr":
        place.table.begin_row()
    elif place.table:
        return replace(place, cell=place.table.next_cell(attributes.get("colspan")))
    return place


def _line_formats(
    tag: str, attributes: Mapping[str, str], styles: Mapping[str, str], *, in_code: bool
) -> Mapping[str, Any]:
    steps = _EMS.fullmatch(styles.get("margin-inline-start", ""))
    language = _LANGUAGE.search(attributes.get("class", "")) if tag == "code" and in_code else None
    found = {
        "align": styles.get("text-align"),
        "direction": attributes.get("dir"),
        "indent": int(steps[1]) // 2 if steps and len(steps[1]) < 3 else None,
        "header": HEADERS.get(tag),
        "blockquote": True if tag == "blockquote" else None,
        "code-block": language[1].lower() if language else True if tag == "pre" else None,
    }
    return _allowed(found, LINE_FORMATS)


def _read_styles(styles: Mapping[str, str], text: dict[str, Any]) -> None:
    """What styles say of the look of text: they give and they take away."""
    weight = styles.get("font-weight")
    _set(text, "bold", weight and (weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600)))
    slant = styles.get("font-style")
    _set(text, "italic", slant and slant in ("italic", "oblique"))
    decoration = styles.get("text-decoration", "") + styles.get("text-decoration-line", "")
    text |= {
        name: True for name, word in {"underline": "underline", "strike": "line-through"}.items() if word in decoration
    }


def _set(formats: dict[str, Any], name: str, on: Any) -> None:
    if on:
        formats[name] = True
    elif on is not None:
        formats.pop(name, None)


def _styles(style: str) -> Iterator[tuple[str, str]]:
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        yield name.strip().lower(), value.strip()


def _allowed(found: Mapping[str, Any], rules: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in found.items() if value is not None and rules[name](value)}


def _one_kind(formats: Mapping[str, Any]) -> Mapping[str, Any]:
    """A line is one thing: the first of these that it could be."""
    kind = Line((), formats).kind
    return {name: value for name, value in formats.items() if name == kind or name not in KINDS}
