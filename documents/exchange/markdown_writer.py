"""Documents as Markdown: CommonMark with GitHub's tables, strikethrough and task lists, and tags where it has no marks.

What Markdown cannot hold is left out: colors, alignment, direction, indented paragraphs, and empty ones.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from documents.exchange.lines import Address, Formats, Line, Ops, Run, lines_of, nowhere, placed
from documents.exchange.tables import Cell, rows_of, table_of

MARKS = {"bullet": "- ", "ordered": "{}. ", "checked": "- [x] ", "unchecked": "- [ ] "}

# What means something wherever it stands, and an ampersand where it begins an entity.
_ANYWHERE = re.compile(r"[\\`*_\[\]<~]|&(?=#?\w+;)")
# What means something at the start of a line: a heading, a quote, an item, a rule, a row of a table.
_AT_THE_START = re.compile(r"^(?=[#>+=|:-])|^(\d{1,9})(?=[.)])")
_BREAKS = re.compile("[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACED = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


def to_markdown(ops: Ops, address: Address = nowhere) -> str:
    """The ops of a document as Markdown, its images where `address` says; empty where there is no text."""
    return "\n".join(_blocks(placed(line, address) for line in lines_of(ops)))


def _blocks(lines: Iterable[Line]) -> Iterator[str]:
    """Blocks that end in a newline, so that joined by another a blank line stands between them."""
    for (kind, value), alike in groupby(lines, _group):
        if kind == "list":
            yield "".join(f"{item}\n" for item in _items(alike))
        elif kind == "code-block":
            yield _fenced([line.text for line in alike], "" if value is True else str(value))
        elif kind == "table":
            yield _table(alike)
        elif kind == "header":
            yield from (f"{'#' * line.formats['header']} {_heading(line)}".rstrip() + "\n" for line in alike)
        elif kind == "blockquote":
            yield "\n>\n".join(f"> {_paragraph(line)}".rstrip() for line in alike) + "\n"
        else:
            yield from (f"{text}\n" for line in alike if (text := _paragraph(line)))


def _group(line: Line) -> tuple[str, object]:
    kind = line.kind
    if kind == "table":
        return kind, table_of(line)
    return kind, line.formats[kind] if kind == "code-block" else None


def _table(lines: Iterable[Line]) -> str:
    """A table of GitHub's, whose first row is its head."""
    head, *body = ([_cell(cell) for cell in row] for row in rows_of(lines))
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, ["---"] * len(head), *body))


def _cell(cell: Cell) -> str:
    return "<br>".join(_inline(line.runs) for line in cell).replace("|", "\\|")


def _items(items: Iterable[Line]) -> Iterator[str]:
    """The items of lists, each indented as deep as the text of the item that it belongs to."""
    # Of each list that goes on: how far its items' text is indented, whether it is numbered, its last number.
    lists: list[tuple[int, bool, int]] = []
    for item in items:
        kind = item.formats["list"]
        ordered = kind == "ordered"
        depth = min(item.indent, len(lists))
        number = 1
        if depth < len(lists):
            _, was_ordered, last = lists[depth]
            if was_ordered == ordered:
                number = last + 1
            elif depth == 0:
                yield ""
        mark = MARKS[kind].format(number)
        start = lists[depth - 1][0] if depth else 0
        lists[depth:] = [(start + (len(mark) if ordered else 2), ordered, number)]
        yield (" " * start + mark + _paragraph(item)).rstrip()


def _fenced(lines: Sequence[str], language: str) -> str:
    text = "".join(f"{_BREAKS.sub(' ', line)}\n" for line in lines)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text}{fence}\n"


def _heading(line: Line) -> str:
    text = _inline(line.runs)
    # A heading may close with as many # as it likes: these are none.
    return f"{text[:-1]}\\#" if text.endswith("#") else text


def _paragraph(line: Line) -> str:
    text = _inline(line.runs)
    found = _AT_THE_START.match(text)
    return text if found is None else f"{found[0]}\\{text[found.end() :]}"


def _inline(runs: Sequence[Run]) -> str:
    text = ""
    for link, linked in groupby(runs, key=lambda run: run.formats.get("link")):
        inner = ""
        for run in linked:
            inner += _run(run, after=inner[-1:] or text[-1:])
        if link is None:
            text += inner
        else:
            # "!" before a link makes an image of it.
            text = f"{text[:-1]}\\!" if text.endswith("!") else text
            text += f"[{inner}]({_address(link)})"
    return text.strip()


def _address(link: str) -> str:
    escaped = re.sub(r"[<>]|&(?=#?\w+;)", r"\\\g<0>", link)
    return f"<{escaped}>" if re.search(r"[()<>]", link) else escaped


def _run(run: Run, after: str) -> str:
    """A run of text, following the character `after`; white space at its ends stands outside its marks."""
    if run.image:
        return f"![{_escaped(_plain(run.formats.get('alt', '')))}]({_address(run.image)})"
    text = _plain(run.words)
    if "code" in run.formats:
        code = f"<code>{_escaped(text)}</code>" if after == "`" else _code(text)
        return _marked(code, run.formats, after)
    spaced = _SPACED.fullmatch(text)
    assert spaced is not None
    before, core, behind = spaced.groups()
    return before + (_marked(_escaped(core), run.formats, before or after) if core else "") + behind


def _plain(text: str) -> str:
    return _BREAKS.sub(" ", text).replace("\n", " ")


def _escaped(text: str) -> str:
    return _ANYWHERE.sub(r"\\\g<0>", text)


def _code(text: str) -> str:
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if text[0] in " `" or text[-1] in " `" else ""
    return f"{fence}{space}{text}{space}{fence}"


def _marked(text: str, formats: Formats, after: str) -> str:
    stars = "*" * (2 * ("bold" in formats) + ("italic" in formats))
    # Only there are marks sure to be taken for what they are.
    clear = text[0].isalnum() and text[-1].isalnum() and after not in ("*", "~")
    if stars:
        text = f"{stars}{text}{stars}" if clear else _tagged(text, formats, {"italic": "em", "bold": "strong"})
    if "strike" in formats:
        text = f"~~{text}~~" if clear and not stars else f"<s>{text}</s>"
    return f"<u>{text}</u>" if "underline" in formats else text


def _tagged(text: str, formats: Formats, tags: dict[str, str]) -> str:
    for name, tag in tags.items():
        if name in formats:
            text = f"<{tag}>{text}</{tag}>"
    return text
