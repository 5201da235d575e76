"""Writes the protocol as machines read it, from the models in protocol/ and the rules in docs/protocol/, to
protocol/specification/.

`python -m tests.specification` writes it anew, with `--check` it only says whether it is what the code says.
"""

import json
from pathlib import Path

from collab.config import ROOT
from tests.specification.asyncapi import asyncapi
from tests.specification.errors import errors
from tests.specification.requirements import rules
from tests.specification.schema import schema
from tests.specification.typescript import typescript

FOLDER = ROOT / "protocol" / "specification" / "v1"


def files() -> dict[Path, str]:
    """What each file of the specification has to hold."""
    made = {
        "schema.json": schema(),
        "asyncapi.json": asyncapi(),
        "errors.json": errors(),
        "requirements.json": rules(),
    }
    texts = {name: json.dumps(value, indent=2, ensure_ascii=False) + "\n" for name, value in made.items()}
    return {FOLDER / name: text for name, text in (texts | {"messages.d.ts": typescript()}).items()}


def stale() -> list[str]:
    """The names of the files that are not what the code says."""
    return [path.name for path, text in files().items() if not path.exists() or path.read_text() != text]
