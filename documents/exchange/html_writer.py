"""Documents as HTML: written from the formats that documents may hold, then sanitised.

What is in a document is never trusted, though it was checked when it came in.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

import nh3

from documents.exchange.lines import Address, Line, Ops, Run, lines_of, nowhere, placed
from documents.exchange.tables import rows_of, table_of

INLINE_TAGS = {"code": "code", "bold": "strong", "italic": "em", "underline": "u", "strike": "s"}
LIST_TAGS = {"bullet": "ul", "ordered": "ol", "checked": "ul", "unchecked": "ul"}
CHECKBOXES = {
    "checked": '<input type="checkbox" disabled checked>',
    "unchecked": '<input type="checkbox" disabled>',
}
HEADERS = {f"h{level}" for level in range(1, 7)}
TABLE_TAGS = {"table", "tbody", "tr", "td"}
TAGS = {
    "a", "blockquote", "br", "img", "input", "li", "ol", "p", "pre", "span", "ul",
    *INLINE_TAGS.values(), *HEADERS, *TABLE_TAGS,
}  # fmt: skip
STYLED = {"span", "p", "li", *HEADERS}
STYLES = {"color", "background-color", "margin-inline-start", "text-align"}
ATTRIBUTES = {tag: {"style", "dir"} for tag in STYLED} | {
    "a": {"href"},
    "code": {"class"},
    "img": {"src", "alt"},
    "input": {"checked", "disabled"},
}
# White space counts in a document; between the tags that are written here, there is none.
PAGE = """<!doctype html>
<html>
<head><meta charset="utf-8"><title>{title}</title></head>
<body><div style="white-space: pre-wrap">{body}</div></body>
</html>
"""


def to_page(ops: Ops, title: str, address: Address = nowhere) -> str:
    """A document as a page of HTML that needs nothing else."""
    return PAGE.format(title=escape(title), body=to_html(ops, address))


def to_html(ops: Ops, address: Address = nowhere) -> str:
    """The ops of a document as sanitised HTML, its images where `address` says: in a path, or in the text itself."""
    return nh3.clean(
        "".join(_blocks(placed(line, address) for line in lines_of(ops))),
        tags=TAGS,
        attributes=ATTRIBUTES,
        tag_attribute_values={"input": {"type": {"checkbox"}}},
        url_schemes={"http", "https", "mailto", "data"},
        attribute_filter=_kept,
        filter_style_properties=STYLES,
        link_rel="noopener noreferrer nofollow",
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    """Images alone have data in their address, and theirs leads nowhere."""
    if name == "src":
        return value if re.match(r"data:image/(?:png|jpeg|webp);base64,|/", value) else None
    return None if name == "href" and value.lower().startswith("data:") else value


def _blocks(lines: Iterable[Line]) -> Iterator[str]:
    """Lines that belong together stand in one element."""
    for (kind, value), alike in groupby(lines, _group):
        if kind == "list":
            yield from _lists(alike)
        elif kind == "code-block":
            language = "" if value is True else f' class="language-{escape(value)}"'
            text = "".join(f"{_inline(line.runs)}\n" for line in alike)
            yield f"<pre><code{language}>{text}</code></pre>"
        elif kind == "blockquote":
            yield f"<blockquote>{''.join(_line('p', line) for line in alike)}</blockquote>"
        elif kind == "table":
            yield _table(alike)
        else:
            yield from (_line(f"h{value}" if kind else "p", line) for line in alike)


def _group(line: Line) -> tuple[str, Any]:
    kind = line.kind
    if kind == "table":
        return kind, table_of(line)
    return kind, line.formats[kind] if kind in ("code-block", "header") else None


def _table(lines: Iterable[Line]) -> str:
    rows = ("".join(f"<td>{''.join(_line('p', line) for line in cell)}</td>" for cell in row) for row in rows_of(lines))
    return f"<table><tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>"


def _lists(items: Iterable[Line]) -> Iterator[str]:
    """Lists in the items of lists, one for each step of indentation."""
    opened: list[str] = []
    for item in items:
        tag, depth = LIST_TAGS[item.formats["list"]], item.indent + 1
        while len(opened) > depth or (len(opened) == depth and opened[-1] != tag):
            yield f"</li></{opened.pop()}>"
        if len(opened) == depth:
            yield "</li>"
        while len(opened) < depth:
            opened.append(tag)
            yield f"<{tag}>" + ("<li>" if len(opened) < depth else "")
        yield _opened("li", item, indented=False) + CHECKBOXES.get(item.formats["list"], "") + _content(item)
    while opened:
        yield f"</li></{opened.pop()}>"


def _line(tag: str, line: Line) -> str:
    return f"{_opened(tag, line)}{_content(line)}</{tag}>"


def _opened(tag: str, line: Line, *, indented: bool = True) -> str:
    step = line.indent if indented else 0
    styles = {
        "text-align": line.formats.get("align"),
        "margin-inline-start": f"{step * 2}em" if step else None,
    }
    direction = ' dir="rtl"' if "direction" in line.formats else ""
    return f"<{tag}{direction}{_style(styles)}>"


def _content(line: Line) -> str:
    return _inline(line.runs) or "<br>"


def _inline(runs: Sequence[Run]) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    html = _image(run) if run.image else escape(run.words)
    for name, tag in INLINE_TAGS.items():
        if name in run.formats:
            html = f"<{tag}>{html}</{tag}>"
    styles = {"color": run.formats.get("color"), "background-color": run.formats.get("background")}
    if any(styles.values()):
        html = f"<span{_style(styles)}>{html}</span>"
    if "link" in run.formats:
        html = f'<a href="{escape(run.formats["link"])}">{html}</a>'
    return html


def _image(run: Run) -> str:
    alt = escape(run.formats.get("alt", ""))
    return f'<img src="{escape(run.image)}" alt="{alt}">'


def _style(styles: Mapping[str, Any]) -> str:
    given = "; ".join(f"{name}: {value}" for name, value in styles.items() if value)
    return f' style="{escape(given)}"' if given else ""
