"""Documents as Word files, as another program reads them."""

from io import BytesIO
from typing import Any

import docx
import pytest

from documents.exchange.docx_writer import to_docx
from tests.documents.exchange.examples import Ops, code, line


def opened(ops: Ops, title: str = "Plans") -> Any:
    return docx.Document(BytesIO(to_docx(ops, title)))


def only_run(**attributes: Any) -> Any:
    [paragraph] = opened([{"insert": "x", "attributes": attributes}, {"insert": "\n"}]).paragraphs
    [run] = paragraph.runs
    return run


def test_paragraphs_and_a_title() -> None:
    document = opened([{"insert": "one\n\n two\tthree \n"}])
    assert [paragraph.text for paragraph in document.paragraphs] == ["one", "", " two\tthree "]
    assert document.core_properties.title == "Plans"


@pytest.mark.parametrize(
    ("attributes", "style"),
    [
        ({}, "Normal"),
        ({"header": 1}, "Heading 1"),
        ({"header": 6}, "Heading 6"),
        ({"blockquote": True}, "Quote"),
        ({"code-block": "python"}, "Source Code"),
        ({"list": "bullet"}, "List Paragraph"),
    ],
)
def test_what_a_line_is_becomes_a_style(attributes: dict[str, Any], style: str) -> None:
    [paragraph] = opened(line("x", **attributes)).paragraphs
    assert (paragraph.text, paragraph.style.name) == ("x", style)


@pytest.mark.parametrize("name", ["bold", "italic", "underline"])
def test_text_formats(name: str) -> None:
    assert getattr(only_run(**{name: True}), name) is True
    assert getattr(only_run(code=True), name) is None


def test_more_text_formats() -> None:
    assert only_run(strike=True).font.strike is True
    assert only_run(code=True).style.name == "Verbatim Char"
    assert str(only_run(color="rgb(255, 0, 1)").font.color.rgb) == "FF0001"
    assert str(only_run(color="#0fa").font.color.rgb) == "00FFAA"
    assert 'w:fill="ffff00"' in only_run(background="yellow")._r.xml


def test_a_link() -> None:
    [paragraph] = opened([{"insert": "x", "attributes": {"link": "https://example.com/?a=1&b"}}, *line("")]).paragraphs
    [link] = paragraph.hyperlinks
    assert (link.text, link.address) == ("x", "https://example.com/?a=1&b")


def test_alignment_and_indentation() -> None:
    [paragraph] = opened(line("x", align="justify", indent=2)).paragraphs
    assert (str(paragraph.alignment), paragraph.paragraph_format.left_indent.inches) == ("JUSTIFY (3)", 1.0)


def test_in_a_line_from_right_to_left_words_sides_are_swapped() -> None:
    [paragraph] = opened(line("x", align="right", direction="rtl")).paragraphs
    assert "<w:bidi/>" in paragraph._p.xml
    assert '<w:jc w:val="left"/>' in paragraph._p.xml


def test_each_numbered_list_begins_at_one() -> None:
    ops = [
        *line("a", list="ordered"),
        *line("b", list="ordered", indent=1),
        *line("between"),
        *line("c", list="ordered"),
    ]
    a, b, _, c = (paragraph._p.pPr.numPr for paragraph in opened(ops).paragraphs)
    assert a.numId.val == b.numId.val != c.numId.val
    assert (a.ilvl.val, b.ilvl.val, c.ilvl.val) == (0, 1, 0)


def test_the_same_document_makes_the_same_file() -> None:
    assert to_docx([*code("a"), *line("b")], "Plans") == to_docx([*code("a"), *line("b")], "Plans")


def test_what_xml_does_not_hold_does_not_break_the_file() -> None:
    [paragraph] = opened([{"insert": "a\0b\x0b<c>&\ufffe\n"}], "\x01 & <Plans>").paragraphs
    assert paragraph.text == "a b <c>& "
