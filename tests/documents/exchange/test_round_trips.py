"""A document written as a file and read again keeps what the format can hold. DELTAPAD_SEED plays one seed again."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from documents.exchange.files import FILE_FORMATS
from documents.exchange.found_images import FoundImages
from documents.exchange.lines import EMBED, Line, Run, lines_of, ops_of
from documents.exchange.reading import read
from documents.images.drawing import Drawing
from protocol import formats
from protocol.content import Content
from protocol.delta import Delta
from tests.documents.exchange.examples import line, numbered
from tests.scale import rounds
from tests.seeds import seeds

WORDS = (
    "word", "Ünï", "日本", "שלום", "🙂🙂", "a*b", "_c_", "__d__", "`e`", "[f](g)", "<b>", "&amp;", "R&D", "~~h~~",
    "1.", "2)", "#", "##", "-", "+", ">", "|", "***", "!", "\\", "\\*", "]", "http://x.org", "snake_case", "(", ")",
    "'", '"', ":", "---", "===", "```", "[ ]", "[x]", "&#65;", "<!--", "-->", "x</p>", "=", "*", "_", "~", "~~", "a.b!",
)  # fmt: skip
TEXT: dict[str, tuple[Any, ...]] = {
    "bold": (True,),
    "italic": (True,),
    "underline": (True,),
    "strike": (True,),
    "code": (True,),
    "link": ("https://example.com/a_(b)?c=1&d=<2>&copy=3#e", "mailto:a@example.com", "http://exämple.com/ü"),
    "color": ("#ff8000", "#00ff00"),
    "background": ("#ffff00",),
}
LISTS = ("bullet", "ordered", "checked", "unchecked")


class Some:
    """Documents at random."""

    def __init__(self, seed: int, *kinds: str) -> None:
        self._random = random.Random(seed)
        self._kinds = ("", "", "header", "list", "blockquote", "code-block", *kinds)

    def document(self) -> list[Line]:
        return [some for _ in range(self._random.randint(1, 12)) for some in self._block()]

    def _block(self) -> list[Line]:
        kind = self._random.choice(self._kinds)
        count = self._random.randint(1, 4)
        if kind == "list":
            return self._list(count)
        if kind == "table":
            return self._table()
        if kind == "code-block":
            language = self._random.choice((True, "python", "c++"))
            return [Line(self._code(), {kind: language}) for _ in range(count)]
        value = self._random.randint(1, 6) if kind == "header" else True
        return [Line(self._runs(), {kind: value} if kind else {}) for _ in range(count)]

    def _list(self, count: int) -> list[Line]:
        depths = [0]
        for _ in range(count):
            depths.append(self._random.randint(0, min(depths[-1] + 1, 8)))
        return [
            Line(self._runs(), {"list": self._random.choice(LISTS)} | ({"indent": depth} if depth else {}))
            for depth in depths
        ]

    def _table(self) -> list[Line]:
        """A table, with cells of several lines, and a line after it."""
        table, columns = f"{self._random.getrandbits(32):08x}", self._random.randint(1, 4)
        lines = [
            Line(self._runs(), {"table": f"{table}/r{row}/c{column}"})
            for row in range(1, self._random.randint(2, 4))
            for column in range(1, columns + 1)
            for _ in range(self._random.choice((1, 1, 2)))
        ]
        return [*lines, Line((Run("after", {}),), {})]

    def _code(self) -> tuple[Run, ...]:
        text = " " * self._random.randint(0, 4) + " ".join(self._words(0, 3))
        return (Run(text, {}),) if text else ()

    def with_images(self) -> list[Line]:
        """The same with an image or two in some lines."""
        return [self._illustrated(given) for given in self.document()]

    def _illustrated(self, given: Line) -> Line:
        if given.kind == "code-block":
            return given
        runs = list(given.runs)
        for _ in range(self._random.choice((0, 0, 1, 2))):
            alt = {"alt": " ".join(self._words(1, 4))} if self._random.random() < 0.7 else {}
            image = str(UUID(int=self._random.getrandbits(128)))
            runs.insert(self._random.randint(0, len(runs)), Run(EMBED, self._look() | alt, image))
        return given._replace(runs=tuple(runs))

    def _runs(self) -> tuple[Run, ...]:
        runs: list[Run] = []
        for number in range(self._random.randint(1, 5)):
            glue = self._random.choice((" ", "")) if number else ""
            runs += [Run(glue, {})] if glue else []
            runs.append(Run(" ".join(self._words(1, 3)), self._look()))
        return tuple(runs)

    def _words(self, least: int, most: int) -> list[str]:
        return self._random.choices(WORDS, k=self._random.randint(least, most))

    def _look(self) -> dict[str, Any]:
        names = self._random.sample(sorted(TEXT), k=self._random.choice((0, 0, 1, 1, 2, 3)))
        return {name: self._random.choice(TEXT[name]) for name in names}


def content_of(lines: list[Line]) -> Content:
    content = Content.from_delta(Delta(ops_of(lines)))
    formats.check(content.to_delta())
    return content


def without(*names: str) -> Callable[[Line], Line]:
    """Lines that have lost these formats."""

    def kept(formats: Any) -> dict[str, Any]:
        return {name: value for name, value in formats.items() if name not in names}

    def left(given: Line) -> Line:
        return Line(tuple(run._replace(formats=kept(run.formats)) for run in given.runs), kept(given.formats))

    return left


def without_language(given: Line) -> Line:
    return Line(given.runs, {**given.formats, "code-block": True}) if given.kind == "code-block" else given


def bare(given: Line) -> Line:
    return Line(tuple(Run(run.text, {}) for run in given.runs), {})


def read_as(name: str, data: bytes) -> Content:
    return read(name, data, FoundImages())


KEEPS: dict[str, Callable[[Line], Line]] = {
    "markdown": without("color", "background"),
    "html": lambda given: given,
    "docx": without_language,
    "text": bare,
    "delta": lambda given: given,
}


@pytest.mark.parametrize("name", KEEPS)
def test_what_the_format_holds_comes_back(name: str) -> None:
    for seed in seeds(rounds(60, 3000)):
        # Plain text holds no tables: it has tabs between cells.
        lines = Some(seed, *(() if name == "text" else ("table",))).document()
        before = content_of(lines)
        after = read_as(name, FILE_FORMATS[name].write(before, "Title"))
        wanted = content_of([KEEPS[name](given) for given in lines_of(before.to_json())])
        assert numbered(after.to_json()) == numbered(wanted.to_json()), f"DELTAPAD_SEED={seed}"


class Pictures:
    """Images that are their ids."""

    def drawing(self, image_id: str) -> Drawing:
        return Drawing("image/png", 4, 3, image_id.encode())

    def address(self, image_id: str) -> str:
        return f"https://example.org/documents/{DOCUMENT}/images/{image_id}"


DOCUMENT = "0b7e4c0a-5d5f-4a38-9f3c-0d6f1c2b3a49"


def with_old_names(ops: list[dict[str, Any]], found: FoundImages) -> list[dict[str, Any]]:
    """Ops that name images as the document did that was written."""
    names = {new: data.decode() for new, data in found.held.items()}
    names |= {new: address.rpartition("/")[2] for new, address in found.elsewhere.items()}
    return [
        op if isinstance(op["insert"], str) else op | {"insert": {"image": names[op["insert"]["image"]]}} for op in ops
    ]


def bare_images(given: Line) -> Line:
    """Markdown has no marks for the look of images."""
    kept = ("alt", "link")
    runs = (
        run._replace(formats={name: value for name, value in run.formats.items() if name in kept}) if run.image else run
        for run in given.runs
    )
    return given._replace(runs=tuple(runs))


@pytest.mark.parametrize("name", ["markdown", "html", "docx"])
def test_images_come_back(name: str) -> None:
    for seed in seeds(rounds(30, 3000)):
        lines, found = Some(seed, "table").with_images(), FoundImages()
        before = content_of(lines)
        after = read(name, FILE_FORMATS[name].write(before, "Title", Pictures()), found)
        wanted = [KEEPS[name](given) for given in lines_of(before.to_json())]
        wanted = [bare_images(given) for given in wanted] if name == "markdown" else wanted
        ops = with_old_names(after.to_json(), found)
        assert numbered(ops) == numbered(content_of(wanted).to_json()), f"DELTAPAD_SEED={seed}"


@pytest.mark.parametrize("name", ["html", "docx", "text", "delta"])
def test_white_space_comes_back(name: str) -> None:
    ops: list[dict[str, Any]] = [{"insert": "\n  two  spaces\tand a tab \n\n\n end\n"}]
    assert read_as(name, FILE_FORMATS[name].write(Content.from_json(ops), "")).to_json() == ops


@pytest.mark.parametrize("name", ["html", "docx", "delta"])
@pytest.mark.parametrize(
    "attributes",
    [
        {"align": "center"},
        {"align": "right", "direction": "rtl"},
        {"direction": "rtl"},
        {"indent": 8},
        {"indent": 1, "align": "justify"},
        {"header": 2, "align": "right"},
        {"list": "bullet", "indent": 3, "direction": "rtl"},
    ],
)
def test_how_a_line_stands_comes_back(name: str, attributes: dict[str, Any]) -> None:
    ops = line("x", **attributes)
    assert read_as(name, FILE_FORMATS[name].write(Content.from_json(ops), "")).to_json() == ops


@pytest.mark.parametrize("name", ["html", "docx", "delta"])
def test_empty_lines_of_every_kind_come_back(name: str) -> None:
    kinds: list[dict[str, Any]] = [{"header": 1}, {"list": "ordered"}, {"list": "checked"}, {"code-block": True}, {}]
    ops: list[dict[str, Any]] = [{"insert": "\n", "attributes": kind} if kind else {"insert": "\n"} for kind in kinds]
    assert read_as(name, FILE_FORMATS[name].write(Content.from_json(ops), "")).to_json() == ops
