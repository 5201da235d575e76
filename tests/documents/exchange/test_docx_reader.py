"""Word files as documents: such as python-docx makes, and such as nobody should."""

import struct
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import parse_xml
from docx.shared import Inches, RGBColor

from documents.exchange.docx_writer import to_docx
from documents.exchange.found_images import FoundImages
from documents.exchange.reading import read
from protocol.errors import ProtocolError
from tests.documents.exchange.examples import Ops, line, numbered, table

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
GOOD = to_docx([{"insert": "x\n"}], "")


def made(write: Callable[[Any], None]) -> Any:
    """What is read of a document that python-docx wrote."""
    document = docx.Document()
    write(document)
    packed = BytesIO()
    document.save(packed)
    return read("docx", packed.getvalue(), FoundImages()).to_json()


def changed(part: str, text: str | bytes, compression: int = ZIP_DEFLATED) -> bytes:
    """A good file with one part set to `text`, or added."""
    packed = BytesIO()
    with ZipFile(BytesIO(GOOD)) as good, ZipFile(packed, "w", compression) as package:
        for name in good.namelist():
            if name != part:
                package.writestr(name, good.read(name))
        package.writestr(part, text)
    return packed.getvalue()


def with_body(body: str, before: str = "") -> bytes:
    return changed("word/document.xml", f"{before}<w:document {W}><w:body>{body}</w:body></w:document>")


def refusal(data: bytes) -> str:
    with pytest.raises(ProtocolError) as refused:
        read("docx", data, FoundImages())
    return refused.value.code


def test_what_a_line_is() -> None:
    def write(document: Any) -> None:
        document.add_heading("Title", 0)
        document.add_heading("Part", 2)
        document.add_paragraph("one", "List Bullet")
        document.add_paragraph("two", "List Number")
        document.add_paragraph("said", "Intense Quote")
        document.add_paragraph("plain\tor\nnot")

    assert made(write) == [
        *line("Title", header=1),
        *line("Part", header=2),
        *line("one", list="bullet"),
        *line("two", list="ordered"),
        *line("said", blockquote=True),
        {"insert": "plain\tor\nnot\n"},
    ]


def test_how_text_looks() -> None:
    def write(document: Any) -> None:
        paragraph = document.add_paragraph("a")
        run = paragraph.add_run("b")
        run.bold = run.underline = run.font.strike = True
        run.font.color.rgb = RGBColor(255, 0, 1)
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        paragraph.add_run("c", "Strong").italic = True
        paragraph.add_run("d").bold = False

    assert made(write) == [
        {"insert": "a"},
        {
            "insert": "b",
            "attributes": {
                "bold": True, "underline": True, "strike": True, "color": "#ff0001", "background": "#ffff00",
            },
        },
        {"insert": "c", "attributes": {"bold": True, "italic": True}},
        {"insert": "d\n"},
    ]  # fmt: skip


def test_how_a_line_stands() -> None:
    def write(document: Any) -> None:
        paragraph = document.add_paragraph("x")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.left_indent = Inches(1)

    assert made(write) == line("x", align="center", indent=2)


def test_a_table_is_one() -> None:
    def write(document: Any) -> None:
        table = document.add_table(2, 2)
        for number, cell in enumerate(table._cells):
            cell.text = str(number)
        table.cell(1, 1).add_paragraph("more")

    assert numbered(made(write)) == [*table(("0", "1"), ("2", "3/more")), *line("")]


def test_proposed_text_counts_as_accepted() -> None:
    body = (
        "<w:p><w:r><w:t>a</w:t></w:r><w:ins><w:r><w:t>b</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>c</w:delText></w:r></w:del></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>d</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    assert read("docx", with_body(body), FoundImages()).to_json() == [{"insert": "ab\nd\n"}]


def test_a_picture_from_elsewhere_is_not_fetched() -> None:
    def write(document: Any) -> None:
        external = document.part.relate_to(
            "file:///etc/passwd",
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
            is_external=True,
        )
        picture = parse_xml(
            f'<w:r {W} xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.'
            f'openxmlformats.org/officeDocument/2006/relationships"><w:drawing><a:blip r:link="{external}"/>'
            f"</w:drawing></w:r>"
        )
        document.add_paragraph("a")._p.append(picture)

    assert made(write) == [{"insert": "a\n"}]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "\\\\host\\share", ""])
def test_a_link_that_documents_do_not_hold_is_only_text(address: str) -> None:
    ops: Ops = [{"insert": "x", "attributes": {"link": "https://placeholder.example/"}}, {"insert": "\n"}]
    with ZipFile(BytesIO(to_docx(ops, ""))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    relations = "word/_rels/document.xml.rels"
    parts[relations] = parts[relations].replace(b"https://placeholder.example/", address.encode())
    packed = BytesIO()
    with ZipFile(packed, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    assert read("docx", packed.getvalue(), FoundImages()).to_json() == [{"insert": "x\n"}]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"%PDF-1.7",
        b"just text",
        GOOD[:-30],
        GOOD[: len(GOOD) // 2],
        GOOD.replace(b"word/document.xml", b"work/document.xml"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        changed("../../etc/passwd", "x"),
        changed("/etc/passwd", "x"),
        changed("C:\\x", "x"),
        changed("word/document.xml", "<w:document"),
        changed("word/document.xml", b"\xff\xfe"),
        changed("word/document.xml", '<?xml version="1.0" encoding="no-such"?><x/>'),
        changed("word/styles.xml", "<x"),
    ],
)
def test_what_is_no_word_file_is_refused(data: bytes) -> None:
    assert refusal(data) == "unreadable_file"


def test_entities_are_refused_whatever_they_name() -> None:
    passwd = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    for dtd in (passwd, laughs, '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'):
        assert refusal(with_body("<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", dtd)) == "unreadable_file"


def test_a_protected_part_is_refused() -> None:
    data = bytearray(changed("word/document.xml", "<x/>", ZIP_STORED))
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, 1)
    assert refusal(bytes(data)) == "unreadable_file"


def test_a_zip_bomb_is_not_unpacked() -> None:
    text = "<w:p><w:r><w:t>" + " " * 50_000_000 + "</w:t></w:r></w:p>"
    assert refusal(with_body(text)) == "file_too_costly"


def test_a_part_that_says_less_than_it_holds_is_refused() -> None:
    data = bytearray(changed("word/document.xml", f"<x>{' ' * 5_000_000}</x>"))
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 1000)
    assert refusal(bytes(data)) == "unreadable_file"


def test_too_many_entries_are_refused() -> None:
    packed = BytesIO(GOOD)
    with ZipFile(packed, "a") as package:
        for number in range(5000):
            package.writestr(f"{number}", b"")
    assert refusal(packed.getvalue()) == "file_too_costly"


def test_elements_within_elements_without_end_are_refused() -> None:
    with pytest.raises((ProtocolError, RecursionError)):
        read("docx", with_body("<w:x>" * 100_000 + "</w:x>" * 100_000), FoundImages())
