"""The two sockets as an AsyncAPI 3 document, from the server's side: it receives what clients send.

Payloads are those of schema.json, which stands beside it.
"""

import re
from typing import Any

from protocol.messages import SUBPROTOCOL, VERSION, Part
from tests.specification.schema import ABOUT, DIRECTIONS

Json = dict[str, Any]
SHOWN = {"document": ("token", "ticket", "session"), "documents": ("token", "session")}
"""What one may come in by, by the name of its security scheme."""
ABOUT_CHANNELS = {
    "document": "One document: its text, who is in it, and where they are.",
    "documents": "Rings when the person's list of documents may look different.",
}
ADDRESSES = {"document": "/ws/documents/{id}/", "documents": "/ws/documents/"}
OPERATIONS = {
    "receiveInDocument": ("receive", "document", "ClientMessage"),
    "sendInDocument": ("send", "document", "ServerMessage"),
    "receiveInDocuments": ("receive", "documents", "ListClientMessage"),
    "sendInDocuments": ("send", "documents", "ListServerMessage"),
}


def asyncapi() -> Json:
    """The document."""
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:{SUBPROTOCOL.replace('.', ':')}",
        "info": {
            "title": "Deltapad's protocol",
            "version": f"{VERSION}.0.0",
            "description": "Text frames, each one JSON object with a `type`. The first frame is `hello`. "
            f"The WebSocket subprotocol is `{SUBPROTOCOL}`.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(name) for name in ADDRESSES},
        "operations": {name: _operation(*told) for name, told in OPERATIONS.items()},
        "components": {"messages": _messages(), "securitySchemes": _security()},
    }


def _channel(name: str) -> Json:
    said = [
        model for _, channel, direction in OPERATIONS.values() if channel == name for model in DIRECTIONS[direction]
    ]
    parameters = {"parameters": {"id": {"description": "The document's UUID."}}} if "{" in ADDRESSES[name] else {}
    return {
        "address": ADDRESSES[name],
        "description": ABOUT_CHANNELS[name],
        **parameters,
        "messages": {_key(model): {"$ref": f"#/components/messages/{_key(model)}"} for model in said},
        "bindings": {"ws": {"method": "GET"}},
    }


def _operation(action: str, channel: str, direction: str) -> Json:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": ABOUT[direction],
        "messages": [{"$ref": f"#/channels/{channel}/messages/{_key(model)}"} for model in DIRECTIONS[direction]],
        "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in SHOWN[channel]],
    }


def _messages() -> Json:
    models = dict.fromkeys(model for models in DIRECTIONS.values() for model in models)
    return {_key(model): _message(model) for model in models}


def _message(model: type[Part]) -> Json:
    return {
        "name": model.model_fields["type"].default,
        "title": re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).capitalize(),
        "summary": " ".join((model.__doc__ or "").split()),
        "payload": {"$ref": f"schema.json#/$defs/{model.__name__}"},
    }


def _key(model: type[Part]) -> str:
    return model.__name__[0].lower() + model.__name__[1:]


def _security() -> Json:
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API token, on the handshake; or as `token` in `hello`, where no header can be set.",
        },
        "ticket": {
            "type": "httpApiKey",
            "in": "query",
            "name": "ticket",
            "description": "For a page of another site: good for one connection to one document, once.",
        },
        "session": {
            "type": "httpApiKey",
            "in": "cookie",
            "name": "deltapad_session",
            "description": "A browser that is logged in. Counts only with an Origin that the server allows.",
        },
    }
