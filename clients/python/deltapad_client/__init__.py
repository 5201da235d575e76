"""The Python client of the Deltapad protocol: join a document and edit it with everyone else.

Every index and length counts UTF-16 code units, as the protocol does; `text_length` tells a text's.
`deltapad_client.sync` is the same for programs without an event loop.
"""

from protocol.delta import Delta, DeltaError
from protocol.messages import ClientInfo, Participant, Selection, UserInfo
from protocol.replica import Kept
from protocol.text import length as text_length

from . import events
from .client import DocumentClient
from .connection import Closed
from .events import Event, RemoteSelection
from .outbox import MemoryOutbox, Outbox, OutboxInUse, SQLiteOutbox
from .saving import SaveState

__all__ = [
    "ClientInfo",
    "Closed",
    "Delta",
    "DeltaError",
    "DocumentClient",
    "Event",
    "Kept",
    "MemoryOutbox",
    "Outbox",
    "OutboxInUse",
    "Participant",
    "RemoteSelection",
    "SQLiteOutbox",
    "SaveState",
    "Selection",
    "UserInfo",
    "events",
    "text_length",
]
