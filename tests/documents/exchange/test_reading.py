"""Files of all kinds as documents."""

import json
from typing import Any

import pytest

from documents.exchange.found_images import FoundImages
from documents.exchange.reading import read
from protocol.errors import ProtocolError
from tests.documents.exchange.examples import Ops, code, line, numbered, table

ESSAY = b"""\
Release notes
=============

We *really* **did** it, see [the site](https://example.com/a?b=1) or <https://example.com/>.
This goes on.  \nThis is another line.

* one
* two

  more of two
  1. nested
  2. again
- [ ] to do
- [x] done

> Quoted,
> still.

    indented code

``` Python title="x"
a = 1

b = 2
```

| a | b |
|---|---|
| 1 | *2* |

![A cat](https://example.com/cat.png) <u>HTML</u> &copy; <script>alert(1)</script>

---
"""


def reads(name: str, data: bytes | str) -> Any:
    return read(name, data.encode() if isinstance(data, str) else data, FoundImages()).to_json()


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(ProtocolError) as refused:
        read(name, data, FoundImages())
    return refused.value.code


def plain(*texts: str) -> Ops:
    return [{"insert": "".join(f"{text}\n" for text in texts)}]


def cell(text: str, column: str, row: str = "r1") -> Ops:
    return line(text, table=f"t0/{row}/{column}")


def test_markdown() -> None:
    site = {"link": "https://example.com/a?b=1"}
    assert numbered(reads("markdown", ESSAY)) == [
        *line("Release notes", header=1),
        {"insert": "We "},
        {"insert": "really", "attributes": {"italic": True}},
        {"insert": " "},
        {"insert": "did", "attributes": {"bold": True}},
        {"insert": " it, see "},
        {"insert": "the site", "attributes": site},
        {"insert": " or "},
        {"insert": "https://example.com/", "attributes": {"link": "https://example.com/"}},
        {"insert": ". This goes on.\nThis is another line.\none"},
        {"insert": "\n", "attributes": {"list": "bullet"}},
        *line("two", list="bullet"),
        *line("more of two", indent=1),
        *line("nested", list="ordered", indent=1),
        *line("again", list="ordered", indent=1),
        *line("to do", list="unchecked"),
        *line("done", list="checked"),
        *line("Quoted, still.", blockquote=True),
        *code("indented code"),
        {"insert": "a = 1"},
        {"insert": "\n\n", "attributes": {"code-block": "python"}},
        *code("b = 2", "python"),
        *table(("a", "b"), ("1",)),
        {"insert": "2", "attributes": {"italic": True}},
        {"insert": "\n", "attributes": {"table": "t0/r2/c2"}},
        {"insert": "A cat", "attributes": {"link": "https://example.com/cat.png"}},
        {"insert": " "},
        {"insert": "HTML", "attributes": {"underline": True}},
        {"insert": " ©\n"},
    ]


@pytest.mark.parametrize(
    ("html", "ops"),
    [
        ("<p>one</p>\n<p> two\n three</p>", plain("one", "two three")),
        ("one<br>two<br><br>three<br>", plain("one", "two", "", "three")),
        ("<div><div>a</div>b</div>", plain("a", "b")),
        ("<table><tr><td>a<td><p>b</p><p>c</p></table>", [*table(("a", "b/c")), *plain("")]),
        (
            "<table><tr><th colspan=2>a<td><tr><td><h1>b</h1></table>x",
            [*table(("a",)), *cell("", "c3"), *cell("b", "c1", "r2"), *plain("x")],
        ),
        ("<table><tr><td>a<table><tr><td>b<td>c</table>d</table>x", [*table(("a/b/c/d",)), *plain("x")]),
        ("<h3>x</h3>", line("x", header=3)),
        ("<blockquote><p>x</blockquote>", line("x", blockquote=True)),
        ("<pre>a\n  b\n</pre>", [*code("a"), *code("  b")]),
        ("<ul><li>a<ul><li>b</ul></ul>", [*line("a", list="bullet"), *line("b", list="bullet", indent=1)]),
        ("<ol><li><p>a</p><p>b</p></li></ol>", [*line("a", list="ordered"), *line("b", indent=1)]),
        ('<ol><li data-list="checked">a</li></ol>', line("a", list="checked")),
        ('<p style="text-align: center">x</p>', line("x", align="center")),
        ('<p dir="rtl">x</p>', line("x", direction="rtl")),
        ('<p><img src="https://x.org/a.png" alt="a cat"></p>', None),
        ("<title>no</title><style>p{}</style><p>x</p><script>no</script>", plain("x")),
        ("", plain("")),
    ],
)
def test_html(html: str, ops: Ops | None) -> None:
    image = [{"insert": "a cat", "attributes": {"link": "https://x.org/a.png"}}, {"insert": "\n"}]
    assert numbered(reads("html", html)) == (image if ops is None else ops)


@pytest.mark.parametrize(
    ("html", "attributes"),
    [
        ("<b>x</b>", {"bold": True}),
        ('<b style="font-weight: normal">x</b>', {}),
        ('<span style="font-weight:700;font-style:italic">x</span>', {"bold": True, "italic": True}),
        ('<span style="text-decoration: underline line-through">x</span>', {"underline": True, "strike": True}),
        ('<span style="color: #FF0000; background-color: rgb(1, 2, 3)">x</span>', None),
        ("<kbd>x</kbd>", {"code": True}),
        ('<a href="https://x.org/">x</a>', {"link": "https://x.org/"}),
        ('<a href="/relative">x</a>', {}),
        ('<a href=" java\nscript:alert(1)">x</a>', {}),
        ('<span style="color: url(https://x.org/)">x</span>', {}),
    ],
)
def test_the_look_of_text_in_html(html: str, attributes: dict[str, Any] | None) -> None:
    colored = {"color": "#FF0000", "background": "rgb(1, 2, 3)"}
    wanted = colored if attributes is None else attributes
    text = {"insert": "x", "attributes": wanted} if wanted else None
    assert reads("html", f"<p>{html}</p>") == ([text, {"insert": "\n"}] if text else plain("x"))


@pytest.mark.parametrize(
    "data", [b"a\r\nb", b"a\rb\n", b"\xef\xbb\xbfa\nb\n", "a\nb".encode("utf-16"), b"\xfe\xff\0a\0\n\0b"]
)
def test_text(data: bytes) -> None:
    assert reads("text", data) == plain("a", "b")


@pytest.mark.parametrize("wrapped", [lambda ops: ops, lambda ops: {"ops": ops}])
@pytest.mark.parametrize("text", ["a", "a\n"])
def test_delta(wrapped: Any, text: str) -> None:
    assert reads("delta", json.dumps(wrapped([{"insert": text}]))) == plain("a")


@pytest.mark.parametrize("name", ["markdown", "html", "text"])
def test_text_of_another_encoding_is_refused(name: str) -> None:
    assert refusal(name, b"caf\xe9") == "unreadable_file"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "unreadable_file"),
        (b"{}", "unreadable_file"),
        (b'"text"', "unreadable_file"),
        (b"[" * 100_000, "unreadable_file"),
        (b'[{"insert": NaN}]', "unreadable_file"),
        (b"[1]", "bad_delta"),
        (b'[{"retain": 1}]', "bad_delta"),
        (b'[{"insert": {"image": "https://x.org/a.png"}}]', "format_not_allowed"),
        (b'[{"insert": "x", "attributes": {"link": "javascript:alert(1)"}}]', "format_not_allowed"),
        (b'[{"insert": "x", "attributes": {"onclick": "x"}}]', "format_not_allowed"),
    ],
)
def test_a_delta_that_is_none_is_refused(data: bytes, code: str) -> None:
    assert refusal("delta", data) == code


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,<script>">x</a>',
        '<svg><a href="javascript:alert(1)"><text>x</text></a></svg>',
        '<p style="background: url(javascript:alert(1))" onclick="x">x</p>',
        '<math><mi xlink:href="javascript:alert(1)">x</mi></math><iframe src="https://x.org/"></iframe>',
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        '<base href="https://evil.example/"><a href="x">x</a>',
    ],
)
@pytest.mark.parametrize("name", ["html", "markdown"])
def test_nothing_that_runs_comes_in(name: str, html: str) -> None:
    kept = json.dumps(reads(name, html))
    assert not any(word in kept for word in ("script", "onerror", "alert", "link", "attributes"))


def test_deep_nesting_is_read_flat() -> None:
    deep = 20_000
    assert reads("html", "<div>" * deep + "x") == plain("x")
    assert reads("html", "<ul><li>" * 100 + "x") == line("x", list="bullet", indent=8)
    assert reads("markdown", ">" * 50 + " x") == line("x", blockquote=True)
