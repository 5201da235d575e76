"""Documents as Word files. What those cannot hold is left out: the language of code."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import groupby
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from documents.exchange import docx_parts as parts
from documents.exchange.colors import as_hex
from documents.exchange.docx_images import DocxImages, Find
from documents.exchange.lines import Formats, Line, Ops, Run, lines_of
from documents.exchange.tables import Cell, rows_of, table_of

_NOT_IN_XML = re.compile("[^\t\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
STYLES = {"code-block": parts.CODE_BLOCK, "list": "List Paragraph", "blockquote": "Quote"}
PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="708" w:footer="708" w:gutter="0"/>'
    "</w:sectPr>"
)


def no_image(_image_id: str) -> None:
    """Finds none, so that their words stand alone."""


def to_docx(ops: Ops, title: str, find: Find = no_image) -> bytes:
    """The ops of a document as a Word file, with the images that are found; the same ones make the same bytes."""
    text = _Text(DocxImages(find))
    body = "".join(text.paragraphs(lines_of(ops)))
    names = f'xmlns:w="{parts.W}" xmlns:r="{parts.R}"'
    return _package(
        {
            "[Content_Types].xml": parts.CONTENT_TYPES,
            "_rels/.rels": parts.PACKAGE_RELATIONS,
            "docProps/core.xml": parts.properties(_NOT_IN_XML.sub("", title)),
            "word/document.xml": f"{parts.HEAD}<w:document {names}><w:body>{body}{PAGE}</w:body></w:document>",
            "word/styles.xml": parts.STYLES,
            "word/numbering.xml": parts.numbering(text.own_lists),
            "word/_rels/document.xml.rels": parts.relations(text.links, text.images.targets),
        },
        text.images.parts,
    )


def _package(files: dict[str, str], images: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as package:
        for name, text in files.items():
            package.writestr(ZipInfo(name), text.encode(), ZIP_DEFLATED)
        for name, data in images.items():
            package.writestr(ZipInfo(name), data, ZIP_STORED)
    return packed.getvalue()


class _Text:
    """The text, and what it came to refer to while it was written: links, images, lists with their own numbers."""

    def __init__(self, images: DocxImages) -> None:
        self.images = images
        self.links: dict[str, int] = {}
        self.own_lists = 0

    def paragraphs(self, lines: Iterable[Line]) -> Iterator[str]:
        for (kind, table), alike in groupby(lines, _group):
            together = list(alike)
            if table:
                yield self._table(together)
                continue
            if kind == "list" and any(line.formats["list"] == "ordered" for line in together):
                self.own_lists += 1
            for line in together:
                yield self._paragraph(line)

    def _table(self, lines: Iterable[Line]) -> str:
        rows = rows_of(lines)
        width = parts.TEXT_WIDTH // len(rows[0])
        written = ("".join(self._cell(cell, width) for cell in row) for row in rows)
        grid = f'<w:gridCol w:w="{width}"/>' * len(rows[0])
        return parts.table(grid, "".join(f"<w:tr>{row}</w:tr>" for row in written))

    def _cell(self, cell: Cell, width: int) -> str:
        text = "".join(map(self._paragraph, cell)) or "<w:p/>"
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{text}</w:tc>'

    def _paragraph(self, line: Line) -> str:
        return f"<w:p>{self._properties(line)}{''.join(self._runs(line))}</w:p>"

    def _properties(self, line: Line) -> str:
        style = f"heading {line.formats['header']}" if line.kind == "header" else STYLES.get(line.kind)
        properties = f'<w:pStyle w:val="{parts.style_id(style)}"/>' if style else ""
        if line.kind == "list":
            properties += f'<w:numPr><w:ilvl w:val="{line.indent}"/><w:numId w:val="{self._list(line)}"/></w:numPr>'
        rtl = "direction" in line.formats
        if rtl:
            properties += "<w:bidi/>"
        if line.indent and line.kind != "list":
            properties += f'<w:ind w:left="{line.indent * parts.STEP}"/>'
        return f"<w:pPr>{properties}{_aligned(line.formats.get('align'), rtl=rtl)}</w:pPr>"

    def _list(self, line: Line) -> int:
        kind = line.formats["list"]
        return parts.FIRST_OWN_LIST + self.own_lists - 1 if kind == "ordered" else parts.list_id(kind)

    def _runs(self, line: Line) -> Iterator[str]:
        rtl = "direction" in line.formats
        for link, linked in groupby(line.runs, key=lambda run: run.formats.get("link")):
            runs = "".join(self._run(run, rtl=rtl) for run in linked)
            if link is None:
                yield runs
            else:
                number = self.links.setdefault(link, len(self.links))
                yield f'<w:hyperlink r:id="link{number}">{runs}</w:hyperlink>'

    def _run(self, run: Run, *, rtl: bool) -> str:
        alt = _NOT_IN_XML.sub("", run.formats.get("alt", ""))
        image = self.images.shown(run.image, alt) if run.image else None
        return f"<w:r>{_look(run.formats, rtl=rtl)}{image or _text(run.words)}</w:r>"


def _group(line: Line) -> tuple[str, str]:
    return line.kind, table_of(line) if line.kind == "table" else ""


def _aligned(align: str | None, *, rtl: bool) -> str:
    if align is None:
        return ""
    # In a line from right to left, Word's "left" is where the line begins.
    value = {"justify": "both", "right": "left" if rtl else "right"}.get(align, align)
    return f'<w:jc w:val="{value}"/>'


def _text(text: str) -> str:
    return "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(part)}</w:t>' if part else ""
        for part in _NOT_IN_XML.sub(" ", text).split("\t")
    )


def _look(formats: Formats, *, rtl: bool) -> str:
    """In the order that the schema asks for."""
    style = parts.CODE if "code" in formats else "Hyperlink" if "link" in formats else None
    color, background = as_hex(formats.get("color")), as_hex(formats.get("background"))
    look = (
        f'<w:rStyle w:val="{parts.style_id(style)}"/>' if style else "",
        "<w:b/>" if "bold" in formats else "",
        "<w:i/>" if "italic" in formats else "",
        "<w:strike/>" if "strike" in formats else "",
        f'<w:color w:val="{color}"/>' if color else "",
        '<w:u w:val="single"/>' if "underline" in formats else "",
        f'<w:shd w:val="clear" w:color="auto" w:fill="{background}"/>' if background else "",
        "<w:rtl/>" if rtl else "",
    )
    return f"<w:rPr>{''.join(look)}</w:rPr>"
