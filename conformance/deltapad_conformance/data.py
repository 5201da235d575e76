"""The protocol's files: its schema, its vectors and its transcripts."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

Frame = dict[str, Any]
Ops = list[dict[str, Any]]

HERE = Path(__file__).parent
SHIPPED = HERE / "protocol"
PROTOCOL = SHIPPED if SHIPPED.is_dir() else HERE.parents[1] / "protocol"


def vectors(name: str) -> list[dict[str, Any]]:
    """The cases of one file of vectors."""
    cases: list[dict[str, Any]] = json.loads((PROTOCOL / "vectors" / "v1" / f"{name}.json").read_text("utf-8"))
    return cases


def transcripts() -> dict[str, dict[str, Any]]:
    """The session transcripts, by name."""
    files = sorted((PROTOCOL / "transcripts" / "v1").glob("*.json"))
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files}


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of all messages."""
    bundle: dict[str, Any] = json.loads((PROTOCOL / "specification" / "v1" / "schema.json").read_text("utf-8"))
    return bundle


@cache
def errors() -> dict[str, Frame]:
    """The rows of the error table, by code."""
    table = json.loads((PROTOCOL / "specification" / "v1" / "errors.json").read_text("utf-8"))
    return {row["code"]: row for row in table["errors"]}


@cache
def requirements() -> dict[str, Frame]:
    """The rules of the specification, by id."""
    file = PROTOCOL / "specification" / "v1" / "requirements.json"
    table = json.loads(file.read_text("utf-8")) if file.exists() else {"requirements": []}
    return {row["id"]: row for row in table["requirements"]}


def rules_of(evidence: str) -> tuple[str, ...]:
    """The ids of the rules that name a file, such as `transcripts/v1/buffer.json`, as what holds them."""
    return tuple(row["id"] for row in requirements().values() if any(one.endswith(evidence) for one in row["held_by"]))


def misfit(frame: Frame, direction: str) -> str:
    """What of a frame does not fit `ClientMessage` or `ServerMessage`; empty where all fits."""
    return "; ".join(str(error) for error in _validator(direction).iter_errors(frame))


@cache
def _validator(direction: str) -> Any:
    bundle = schema()
    return jsonschema_rs.validator_for(
        {"$schema": bundle["$schema"], "$ref": f"#/$defs/{direction}", "$defs": bundle["$defs"]}
    )
