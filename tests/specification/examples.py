"""The examples of messages in protocol/examples/."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from collab.config import ROOT

FOLDER = ROOT / "protocol" / "examples" / "v1"
DIRECTIONS = {"client": "ClientMessage", "server": "ServerMessage", "list": "ListServerMessage"}
"""What each folder's messages are, by their name in the schema."""


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


def examples() -> Iterator[Example]:
    """All of them, in the order of their names."""
    for path in sorted(FOLDER.rglob("*.json")):
        direction, kind, _ = path.relative_to(FOLDER).parts
        told = json.loads(path.read_text())
        name = str(path.relative_to(FOLDER).with_suffix(""))
        yield Example(name, DIRECTIONS[direction], kind, told["about"], told["message"], told.get("code"))
