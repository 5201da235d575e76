"""The Python client of the Deltapad protocol: join a document and edit it with everyone else.

Every index and length counts UTF-16 code units, as the protocol does; `protocol.text.length` tells a text's.
"""

from protocol.delta import Delta, DeltaError

from .client import DocumentClient
from .connection import Refused
from .events import Acknowledged, Changed, Event, Mismatched, Offline, Online, Rejected, Reset, Told
from .outbox import MemoryOutbox, Outbox, OutboxInUse, SQLiteOutbox

__all__ = [
    "Acknowledged",
    "Changed",
    "Delta",
    "DeltaError",
    "DocumentClient",
    "Event",
    "MemoryOutbox",
    "Mismatched",
    "Offline",
    "Online",
    "Outbox",
    "OutboxInUse",
    "Refused",
    "Rejected",
    "Reset",
    "SQLiteOutbox",
    "Told",
]
