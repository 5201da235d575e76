"""The bundle of schemas in the words of a reader: which message has which fields, of which kind."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Schema = Mapping[str, Any]


class Field(NamedTuple):
    """One field of a message or of a part; `kind` and `meaning` are text with code between backticks."""

    name: str
    optional: bool
    kind: str
    meaning: str


def referred(shape: Schema) -> str:
    """The name of the definition that a schema refers to; empty where it refers to none."""
    return str(shape.get("$ref", "")).rpartition("/")[2]


def type_of(shape: Schema) -> str:
    """A message's `type`."""
    return str(shape["properties"]["type"]["const"])


def is_message(shape: Schema) -> bool:
    """Whether a definition is a message's, and no part's."""
    return "const" in shape.get("properties", {}).get("type", {})


def fields(shape: Schema) -> Iterator[Field]:
    """What a message or a part holds besides its `type`."""
    needed = shape.get("required", ())
    for name, field in shape["properties"].items():
        if name != "type":
            yield Field(name, name not in needed, _kind(field), field["description"])


def _kind(shape: Schema) -> str:
    match shape:
        case {"anyOf": choices}:
            return " or ".join(map(_kind, choices))
        case {"enum": values}:
            return " or ".join(f"`{value}`" for value in values)
        case {"const": value}:
            return f"`{value}`"
        case {"$ref": _}:
            return referred(shape)
        case {"type": "array", "items": items}:
            return f"array of {_kind(items)}"
        case {"format": "date-time"}:
            return "time (ISO 8601)"
    return str(shape["type"])
