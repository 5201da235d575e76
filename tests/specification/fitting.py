"""Whether a message fits the schema."""

from functools import lru_cache
from typing import Any

import jsonschema_rs

from tests.specification.schema import DIALECT, REF, schema


def misfit(message: Any, direction: str) -> str:
    """What of a message does not fit its direction (a name of `schema.DIRECTIONS`); empty where all fits."""
    return "; ".join(str(error) for error in _validator(direction).iter_errors(message))


@lru_cache
def _validator(direction: str) -> Any:
    return jsonschema_rs.validator_for({"$schema": DIALECT, "$ref": REF + direction, "$defs": schema()["$defs"]})
