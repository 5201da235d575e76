"""Writes docs/protocol/reference.md from protocol/: `python -m tests.protocol_reference`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from collab.config import ROOT
from protocol import messages
from protocol.errors import ERRORS
from protocol.limits import LIMITS, Limits
from protocol.messages import ClientMessage, Part, ServerMessage

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
PARTS = (
    messages.ClientInfo,
    messages.Last,
    messages.Selection,
    messages.UserInfo,
    messages.DocumentInfo,
    messages.Participant,
    messages.ParticipantPresence,
    messages.Revision,
)


def page() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    for title, union in (("From the client", ClientMessage), ("From the server", ServerMessage)):
        yield f"## {title}\n"
        for model in _members(union):
            yield from _described(f"`{model.model_fields['type'].default}`", model)
    yield "## What messages are made of\n"
    for part in PARTS:
        yield from _described(part.__name__, part)
    yield ERRORS_HEAD
    for row in ERRORS.values():
        yield f"| `{row.code}` | {row.message} | {row.retry} | {row.close or ''} | {row.status} |"
    yield LIMITS_HEAD
    for name, field in Limits.model_fields.items():
        yield f"| `{name}` | {_value(getattr(LIMITS, name))} | {field.description} |"


def _members(union: Any) -> tuple[type[Part], ...]:
    members: tuple[type[Part], ...] = get_args(get_args(union)[0])
    return members


def _described(title: str, model: type[Part]) -> Iterator[str]:
    yield f"### {title}\n\n{' '.join((model.__doc__ or '').split())}\n"
    yield "| field | type | meaning |\n|---|---|---|"
    schema = model.model_json_schema()
    for name, field in model.model_fields.items():
        if name != "type":
            mark = "" if field.is_required() else "?"
            kind = _kind(schema["properties"][name])
            kind = kind.removesuffix(" or null") if mark else kind
            yield f"| `{name}`{mark} | {kind} | {field.description} |"
    yield ""


def _kind(schema: dict[str, Any]) -> str:
    """A JSON Schema in a few words."""
    match schema:
        case {"anyOf": choices}:
            return " or ".join(map(_kind, choices))
        case {"enum": values}:
            return " or ".join(f"`{value}`" for value in values)
        case {"$ref": reference}:
            return str(reference).rpartition("/")[2]
        case {"type": "array", "items": {"oneOf": _}}:
            return "Delta"
        case {"type": "array", "items": items}:
            return f"array of {_kind(items)}"
        case {"format": "date-time"}:
            return "time (ISO 8601)"
    return str(schema["type"])


def _value(default: object) -> str:
    if isinstance(default, tuple):
        return ", ".join(f"`{name}`" for name in default) or "none"
    return f"{default:,}"


if __name__ == "__main__":
    Path(ROOT / "docs" / "protocol" / "reference.md").write_text(page())
