"""Documents as HTML."""

from typing import Any

import pytest

from documents.exchange.html_writer import to_html, to_page
from tests.documents.exchange.examples import Ops, code, line, table


def test_lines_are_paragraphs() -> None:
    assert to_html([{"insert": "one\ntwo\n\n"}]) == "<p>one</p><p>two</p><p><br></p>"


def test_text_formats() -> None:
    html = to_html([{"insert": "a", "attributes": {"bold": True, "italic": True}}, {"insert": "b\n"}])
    assert html == "<p><em><strong>a</strong></em>b</p>"


def test_a_link() -> None:
    html = to_html([{"insert": "a", "attributes": {"link": "https://example.com/?a=1&b=2"}}, {"insert": "\n"}])
    assert html == '<p><a href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer nofollow">a</a></p>'


def test_colors() -> None:
    html = to_html([{"insert": "a", "attributes": {"color": "#ff0000", "background": "red"}}, {"insert": "\n"}])
    assert html.replace("; ", ";") == '<p><span style="color:#ff0000;background-color:red">a</span></p>'


@pytest.mark.parametrize(
    ("attributes", "html"),
    [
        ({"header": 2}, "<h2>x</h2>"),
        ({"blockquote": True}, "<blockquote><p>x</p></blockquote>"),
        ({"code-block": "python"}, '<pre><code class="language-python">x\n</code></pre>'),
        ({"code-block": True}, "<pre><code>x\n</code></pre>"),
        ({"direction": "rtl"}, '<p dir="rtl">x</p>'),
        ({"align": "center"}, '<p style="text-align:center">x</p>'),
        ({"indent": 2}, '<p style="margin-inline-start:4em">x</p>'),
        ({"list": "checked"}, '<ul><li><input type="checkbox" disabled="" checked="">x</li></ul>'),
        ({"list": "unchecked"}, '<ul><li><input type="checkbox" disabled="">x</li></ul>'),
    ],
)
def test_line_formats(attributes: dict[str, Any], html: str) -> None:
    assert to_html(line("x", **attributes)) == html


def test_items_of_a_list_stand_together() -> None:
    ops = [*line("a", list="bullet"), *line("b", list="bullet"), *line("c", list="ordered"), *line("d")]
    assert to_html(ops) == "<ul><li>a</li><li>b</li></ul><ol><li>c</li></ol><p>d</p>"


def test_indented_items_stand_in_the_item_before() -> None:
    ops = [*line("a", list="bullet"), *line("b", list="ordered", indent=1), *line("c", list="bullet")]
    assert to_html(ops) == "<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>"


def test_an_item_may_be_indented_without_one_before() -> None:
    assert to_html(line("a", list="bullet", indent=2)) == "<ul><li><ul><li><ul><li>a</li></ul></li></ul></li></ul>"


def test_lines_of_code_in_one_language_stand_together() -> None:
    html = to_html([*code("a"), *code(""), *code("b"), *code("c", "sql")])
    assert html == '<pre><code>a\n\nb\n</code></pre><pre><code class="language-sql">c\n</code></pre>'


def test_quoted_lines_stand_together() -> None:
    ops = [*line("a", blockquote=True), *line("b", blockquote=True)]
    assert to_html(ops) == "<blockquote><p>a</p><p>b</p></blockquote>"


def test_a_table_has_a_cell_for_every_place_in_it() -> None:
    ops = [*table(("a", "b/c")), *line("d", table="t0/r2/c2"), *table(("other",), name="t1")]
    first = "<tr><td><p>a</p></td><td><p>b</p><p>c</p></td></tr><tr><td></td><td><p>d</p></td></tr>"
    other = "<table><tbody><tr><td><p>other</p></td></tr></tbody></table>"
    assert to_html(ops) == f"<table><tbody>{first}</tbody></table>{other}"


def test_a_page_has_a_title_and_nothing_of_it_runs() -> None:
    page = to_page([{"insert": "a\n"}], "</title><script>")
    assert "<title>&lt;/title&gt;&lt;script&gt;</title>" in page
    assert "<p>a</p>" in page


def test_an_embed_leaves_a_mark() -> None:
    assert to_html([{"insert": {"x-thing": 1}}, {"insert": "\n"}]) == "<p>\N{OBJECT REPLACEMENT CHARACTER}</p>"


@pytest.mark.parametrize(
    "ops",
    [
        [{"insert": "<script>alert(1)</script><img src=x onerror=alert(1)>\n"}],
        [{"insert": "a", "attributes": {"link": "javascript:alert(1)"}}, {"insert": "\n"}],
        [{"insert": "a", "attributes": {"link": ' java\nscript:alert(1)"><script>'}}, {"insert": "\n"}],
        [{"insert": "a", "attributes": {"link": "data:text/html,<script>"}}, {"insert": "\n"}],
        [{"insert": "a", "attributes": {"color": 'red"><script>alert(1)</script>'}}, {"insert": "\n"}],
        [{"insert": "a", "attributes": {"background": "url(https://example.com/)"}}, {"insert": "\n"}],
        line("x", header="1><script>alert(1)</script"),
        line("x", align='"><script>'),
        line("x", **{"code-block": '"><script>'}),
        line("x", list='"><script>'),
    ],
)
def test_whatever_a_document_held_nothing_of_it_runs(ops: Ops) -> None:
    html = to_html(ops)
    for word in ("<script", "<img", "javascript:", "data:", "url("):
        assert word not in html.replace("&lt;script", "").replace("&lt;img", "")
