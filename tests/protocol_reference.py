"""Writes what docs/protocol/ has from protocol/: `python -m tests.protocol_reference`.

The page reference.md is all written here; of errors.md and limits.md what follows `## The table`.
"""

from collections.abc import Iterator
from pathlib import Path

from collab.config import ROOT
from collab.specification.described import Schema, fields, is_message, referred, type_of
from protocol.errors import ERRORS
from protocol.limits import LIMITS, Limits
from tests.specification.schema import schema

FOLDER = ROOT / "docs" / "protocol"
HEAD = """# Reference of protocol version 1

Every message as the code has it. This page is written by `python -m tests.protocol_reference`. A `?` marks a field that
may be left out; *Delta* is an array of `insert`, `retain` and `delete` operations, see
[editing](editing.md#documents-and-changes).
"""
TABLE = "## The table\n\n"
ERRORS_HEAD = """Act on `code` and `retry`, never on the sentence. *HTTP* is REST's status.

### Of the connection: each closes it
"""
LIMITS_HEAD = """`welcome.limits` announces them; these are the defaults, by `python -m tests.protocol_reference`.

| limit | default | meaning |
|---|---|---|"""
TITLES = {
    "ClientMessage": "From the client",
    "ServerMessage": "From the server",
    "ListServerMessage": "From the server, at the list of documents",
}
# They stand elsewhere: limits in limits.md, Deltas in editing.md.
APART = {"Limits", "Delta", "Insert", "Retain", "Delete"}


def pages() -> dict[Path, str]:
    """What each page has to hold."""
    tables = {"errors.md": _errors(), "limits.md": _limits()}
    written = {FOLDER / name: _before(FOLDER / name) + "\n".join(lines) + "\n" for name, lines in tables.items()}
    return {FOLDER / "reference.md": "\n".join(_reference(schema()["$defs"])) + "\n"} | written


def _before(page: Path) -> str:
    """What is written by hand, up to the table."""
    before, heading, _ = page.read_text().partition(TABLE)
    return before + heading


def _reference(defs: Schema) -> Iterator[str]:
    yield HEAD
    told: set[str] = set()
    for direction, title in TITLES.items():
        yield f"## {title}\n"
        for name in (referred(choice) for choice in defs[direction]["oneOf"]):
            if name not in told:
                yield from _described(f"`{type_of(defs[name])}`", defs[name])
            told.add(name)
    yield "## What messages are made of\n"
    for name, shape in defs.items():
        if "properties" in shape and not is_message(shape) and name not in APART:
            yield from _described(name, shape)


def _described(title: str, shape: Schema) -> Iterator[str]:
    yield f"### {title}\n\n{shape['description']}\n"
    rows = [f"| `{one.name}`{'?' if one.optional else ''} | {one.kind} | {one.meaning} |" for one in fields(shape)]
    if rows:
        yield "\n".join(["| field | type | meaning |\n|---|---|---|", *rows, ""])


def _errors() -> Iterator[str]:
    yield ERRORS_HEAD
    yield "| code | sentence | close | retry | HTTP | what a client does |\n|---|---|---|---|---|---|"
    for row in ERRORS.values():
        if row.close:
            yield f"| `{row.code}` | {row.message} | {row.close} | {row.retry} | {row.status} | {row.remedy} |"
    yield "\n### Of one submission, a `presence` or a `hello`: the connection stays\n"
    yield "| code | sentence | HTTP | what a client does |\n|---|---|---|---|"
    for row in ERRORS.values():
        if row.remedy and not row.close:
            yield f"| `{row.code}` | {row.message} | {row.status} | {row.remedy} |"
    yield "\n### Over REST alone\n"
    yield "| code | sentence | HTTP | retry |\n|---|---|---|---|"
    for row in ERRORS.values():
        if not row.remedy:
            yield f"| `{row.code}` | {row.message} | {row.status} | {row.retry} |"


def _limits() -> Iterator[str]:
    yield LIMITS_HEAD
    for name, field in Limits.model_fields.items():
        yield f"| `{name}` | {_value(getattr(LIMITS, name))} | {field.description} |"


def _value(default: object) -> str:
    if isinstance(default, tuple):
        return ", ".join(f"`{name}`" for name in default) or "none"
    return f"{default:,}"


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text)
