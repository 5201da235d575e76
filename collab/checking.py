"""Whether clients hold what the document holds: they send the digest of their text, and a room makes its own.

A digest costs as much as the document is long. So it is made once for each version that is asked about, beside the
event loop where it is long, and in a small part of the time; who asks more often is told nothing, which harms nobody.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collab import metrics
from collab.connection import Connection
from collab.frames import Frame
from collab.tasks import spawn
from protocol.authority import Head
from protocol.contents_digest import contents_digest
from protocol.messages import Check, Checked, encode

if TYPE_CHECKING:
    from collab.room import Room

logger = logging.getLogger(__name__)

# Who asks about a version while others type is some versions behind when the question comes.
MOST_HELD = 8
# Rest after a digest, in multiples of what it cost.
REST = 20.0
# Lines hold some frames up and hurry others: so much of the announced interval has to lie between two questions.
TOLERANCE = 0.5


@dataclass(slots=True)
class Held:
    """A version that may be asked about, and its digest, once somebody has."""

    head: Head
    digest: asyncio.Task[str] | None = None


class Checking:
    """One room's answers to `check`."""

    __slots__ = ("_held", "_rests_until", "_room")

    def __init__(self, room: "Room", head: Head) -> None:
        self._room = room
        self._held = [Held(head)]
        self._rests_until = 0.0

    def hold(self, head: Head) -> None:
        """Clients are told of this head: they may ask about it. (What it shares with the last costs nothing.)"""
        self._held = [*self._held[1 - MOST_HELD :], Held(head)]

    async def answer(self, connection: Connection, asked: Check) -> None:
        """Tells a client whether it holds what the document holds at that version; if not, what that is."""
        held = self._find(connection, asked.version)
        digest = held and self._digest(held)
        if not held or not digest:
            connection.tell(Checked(version=asked.version, result="unknown"))
        elif await digest == asked.digest:
            connection.tell(Checked(version=asked.version, result="same"))
        else:
            _mismatch(connection, asked.version)
            answer = encode(Checked(version=asked.version, result="different"))
            contents = await self._room.encoded(held.head)
            connection.outbound.contents(Frame.from_text(f'{answer[:-1]},"contents":{contents}}}'))

    def _find(self, connection: Connection, version: int) -> Held | None:
        """The version, where this client may have it at this time."""
        interval = self._room.process.limits.check_interval
        now = self._room.process.clock()
        if interval is None or now < connection.checked_at + TOLERANCE * interval:
            return None
        connection.checked_at = now
        if version < connection.reaches_back_to:
            return None
        return next((held for held in self._held if held.head.version == version), None)

    def _digest(self, held: Held) -> asyncio.Task[str] | None:
        """The digest, made now if need be; None while this room rests from another one."""
        if held.digest is None and self._room.process.clock() >= self._rests_until:
            self._rests_until = float("inf")
            held.digest = spawn(self._make(held.head))
        return held.digest

    async def _make(self, head: Head) -> str:
        start = self._room.process.clock()
        try:
            return await self._room.made_of(head, contents_digest)
        finally:
            now = self._room.process.clock()
            self._rests_until = now + REST * (now - start)


def _mismatch(connection: Connection, version: int) -> None:
    """The one place where it is told that somebody held another text than the document's; never what text."""
    metrics.mismatches.inc()
    logger.warning(
        "client %s holds another text of document %s at version %s",
        connection.client_id,
        connection.document_id,
        version,
    )
