"""What happens to a document while one is in it, as `DocumentClient.events()` tells it.

Each is called as the TypeScript client calls it: what is `events.Change` here is `change` there.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.delta import Delta
from protocol.messages import Participant, Selection, UserInfo
from protocol.replica import Kept as KeptChange

from .connection import Closed, State
from .saving import SaveState


@dataclass(frozen=True, slots=True)
class RemoteSelection:
    """Where another participant is on this screen."""

    session_id: str
    user: UserInfo
    selection: Selection | None
    typing: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Someone else's change, as it applies to what stands here."""

    delta: Delta


@dataclass(frozen=True, slots=True)
class Edit:
    """The author's own change, as it stands here already."""

    delta: Delta


@dataclass(frozen=True, slots=True)
class Reset:
    """The document is now `contents`: the first time, and after a return without a common history."""

    contents: Delta


@dataclass(frozen=True, slots=True)
class Presence:
    """Where the others are now."""

    presence: tuple[RemoteSelection, ...]


@dataclass(frozen=True, slots=True)
class Participants:
    """Who is here now, by session."""

    participants: Mapping[str, Participant]


@dataclass(frozen=True, slots=True)
class Connection:
    """The connection is another than before. While it is not `online`, edits are kept, and sent when it is back."""

    state: State


@dataclass(frozen=True, slots=True)
class Save:
    """How safe the author's text is, where that has changed."""

    state: SaveState


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The submission `seq` is committed: it survives whatever happens to the server now."""

    seq: int
    version: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A change of the author's was rejected and left the document; it is in `kept` until it is discarded."""

    delta: Delta
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Changes that are not in the document and are kept for their author, whenever there are more or fewer."""

    kept: tuple[KeptChange, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """What the author may do here."""

    role: str
    capabilities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Document:
    """Its title and state. `damaged`: it failed the server's integrity check, and stays frozen until it passes."""

    title: str
    state: str
    damaged: bool


@dataclass(frozen=True, slots=True)
class Banner:
    """What the server's administrators tell everybody; empty: nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Mismatched:
    """What stood here was not the document at `version`; a Reset follows, with what had to be sent still on top.

    `times`: how many checks in a row have found that. One is a fault that is mended, more are one that comes again.
    """

    version: int
    times: int


@dataclass(frozen=True, slots=True)
class Verified:
    """The server says that what stands here is the document at `version`."""

    version: int


Event = (
    Change
    | Edit
    | Reset
    | Presence
    | Participants
    | Connection
    | Save
    | Acknowledged
    | Rejected
    | Kept
    | Access
    | Document
    | Banner
    | Mismatched
    | Verified
    | Closed
)
