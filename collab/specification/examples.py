"""The examples of messages in protocol/examples/."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from collab.config import ROOT

FOLDER = ROOT / "protocol" / "examples" / "v1"
DIRECTIONS = {"client": "ClientMessage", "server": "ServerMessage", "list": "ListServerMessage"}
"""What each folder's messages are, by their name in the schema."""
WIDTH = 76


class Example(NamedTuple):
    """One message; `code` is what it is refused with, None where it is right."""

    name: str
    direction: str
    type: str
    about: str
    message: Any
    code: str | None

    def __str__(self) -> str:
        return self.name

    @property
    def text(self) -> str:
        """The message as JSON for a reader: what fits on one line stands on one."""
        return _laid_out(self.message, "")


@lru_cache(1)
def examples() -> tuple[Example, ...]:
    """All of them, in the order of their names."""
    return tuple(_read())


def _read() -> Iterator[Example]:
    for path in sorted(FOLDER.rglob("*.json")):
        folder, kind, _ = path.relative_to(FOLDER).parts
        told = json.loads(path.read_text())
        name = str(path.relative_to(FOLDER).with_suffix(""))
        yield Example(name, DIRECTIONS[folder], kind, told["about"], told["message"], told.get("code"))


def _laid_out(value: Any, indent: str) -> str:
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= WIDTH or not isinstance(value, dict | list):
        return line
    inner = indent + "  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {_laid_out(part, inner)}" for key, part in value.items()]
    else:
        parts = [_laid_out(part, inner) for part in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + "".join(f"\n{inner}{part}," for part in parts).removesuffix(",") + f"\n{indent}{closing}"
