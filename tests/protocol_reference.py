"""Writes docs/protocol/reference.md from protocol/: `python -m tests.protocol_reference`."""

from collections.abc import Iterator
from pathlib import Path

from collab.config import ROOT
from collab.specification.described import Schema, fields, is_message, referred, type_of
from protocol.errors import ERRORS
from protocol.limits import LIMITS, Limits
from tests.specification.schema import schema

HEAD = """# Reference of protocol version 1

Every message, error and limit as the code has them; the rules stand in [overview.md](overview.md). This page is
written by `python -m tests.protocol_reference`. A `?` marks a field that may be left out; *Delta* is Quill's format, an
array of `insert`, `retain` and `delete` operations.
"""
ERRORS_HEAD = """## Errors

Act on `code` and `retry`, never on the sentence. *Close* is the socket's close code; without one the connection stays.
*HTTP* is REST's status.

| code | sentence | retry | close | HTTP |
|---|---|---|---|---|"""
LIMITS_HEAD = """
## Limits

`welcome.limits` announces them; these are the defaults.

| limit | default | meaning |
|---|---|---|"""
TITLES = {"ClientMessage": "From the client", "ServerMessage": "From the server"}
# They have no table of fields: Limits has one of its own, and a Delta is Quill's.
APART = {"Limits", "Delta", "Insert", "Retain", "Delete", "ListWelcome", "ListChanged"}


def page() -> str:
    return "\n".join(_lines(schema()["$defs"])) + "\n"


def _lines(defs: Schema) -> Iterator[str]:
    yield HEAD
    for direction, title in TITLES.items():
        yield f"## {title}\n"
        for shape in (defs[referred(choice)] for choice in defs[direction]["oneOf"]):
            yield from _described(f"`{type_of(shape)}`", shape)
    yield "## What messages are made of\n"
    for name, shape in defs.items():
        if "properties" in shape and not is_message(shape) and name not in APART:
            yield from _described(name, shape)
    yield ERRORS_HEAD
    for row in ERRORS.values():
        yield f"| `{row.code}` | {row.message} | {row.retry} | {row.close or ''} | {row.status} |"
    yield LIMITS_HEAD
    for name, field in Limits.model_fields.items():
        yield f"| `{name}` | {_value(getattr(LIMITS, name))} | {field.description} |"


def _described(title: str, shape: Schema) -> Iterator[str]:
    yield f"### {title}\n\n{shape['description']}\n"
    yield "| field | type | meaning |\n|---|---|---|"
    for field in fields(shape):
        yield f"| `{field.name}`{'?' if field.optional else ''} | {field.kind} | {field.meaning} |"
    yield ""


def _value(default: object) -> str:
    if isinstance(default, tuple):
        return ", ".join(f"`{name}`" for name in default) or "none"
    return f"{default:,}"


if __name__ == "__main__":
    Path(ROOT / "docs" / "protocol" / "reference.md").write_text(page())
