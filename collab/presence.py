"""Where everyone is: coalesced, the latest wins, never stored."""

import asyncio
from typing import TYPE_CHECKING

from collab.connection import Connection
from collab.frames import Frame
from protocol.messages import ParticipantPresence, Presence, PresenceUpdate, encode

if TYPE_CHECKING:
    from collab.room import Room

# Seconds between two frames of one room.
INTERVAL = 0.1


class Selections:
    """The newest selection of each session in one document."""

    __slots__ = ("_latest", "_moved", "_room", "_sent_at", "_timer")

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._latest: dict[str, ParticipantPresence] = {}
        # Who moved since the last frame, and whether here.
        self._moved: dict[str, bool] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._sent_at = -INTERVAL

    def update(self, connection: Connection, update: PresenceUpdate) -> None:
        """A connection of this process moved."""
        session_id = str(connection.session_id)
        self._set(
            ParticipantPresence(
                session_id=session_id, version=update.version, selection=update.selection, typing=update.typing
            ),
            here=True,
        )

    def heard(self, presence: Presence) -> None:
        """Sessions of another process moved."""
        for entry in presence.participants:
            self._set(entry, here=False)

    def forget(self, session_id: str) -> None:
        """A session ended."""
        self._latest.pop(session_id, None)
        self._moved.pop(session_id, None)
        for connection in self._room.connections.values():
            connection.outbound.forget(session_id)

    def show(self, connection: Connection) -> None:
        """Tells someone who just came where everyone is."""
        if self._latest:
            connection.tell(Presence(participants=tuple(self._latest.values())))

    def close(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _set(self, entry: ParticipantPresence, *, here: bool) -> None:
        if entry.session_id not in self._room.participants:
            return
        self._latest[entry.session_id] = entry
        self._moved[entry.session_id] = here
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time(), self._sent_at + INTERVAL), self._send)

    def _send(self) -> None:
        self._timer = None
        self._sent_at = asyncio.get_running_loop().time()
        moved = tuple(self._latest[session_id] for session_id in self._moved)
        ours = tuple(self._latest[session_id] for session_id, here in self._moved.items() if here)
        self._moved = {}
        frame = Frame.of(Presence(participants=moved))
        for connection in self._room.connections.values():
            connection.outbound.presence(frame, moved)
        if ours:
            told = {"type": "presence", "presence": encode(Presence(participants=ours))}
            self._room.process.layer.send(told, self._room.document_id)
