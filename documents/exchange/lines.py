"""What every file format is written from and read into: lines of formatted text, as a Delta means them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from protocol.formats import EMBED_FORMATS, EMBEDS, LINE_FORMATS, MAX_ALT, TEXT_FORMATS

Formats = Mapping[str, Any]
Ops = Iterable[Mapping[str, Any]]
Address = Callable[[str], str | None]
"""Where the image of an id is; None where its words stand alone."""

KINDS = ("table", "code-block", "header", "list", "blockquote")
"""The formats that say what a line is. It is one thing: the first of these."""

EMBED = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for an embed."""


class Run(NamedTuple):
    """Text of one look, without a newline; or an image, by its id."""

    text: str
    formats: Formats
    image: str = ""

    @property
    def words(self) -> str:
        """Its text, or what an image is described by."""
        return self.formats.get("alt") or self.text if self.text == EMBED else self.text


class Line(NamedTuple):
    """One line, and the formats of the newline that ends it."""

    runs: tuple[Run, ...]
    formats: Formats

    @property
    def text(self) -> str:
        """The line's text alone."""
        return "".join(run.text for run in self.runs)

    @property
    def kind(self) -> str:
        """The format that says what the line is, where it carries several; "" for a plain one."""
        return next((name for name in KINDS if name in self.formats), "")

    @property
    def indent(self) -> int:
        """How many steps the line is indented."""
        indent: int = self.formats.get("indent", 0)
        return indent


def lines_of(ops: Ops) -> Iterator[Line]:
    """The lines of a document, with no formats but those that documents may hold."""
    runs: list[Run] = []
    for op in ops:
        attributes = op.get("attributes", {})
        if not isinstance(op["insert"], str):
            runs.append(_embed(op["insert"], attributes))
            continue
        *ended, rest = op["insert"].split("\n")
        for part in ended:
            yield Line((*runs, *_run(part, attributes)), _allowed(attributes, LINE_FORMATS))
            runs.clear()
        runs += _run(rest, attributes)
    if runs:
        yield Line(tuple(runs), {})


def ops_of(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The ops of a document of these lines; of one empty line, where there are none."""
    runs = [run for line in lines for run in (*line.runs, Run("\n", line.formats))]
    ops = []
    for (formats, image), alike in groupby(runs or [Run("\n", {})], key=lambda run: (run.formats, run.image)):
        texts = [run.text for run in alike]
        for insert in [{"image": image}] * len(texts) if image else filter(None, ["".join(texts)]):
            ops.append({"insert": insert, "attributes": dict(formats)} if formats else {"insert": insert})
    return ops


def image_run(image: str, words: str, formats: Formats) -> Run:
    """An image that is read, with the words that describe it."""
    alt = " ".join(words.split())[:MAX_ALT]
    return Run(EMBED, {**formats, "alt": alt} if alt else formats, image)


def nowhere(_image_id: str) -> str | None:
    """The address of images where only their words are shown."""
    return None


def placed(line: Line, address: Address) -> Line:
    """The line with addresses in place of its images' ids."""
    if not any(run.image for run in line.runs):
        return line
    runs = (run._replace(image=address(run.image) or "") if run.image else run for run in line.runs)
    return line._replace(runs=tuple(runs))


def _embed(embed: Mapping[str, Any], attributes: Formats) -> Run:
    image = embed.get("image", "")
    formats = _allowed(attributes, TEXT_FORMATS | EMBED_FORMATS)
    return Run(EMBED, formats, image if EMBEDS["image"](image) else "")


def _run(text: str, attributes: Formats) -> tuple[Run, ...]:
    return (Run(text, _allowed(attributes, TEXT_FORMATS)),) if text else ()


def _allowed(attributes: Formats, rules: Mapping[str, Any]) -> Formats:
    return {name: value for name, value in attributes.items() if name in rules and rules[name](value)}
