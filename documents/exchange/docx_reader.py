"""Word files as lines. Of the package four parts are read, by their names, and the images that the text shows.

Nothing is read that they point to elsewhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from posixpath import join, normpath
from typing import Any
from xml.etree.ElementTree import Element

from documents.exchange.docx_parts import CODE, CODE_BLOCK, SIGNS, STEP
from documents.exchange.found_images import FoundImages
from documents.exchange.lines import Line, Run, image_run
from documents.exchange.package import Package
from documents.exchange.tables import NewTable, in_cell
from protocol.formats import FORMATS

# Removed or moved text, and what is no text of the paragraphs: fields' instructions, drawings with their fallbacks.
SKIPPED = {"del", "moveFrom", "instrText", "delText", "drawing", "pict", "object", "AlternateContent", "sectPr", "pPr"}
PICTURES = {"drawing", "pict"}
CHARACTERS = {"tab": "\t", "cr": "\n", "noBreakHyphen": "\N{NON-BREAKING HYPHEN}", "softHyphen": "\N{SOFT HYPHEN}"}
SWITCHES = {"b": "bold", "i": "italic", "strike": "strike", "dstrike": "strike"}
OFF = {"0", "false", "off", "none"}
BLOCK_STYLES: dict[str, Mapping[str, Any]] = {
    "title": {"header": 1},
    **{f"heading {level}": {"header": min(level, 6)} for level in range(1, 10)},
    "quote": {"blockquote": True},
    "intense quote": {"blockquote": True},
    CODE_BLOCK.lower(): {"code-block": True},
    "html preformatted": {"code-block": True},
}
TEXT_STYLES = {CODE.lower(): "code", "html code": "code", "strong": "bold", "emphasis": "italic"}
ALIGNMENTS = {"center": "center", "right": "right", "end": "right", "both": "justify", "distribute": "justify"}
FROM_RIGHT_TO_LEFT = ALIGNMENTS | {"left": "right", "start": "right", "right": None, "end": None}
HIGHLIGHTS = {
    "yellow": "#ffff00", "green": "#00ff00", "cyan": "#00ffff", "magenta": "#ff00ff", "blue": "#0000ff",
    "red": "#ff0000", "darkBlue": "#000080", "darkCyan": "#008080", "darkGreen": "#008000",
    "darkMagenta": "#800080", "darkRed": "#800000", "darkYellow": "#808000", "darkGray": "#808080",
    "lightGray": "#c0c0c0", "black": "#000000",
}  # fmt: skip


def from_docx(data: bytes, images: FoundImages) -> list[Line]:
    """The lines of a Word file; `images` takes in its images. Raises ProtocolError unreadable_file, file_too_costly."""
    package = Package(data)
    document = package.part("word/document.xml")
    body = document.find("{*}body")
    return [] if body is None else list(_Reader(package, images).lines(body))


@dataclass
class Style:
    """A style: its name in English and small letters, the one it is based on, and what list it puts its lines in."""

    name: str
    based_on: str | None
    number: Element | None


@dataclass
class _Reader:
    package: Package
    images: FoundImages
    styles: dict[str, Style] = field(init=False)
    lists: dict[str, dict[int, str]] = field(init=False)
    links: dict[str, str] = field(init=False)
    pictures: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.styles = dict(_styles(self.package.part("word/styles.xml", needed=False)))
        self.lists = dict(_lists(self.package.part("word/numbering.xml", needed=False)))
        relations = self.package.part("word/_rels/document.xml.rels", needed=False)
        self.links = dict(_relations(relations, "hyperlink"))
        self.pictures = dict(_relations(relations, "image"))

    def lines(self, element: Element) -> Iterator[Line]:
        for child in element:
            name = local(child)
            if name == "p":
                yield from self._paragraph(child)
            elif name == "tbl":
                yield from self._rows(child, NewTable())
            elif name not in SKIPPED:
                yield from self.lines(child)

    def _paragraph(self, paragraph: Element) -> Iterator[Line]:
        formats = self._line_formats(paragraph.find("{*}pPr"))
        runs: list[Run] = []
        for run in self._runs(paragraph, {}):
            if run.image:
                runs.append(run)
                continue
            *ended, rest = run.text.split("\n")
            for part in ended:
                yield Line((*runs, *_kept(part, run.formats)), formats)
                runs.clear()
                formats = _after_a_break(formats)
            runs += _kept(rest, run.formats)
        yield Line(tuple(runs), formats)

    def _rows(self, element: Element, table: NewTable) -> Iterator[Line]:
        for child in element:
            name = local(child)
            if name == "tr":
                table.begin_row()
                yield from self._cells(child, table)
            elif name not in SKIPPED:
                yield from self._rows(child, table)

    def _cells(self, element: Element, table: NewTable) -> Iterator[Line]:
        """The lines of a row's cells; a table within a cell is lines of that."""
        for child in element:
            name = local(child)
            if name == "tc":
                cell = table.next_cell(attribute(child.find("{*}tcPr/{*}gridSpan"), "val"))
                lines = list(self.lines(child)) or [Line((), {})]
                yield from (in_cell(line, cell) for line in lines)
            elif name not in SKIPPED:
                yield from self._cells(child, table)

    def _runs(self, element: Element, link: Mapping[str, Any]) -> Iterator[Run]:
        for child in element:
            name = local(child)
            if name == "r":
                yield from self._pieces(child, _allowed(self._look(child.find("{*}rPr"), link)))
            elif name == "hyperlink":
                yield from self._runs(child, {"link": self.links.get(attribute(child, "id") or "")})
            elif name not in SKIPPED:
                yield from self._runs(child, link)

    def _pieces(self, run: Element, look: Mapping[str, Any]) -> Iterator[Run]:
        """The text and the images of a run, which looks so."""
        for is_image, children in groupby(run, lambda child: local(child) in PICTURES):
            if is_image:
                yield from (shown for child in children for shown in self._image(child, look))
            else:
                yield from _kept("".join(map(_character, children)), look)

    def _image(self, drawing: Element, look: Mapping[str, Any]) -> tuple[Run, ...]:
        """The image in a drawing, or what is said of it."""
        relation = attribute(drawing.find(".//{*}blip"), "embed") or attribute(drawing.find(".//{*}imagedata"), "id")
        data = self._picture(self.pictures.get(relation or ""))
        image = self.images.hold(data) if data else None
        words = attribute(drawing.find(".//{*}docPr"), "descr") or ""
        return (image_run(image, words, look),) if image else _kept(" ".join(words.split()), look)

    def _picture(self, target: str | None) -> bytes | None:
        """What is at a place that is told from the folder of the text; None for what is not in the package."""
        return self.package.find(normpath(join("/word", target)).lstrip("/")) if target else None

    def _look(self, properties: Element | None, link: Mapping[str, Any]) -> dict[str, Any]:
        look = dict(link)
        if properties is None:
            return look
        style = self._style_name(attribute(properties.find("{*}rStyle"), "val"))
        if style in TEXT_STYLES:
            look[TEXT_STYLES[style]] = True
        for child in properties:
            name, value = local(child), attribute(child, "val")
            if name in SWITCHES and value not in OFF:
                look[SWITCHES[name]] = True
            elif name == "u" and value not in OFF:
                look["underline"] = True
            elif name == "color":
                look["color"] = f"#{(value or '').lower()}"
            elif name == "highlight":
                look["background"] = HIGHLIGHTS.get(value or "")
            elif name == "shd":
                look["background"] = f"#{(attribute(child, 'fill') or '').lower()}"
        return look

    def _line_formats(self, properties: Element | None) -> Mapping[str, Any]:
        if properties is None:
            return {}
        rtl = properties.find("{*}bidi") is not None and attribute(properties.find("{*}bidi"), "val") not in OFF
        align = attribute(properties.find("{*}jc"), "val") or ""
        formats: dict[str, Any] = {
            "direction": "rtl" if rtl else None,
            "align": (FROM_RIGHT_TO_LEFT if rtl else ALIGNMENTS).get(align),
        }
        return _allowed({**formats, **self._kind(properties)})

    def _kind(self, properties: Element) -> Mapping[str, Any]:
        """What the line is, by its style, by the list that it is in, or by its indentation alone."""
        styles = list(self._chain(attribute(properties.find("{*}pStyle"), "val")))
        for style in styles:
            if style.name in BLOCK_STYLES:
                return BLOCK_STYLES[style.name]
        numbers = [properties.find("{*}numPr"), *(style.number for style in styles)]
        number = next((found for found in numbers if found is not None), None)
        level = int(attribute(number.find("{*}ilvl"), "val") or 0) if number is not None else 0
        kinds = self.lists.get(attribute(number.find("{*}numId"), "val") or "", {}) if number is not None else {}
        if level in kinds:
            return {"list": kinds[level], "indent": level}
        return {"indent": _steps(properties.find("{*}ind"))}

    def _style_name(self, style: str | None) -> str:
        return self.styles[style].name if style in self.styles else ""

    def _chain(self, style: str | None) -> Iterator[Style]:
        """A style and what it is based on, each once."""
        seen: set[str] = set()
        while style in self.styles and style not in seen:
            seen.add(style)
            yield self.styles[style]
            style = self.styles[style].based_on


def local(element: Element) -> str:
    """The name of an element without its namespace: Word has two of them for the same."""
    return element.tag.rpartition("}")[2]


def attribute(element: Element | None, name: str) -> str | None:
    """An attribute by its name without namespace."""
    for given, value in element.items() if element is not None else ():
        if given.rpartition("}")[2] == name:
            return value
    return None


def _character(child: Element) -> str:
    """What a part of a run is as text."""
    name = local(child)
    if name == "t":
        return (child.text or "").replace("\n", " ")
    if name == "br" and attribute(child, "type") in (None, "textWrapping"):
        return "\n"
    return CHARACTERS.get(name, "")


def _styles(root: Element | None) -> Iterator[tuple[str, Style]]:
    for style in root.iterfind("{*}style") if root is not None else ():
        name = attribute(style.find("{*}name"), "val") or ""
        number = style.find("{*}pPr/{*}numPr")
        based_on = attribute(style.find("{*}basedOn"), "val")
        yield attribute(style, "styleId") or "", Style(name.lower(), based_on, number)


def _lists(root: Element | None) -> Iterator[tuple[str, dict[int, str]]]:
    """By the id of a list, the kind of item on each of its levels."""
    if root is None:
        return
    kinds = {attribute(kind, "abstractNumId"): dict(_levels(kind)) for kind in root.iterfind("{*}abstractNum")}
    for number in root.iterfind("{*}num"):
        kind = attribute(number.find("{*}abstractNumId"), "val")
        yield attribute(number, "numId") or "", kinds.get(kind, {})


def _levels(kind: Element) -> Iterator[tuple[int, str]]:
    signs = {sign: name for name, sign in SIGNS.items() if name in ("checked", "unchecked")}
    for level in kind.iterfind("{*}lvl"):
        form = attribute(level.find("{*}numFmt"), "val")
        sign = attribute(level.find("{*}lvlText"), "val") or ""
        if form != "none":
            yield int(attribute(level, "ilvl") or 0), signs.get(sign, "bullet" if form == "bullet" else "ordered")


def _relations(root: Element | None, kind: str) -> Iterator[tuple[str, str]]:
    """Where what is of a kind is, by its id."""
    for relation in root if root is not None else ():
        if (attribute(relation, "Type") or "").endswith(f"/{kind}"):
            yield attribute(relation, "Id") or "", attribute(relation, "Target") or ""


def _steps(indentation: Element | None) -> int:
    twips = attribute(indentation, "left") or attribute(indentation, "start") or "0"
    return min(round(float(twips) / STEP), 8) if twips.lstrip("-").isdigit() else 0


def _after_a_break(formats: Mapping[str, Any]) -> Mapping[str, Any]:
    """Within an item another line is no other item."""
    if "list" not in formats:
        return formats
    rest = {name: value for name, value in formats.items() if name != "list"}
    return _allowed(rest | {"indent": formats.get("indent", 0) + 1})


def _kept(text: str, formats: Mapping[str, Any]) -> tuple[Run, ...]:
    return (Run(text, formats),) if text else ()


def _allowed(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value is not None and FORMATS[name](value)}
