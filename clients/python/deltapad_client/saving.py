"""How safe the author's text is."""

from dataclasses import dataclass
from typing import Literal

from protocol.replica import Replica

Kind = Literal["committed", "typing", "sent", "offline", "rejected"]


@dataclass(frozen=True, slots=True)
class SaveState:
    """`typing`: not all of it is sent; `sent`: all of it is, not all is committed; `committed`: the server has it
    durably; `offline`: there is no server to send it to; `rejected`: `count` changes will not be in the document.
    """

    kind: Kind
    count: int = 0
    """How many changes wait, or are rejected."""
    code: str | None = None
    """Why they are rejected."""
    message: str | None = None


class Count:
    """How many of the author's changes wait."""

    def __init__(self) -> None:
        self._pending = self._buffer = 0
        self._seq = 0

    def made(self) -> None:
        """The author made one more."""
        self._buffer += 1

    def of(self, replica: Replica) -> int:
        """How many wait in the replica, which is this one each time."""
        pending = replica.pending
        if pending is None:
            self._pending = 0
        elif pending.seq != self._seq:
            self._pending, self._buffer, self._seq = self._buffer, 0, pending.seq
        if replica.buffer is None:
            self._buffer = 0
        return self._pending + self._buffer


def save_state(replica: Replica, online: bool, waiting: int) -> SaveState:
    """How safe what stands in the replica is, of whose changes so many wait."""
    if not replica.synchronized:
        if not online:
            return SaveState("offline", waiting)
        return SaveState("typing" if replica.buffer is not None else "sent", waiting)
    if replica.kept:
        last = replica.kept[-1]
        return SaveState("rejected", len(replica.kept), last.code, last.message)
    return SaveState("committed")
