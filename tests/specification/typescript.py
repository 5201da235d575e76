"""The messages as TypeScript types."""

import json
from collections.abc import Iterator
from typing import Any

from tests.specification.schema import Schema, schema

HEAD = "/** Deltapad's protocol, version 1: what `schema.json` says, as types. Lengths count UTF-16 code units. */\n"
PLAIN = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}


def typescript() -> str:
    """A file of declarations: each definition of the schema under its name."""
    return "\n".join([HEAD, *(_declared(name, shape) for name, shape in schema()["$defs"].items())])


def _declared(name: str, shape: Schema) -> str:
    about = f"/** {shape['description']} */\n" if "description" in shape else ""
    if "properties" not in shape:
        return f"{about}export type {name} = {_type(shape)};\n"
    return f"{about}export interface {name} {{\n{''.join(_members(shape))}}}\n"


def _members(shape: Schema) -> Iterator[str]:
    for name, field in shape["properties"].items():
        if "description" in field:
            yield f"  /** {field['description']} */\n"
        yield f"  {name}{'' if name in shape.get('required', ()) else '?'}: {_type(field)};\n"


def _type(shape: Any) -> str:
    match shape:
        case {"$ref": reference}:
            return str(reference).rpartition("/")[2]
        case {"const": value}:
            return json.dumps(value)
        case {"enum": values}:
            return " | ".join(map(json.dumps, values))
        case {"anyOf": choices} | {"oneOf": choices}:
            return " | ".join(map(_type, choices))
        case {"type": "array", "items": items}:
            return f"Array<{_type(items)}>"
        case {"type": "object"}:
            return "Record<string, unknown>"
    return PLAIN[shape["type"]]
