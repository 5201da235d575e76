"""What happens to a document while one is in it, as `DocumentClient.events()` tells it."""

from dataclasses import dataclass

from protocol.delta import Delta
from protocol.messages import ServerMessage
from protocol.replica import Kept


@dataclass(frozen=True, slots=True)
class Reset:
    """The document is now `contents`: the first time, and after a return without a common history."""

    contents: Delta


@dataclass(frozen=True, slots=True)
class Changed:
    """Someone else's change, as it applies to what is on the screen here."""

    delta: Delta


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The submission `seq` is committed: it survives whatever happens to the server now."""

    seq: int
    version: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A change of ours is not, and will not be, in the document; `kept.delta` holds what it was."""

    kept: Kept


@dataclass(frozen=True, slots=True)
class Online:
    """The connection stands, and all that was missed has been told or is on its way."""


@dataclass(frozen=True, slots=True)
class Offline:
    """The connection is lost; edits are kept, and sent when it is back."""


@dataclass(frozen=True, slots=True)
class Mismatched:
    """What stood here was not the document at `version`; a Reset follows, with what had to be sent still on top.

    `times`: how many checks in a row have found that. One is a fault that is mended, more are one that comes again.
    """

    version: int
    times: int


@dataclass(frozen=True, slots=True)
class Told:
    """Any other message of the server: who joined, left or moved, changed rights, a changed title."""

    message: ServerMessage


Event = Reset | Changed | Acknowledged | Rejected | Online | Offline | Mismatched | Told
