"""Every message as JSON Schema 2020-12, in one bundle.

What a client sends is closed, as the server refuses a field that it does not know; what the server sends is open, as
clients pass over such fields. A field that may be left out is never null.
"""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from protocol import messages
from protocol.delta import Delta
from protocol.limits import Limits
from protocol.messages import SUBPROTOCOL, VERSION, Part

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
REF = "#/$defs/"
OPS = ("Insert", "Retain", "Delete")


def members(union: Any) -> tuple[type[Part], ...]:
    """The models of a union of messages."""
    models: tuple[type[Part], ...] = get_args(get_args(union)[0])
    return models


DIRECTIONS: dict[str, tuple[type[Part], ...]] = {
    "ClientMessage": members(messages.ClientMessage),
    "ServerMessage": members(messages.ServerMessage),
    "ListClientMessage": (messages.Hello, messages.Ping),
    "ListServerMessage": (messages.ListWelcome, messages.ListChanged, messages.Error, messages.Pong),
}
"""Who says what: at a document's socket, and at the one that rings for a person's list of documents."""
ABOUT = {
    "ClientMessage": "What a client may say at /ws/documents/{id}/.",
    "ServerMessage": "What the server may say at /ws/documents/{id}/.",
    "ListClientMessage": "What a client may say at /ws/documents/.",
    "ListServerMessage": "What the server may say at /ws/documents/.",
}
SAID_BY_CLIENTS = frozenset(DIRECTIONS["ClientMessage"])
CLOSED = frozenset(part.__name__ for part in Part.__subclasses__() if part.model_config["extra"] == "forbid")
"""Parts that, where a client sends them, hold nothing else."""


def schema() -> Schema:
    """The bundle: a frame of either side, and in `$defs` each direction, each message and what they are made of."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:{SUBPROTOCOL.replace('.', ':')}",
        "title": f"Deltapad's protocol, version {VERSION}",
        "description": "One frame. Every index and length counts UTF-16 code units.",
        "anyOf": [{"$ref": REF + direction} for direction in DIRECTIONS],
        "$defs": _directions() | _models() | _delta(),
    }


def _directions() -> Schema:
    return {
        direction: {"description": ABOUT[direction], "oneOf": [{"$ref": REF + model.__name__} for model in models]}
        for direction, models in DIRECTIONS.items()
    }


class _Untitled(GenerateJsonSchema):
    """Titles of fields would only repeat their names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _models() -> Schema:
    models = list(dict.fromkeys(model for models in DIRECTIONS.values() for model in models))
    _, made = models_json_schema(
        [(model, "validation") for model in models], ref_template=REF + "{model}", schema_generator=_Untitled
    )
    parts = {model.__name__: model for model in _all_models(models)}
    return {name: _told(shape, parts[name]) for name, shape in made["$defs"].items()}


def _all_models(models: list[type[Part]]) -> Iterator[type[BaseModel]]:
    yield from models
    yield from Part.__subclasses__()
    yield Limits


def _told(shape: Schema, model: type[BaseModel]) -> Schema:
    """A model's schema, as it is on the wire."""
    closed = shape.pop("additionalProperties", None) is False and model in SAID_BY_CLIENTS
    shape["description"] = " ".join(shape["description"].split())
    for name, field in model.model_fields.items():
        shape["properties"][name] = told = _with_delta(shape["properties"][name])
        if name != "type" and field.exclude_if:
            _never_null(told)
        if closed:
            _close(told)
    if "type" in model.model_fields:
        shape["properties"]["type"].pop("default")
        shape["required"] = ["type", *shape.get("required", [])]
    return shape | ({"additionalProperties": False} if closed else {})


def _never_null(field: Schema) -> None:
    del field["default"]
    choices = [choice for choice in field["anyOf"] if choice != {"type": "null"}]
    if len(choices) == 1:
        del field["anyOf"]
        field |= choices[0]
    else:
        field["anyOf"] = choices


def _with_delta(shape: Any) -> Any:
    """A schema with each Delta in it named instead of spelled out."""
    if isinstance(shape, list):
        return [_with_delta(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    if shape.get("items") == DELTA["items"]:
        return {"$ref": REF + "Delta"} | {key: value for key, value in shape.items() if key not in DELTA}
    return {key: _with_delta(value) for key, value in shape.items()}


def _close(field: Schema) -> None:
    """What stands in a client's message is closed like that; the same part in a server's message is open."""
    for shape in (field, *field.get("anyOf", [])):
        if shape.get("$ref", "").removeprefix(REF) in CLOSED:
            shape["unevaluatedProperties"] = False


def _delta() -> Schema:
    ops = dict(zip(OPS, DELTA["items"]["oneOf"], strict=True))
    return {
        "Delta": {
            "title": "Delta",
            "description": "Text, or a change to it, as Quill's format has it. A document is one of inserts only.",
            "type": "array",
            "items": {"oneOf": [{"$ref": REF + name} for name in OPS]},
        }
    } | {name: {"title": name} | shape for name, shape in ops.items()}


class _Holder(BaseModel):
    delta: Delta


DELTA: Schema = {
    key: value for key, value in _Holder.model_json_schema()["properties"]["delta"].items() if key != "title"
}
