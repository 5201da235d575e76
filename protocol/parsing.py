"""Frames, read as messages.

The server reads strictly (`parse_client`: no coercion, no unknown field save in `hello`), clients read tolerantly
(`parse_server`: unknown fields and unknown types are ignored).
"""

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError

from .errors import DeltaError, ProtocolError
from .messages import ClientMessage, Part, ServerMessage

MOST_DETAILS = 100

CLIENT: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)
SERVER: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)


def parse_client(frame: str | bytes) -> ClientMessage:
    """The message in a client's frame.

    Raises ProtocolError: `bad_message` for what is not of this protocol; the delta's own code, and `seq`, for a
    submission of which only the delta is wrong. No error repeats anything of the frame.
    """
    try:
        return CLIENT.validate_json(frame)
    except ValidationError as error:
        details = _details(error)
    if details[0]["type"] == "json_invalid":
        details = _details_of_half_characters(frame) or details
    if all(detail["loc"][:2] == ("submit", "delta") and detail["type"] != "missing" for detail in details):
        raise ProtocolError(_delta_code(details), seq=json.loads(frame)["seq"])
    raise ProtocolError("bad_message", _sentence(details[0]))


def parse_server(frame: str | bytes) -> ServerMessage | None:
    """The message in a server's frame; None for a type that this version does not know.

    Raises ProtocolError `bad_message` for a message that lacks what its type must have.
    """
    try:
        return SERVER.validate_json(frame, extra="ignore")
    except ValidationError as error:
        first = _details(error)[0]
    if first["type"] == "union_tag_invalid":
        return None
    raise ProtocolError("bad_message", _sentence(first))


def _details(error: ValidationError) -> list[Any]:
    """What is wrong with a frame; of one that is wrong all over, a list would only take long to make."""
    if error.error_count() > MOST_DETAILS:
        return [{"loc": (), "type": "too_many_mistakes"}]
    return error.errors(include_url=False, include_input=False)


def _details_of_half_characters(frame: str | bytes) -> list[Any]:
    """What is wrong with a frame that names half a surrogate pair.

    Editors' diffs do so: that is a bad delta, though no valid JSON to a reader of UTF-8. Empty for any other frame.
    """
    try:
        CLIENT.validate_python(json.loads(frame))
    except ValidationError as error:
        return _details(error)
    except (ValueError, RecursionError):
        pass
    return []


def _delta_code(details: list[Any]) -> str:
    causes = (detail.get("ctx", {}).get("error") for detail in details)
    return next((cause.code for cause in causes if isinstance(cause, DeltaError)), "bad_delta")


def _sentence(detail: Any) -> str:
    """Where and what, in the protocol's own words: names that the sender made up stand in no error."""
    path = [str(step) for step in detail["loc"] if isinstance(step, int) or step in KNOWN_NAMES]
    return f"{'.'.join(path) or 'message'}: {detail['type']}"


KNOWN_NAMES = frozenset(name for model in Part.__subclasses__() for name in model.model_fields) | {
    model.model_fields["type"].default for model in Part.__subclasses__() if "type" in model.model_fields
}
