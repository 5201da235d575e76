"""Documents as Markdown."""

from typing import Any

import pytest

from documents.exchange.markdown_writer import to_markdown
from tests.documents.exchange.examples import Ops, code, line, table


def run(text: str, **attributes: Any) -> Ops:
    """Some text of one look."""
    return [{"insert": text, "attributes": attributes} if attributes else {"insert": text}]


def test_blocks_stand_apart() -> None:
    ops = [*line("Plans", header=1), *line("First."), *line(""), *line("Then."), *line("said", blockquote=True)]
    assert to_markdown(ops) == "# Plans\n\nFirst.\n\nThen.\n\n> said\n"


def test_lists() -> None:
    ops = [
        *line("a", list="bullet"),
        *line("b", list="ordered", indent=1),
        *line("c", list="ordered", indent=1),
        *line("done", list="checked"),
        *line("to do", list="unchecked"),
    ]
    assert to_markdown(ops) == "- a\n  1. b\n  2. c\n- [x] done\n- [ ] to do\n"


def test_another_kind_of_list_begins_anew() -> None:
    ops = [*line("a", list="ordered"), *line("b", list="bullet"), *line("c", list="ordered")]
    assert to_markdown(ops) == "1. a\n\n- b\n\n1. c\n"


def test_code() -> None:
    assert to_markdown([*code("a = 1", "python"), *code(" *b*", "python")]) == "```python\na = 1\n *b*\n```\n"
    assert to_markdown(code("```")) == "````\n```\n````\n"


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ({"bold": True}, "**x**"),
        ({"italic": True}, "*x*"),
        ({"bold": True, "italic": True}, "***x***"),
        ({"strike": True}, "~~x~~"),
        ({"code": True}, "`x`"),
        ({"link": "https://example.com/"}, "[x](https://example.com/)"),
        ({"link": "https://example.com/a_(b)"}, "[x](<https://example.com/a_(b)>)"),
        ({"underline": True}, "<u>x</u>"),
        ({"color": "red"}, "x"),
    ],
)
def test_text_formats(attributes: dict[str, Any], text: str) -> None:
    assert to_markdown([*run("x", **attributes), *run("\n")]) == f"{text}\n"


def test_a_table_begins_with_its_head() -> None:
    ops = [*table(("a|b", "c/d"), ("*", "")), *line("e")]
    assert to_markdown(ops) == "| a\\|b | c<br>d |\n| --- | --- |\n| \\* |  |\n\ne\n"


def test_white_space_stands_outside_the_marks() -> None:
    assert to_markdown([*run("a"), *run(" b ", bold=True), *run("c\n")]) == "a **b** c\n"


def test_where_marks_would_not_do_there_are_tags() -> None:
    assert to_markdown([*run("a"), *run("(b)", bold=True), *run("c\n")]) == "a<strong>(b)</strong>c\n"
    assert to_markdown([*run("a", bold=True), *run("b", italic=True), *run("\n")]) == "**a**<em>b</em>\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("# no heading", "\\# no heading"),
        ("- no item", "\\- no item"),
        ("1. no item", "1\\. no item"),
        ("> no quote", "\\> no quote"),
        ("*no* _mark_ `here` <b>", "\\*no\\* \\_mark\\_ \\`here\\` \\<b>"),
        ("[no](link)", "\\[no\\](link)"),
        ("&amp; but R&D", "\\&amp; but R&D"),
        ("a\rb\u2028c", "a b c"),
    ],
)
def test_text_stays_text(text: str, written: str) -> None:
    assert to_markdown(line(text)) == f"{written}\n"


def test_a_mark_before_a_link_makes_no_image() -> None:
    link = run("this", link="https://example.com/")
    assert to_markdown([*run("See!"), *link, *run("\n")]) == "See\\![this](https://example.com/)\n"


def test_an_empty_document_is_an_empty_file() -> None:
    assert to_markdown([{"insert": "\n"}]) == ""
