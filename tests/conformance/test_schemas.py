"""The vectors and the transcripts fit the schemas that stand beside them."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import protocol

PROTOCOL = Path(protocol.__file__).parent
TRANSCRIPTS = sorted((PROTOCOL / "transcripts" / "v1").glob("*.json"))
VECTORS = sorted((PROTOCOL / "vectors" / "v1").glob("*.json"))


def schema(folder: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((PROTOCOL / folder / "schema.json").read_text())
    return read


def test_transcripts_fit() -> None:
    validator = jsonschema_rs.validator_for(schema("transcripts"))
    assert TRANSCRIPTS
    for path in TRANSCRIPTS:
        assert [str(error) for error in validator.iter_errors(json.loads(path.read_text()))] == [], path.name


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_vectors_fit(path: Path) -> None:
    bundle = schema("vectors")
    validator = jsonschema_rs.validator_for({"type": "array", "items": {"$ref": f"#/$defs/{path.stem}"}} | bundle)
    assert [str(error)[:300] for error in validator.iter_errors(json.loads(path.read_text()))] == []


def test_what_is_no_transcript_does_not_fit() -> None:
    transcript = {"about": "two verbs in one step", "client_id": "alice-client", "steps": [{"wait": 1, "edit": []}]}
    assert not jsonschema_rs.is_valid(schema("transcripts"), transcript)
