"""Documents to write as files and read again."""

from typing import Any

Ops = list[dict[str, Any]]


def line(text: str, **attributes: Any) -> Ops:
    """One line of text that carries the attributes."""
    newline = {"insert": "\n", "attributes": attributes} if attributes else {"insert": "\n"}
    return [{"insert": text}, newline] if text else [newline]


def code(text: str, language: Any = True) -> Ops:
    return line(text, **{"code-block": language})
