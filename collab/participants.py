"""Who is in a document: this process's own connections, and those of others by their rows and their messages.

Rows outlive a process that dies, until their lease runs out; messages may be lost. So the rows are read now and then.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from accounts import people
from documents import connections, rights
from documents.models import Connection as Row
from protocol.messages import Joined, Left, Participant

if TYPE_CHECKING:
    from collab.room import Room


class Participants:
    """The sessions in one document, by session id."""

    __slots__ = ("_by_session", "_fresh", "_room")

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._by_session: dict[str, Participant] = {}
        # Those that came or went by a message since `read` began: they know better than the rows that it finds.
        # (No set: an empty one takes four times as much.)
        self._fresh: dict[str, None] = {}

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._by_session

    def __iter__(self) -> Iterator[Participant]:
        return iter(self._by_session.values())

    def join(self, participant: Participant) -> None:
        """Someone came, or is known better now."""
        self._fresh[participant.session_id] = None
        self._add(participant)

    def leave(self, session_id: str) -> None:
        """Someone went."""
        self._fresh[session_id] = None
        self._remove(session_id)

    def begin_reading(self) -> None:
        """The rows are about to be read."""
        self._fresh.clear()

    def reconcile(self, found: Iterable[Participant]) -> None:
        """These are the sessions by their rows."""
        present = {participant.session_id: participant for participant in found}
        ours = {str(session_id) for session_id in self._room.connections}
        for session_id in self._by_session.keys() - present.keys() - ours - self._fresh.keys():
            self._remove(session_id)
        for session_id in present.keys() - self._by_session.keys() - self._fresh.keys():
            self._add(present[session_id])

    def _add(self, participant: Participant) -> None:
        if self._by_session.get(participant.session_id) == participant:
            return
        self._by_session[participant.session_id] = participant
        self._room.tell(Joined(participant=participant))

    def _remove(self, session_id: str) -> None:
        if self._by_session.pop(session_id, None):
            self._room.selections.forget(session_id)
            self._room.tell(Left(session_id=session_id))


def read(document_ids: Iterable[UUID]) -> dict[UUID, list[Participant]]:
    """The participants of each document by the rows of their connections."""
    rows = connections.present(list(document_ids))
    roles = rights.roles({(row.document_id, str(row.user_id)) for found in rows.values() for row in found})
    return {
        document_id: [_participant(row, roles.get((document_id, str(row.user_id)), "")) for row in found]
        for document_id, found in rows.items()
    }


def _participant(row: Row, role: str) -> Participant:
    user = people.shown(row.user)
    return Participant(session_id=str(row.session_id), client_id=row.client_id, user=user, role=role)
