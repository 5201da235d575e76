"""What ends or narrows an open connection: rights that changed, people who may no longer act, documents that went.

Messages make it quick; reading everything again now and then makes it certain. The commit checks once more anyway.
"""

import itertools
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, cast
from uuid import UUID

from accounts.principals import Principal, alive, digest
from collab.connection import Connection
from collab.portions import portions
from documents import rights
from documents.history import head_version
from documents.models import Document
from documents.rights import Access
from protocol.messages import Access as AccessMessage
from protocol.messages import DocumentState

if TYPE_CHECKING:
    from collab.layer import Message
    from collab.process import Process
    from collab.room import Room
    from collab.streaming import Stream


async def check_everything(process: "Process") -> None:
    """Reads again what every connection may, and what every open document is called."""
    await check_documents(process, process.rooms())
    await check(process, _open(process))
    await process.watches.check()


async def check_access(process: "Process", room: "Room", user_id: str | None) -> None:
    """What someone (None: anyone) may in a document has changed."""
    concerned = [c for c in room.connections.values() if user_id in (None, c.principal.user_id)]
    await check(process, concerned)


async def check_document(process: "Process", room: "Room") -> None:
    """A document's title or state has changed, or it is gone."""
    await check_documents(process, [room])
    await check(process, list(room.connections.values()))


async def end_principal(process: "Process", message: "Message") -> None:
    """Somebody, or one of their tokens or sessions, may no longer act."""

    def concerned(principal: Principal) -> bool:
        if principal.user_id != message["user_id"]:
            return False
        if message.get("token_id") is not None:
            return bool(principal.token_id == message["token_id"])
        if message.get("access_token_id") is not None:
            return bool(principal.access_token_id == message["access_token_id"])
        if message.get("session") is not None:
            return principal.session_key is not None and bool(digest(principal.session_key) == message["session"])
        return True

    await check(process, [c for c in _open(process) if concerned(c.principal)])
    await process.watches.check(message["user_id"])


async def check_people(process: "Process", message: "Message") -> None:
    """What some people may, in whatever documents, has changed."""
    user_ids = set(message["user_ids"])
    await check(process, [c for c in _open(process) if c.principal.user_id in user_ids])


def _open(process: "Process") -> "list[Connection | Stream]":
    return [*process.connections(), *process.streams.all()]


# Messages that are not about one document.
ABOUT_PEOPLE = {"principal_ended": end_principal, "people": check_people}


def disconnect(process: "Process", message: "Message") -> None:
    """Ends the connections that an administrator has chosen."""
    chosen = set(message["session_ids"])
    for connection in process.connections():
        if str(connection.session_id) in chosen:
            connection.end("disconnected")


async def check(process: "Process", connections: "Collection[Connection | Stream]") -> None:
    """Reads again what these connections may; tells those for whom it changed, ends those who may not be here."""
    for some in portions(connections):
        await _check(process, some)


async def _check(process: "Process", connections: "Collection[Connection | Stream]") -> None:
    turn = next(_turns)
    pairs = {(connection.document_id, connection.principal) for connection in connections}
    living, accesses, gone = await process.database.read(_read, pairs)
    for connection in connections:
        if connection.rights_turn > turn:
            continue  # one that began later was done sooner, and knows better
        connection.rights_turn = turn
        if connection.principal not in living:
            connection.end("unauthenticated")
        elif connection.document_id in gone:
            connection.end("not_found")
        else:
            _apply(process, connection, accesses[connection.document_id, connection.principal])


Pair = tuple[UUID, Principal]
_turns = itertools.count(1)


def _read(pairs: Collection[Pair]) -> tuple[set[Principal], dict[Pair, Access], set[UUID]]:
    """Who may still act, what they may, and which of the documents are not there any more."""
    accesses = rights.accesses(pairs)
    lost = {document_id for (document_id, _), access in accesses.items() if access.role is None}
    return alive({principal for _, principal in pairs}), accesses, lost - set(head_version(lost))


def _apply(process: "Process", connection: "Connection | Stream", access: Access) -> None:
    if access == connection.access:
        return
    if access.role is None or "read" not in access.capabilities:
        connection.end("forbidden")
        return
    connection.access = access
    connection.tell(AccessMessage(role=access.role, capabilities=tuple(sorted(access.capabilities))))
    room = process.room_of(connection.document_id)
    if isinstance(connection, Connection) and room and connection.session_id in room.connections:
        room.participants.join(connection.participant)
        process.attendance.tell_again(connection)


async def check_documents(process: "Process", rooms: Iterable["Room"]) -> None:
    """Reads again the titles and states of documents, and ends whoever is in one that is gone."""
    for some in portions(rooms):
        found = await process.database.read(_read_documents, [room.document_id for room in some])
        for room in some:
            if room.document_id in found:
                room.changed(*found[room.document_id])
            else:
                room.end_all("not_found")


def _read_documents(document_ids: list[UUID]) -> dict[UUID, tuple[str, DocumentState, bool, int]]:
    rows = Document.objects.filter(pk__in=document_ids).values_list("pk", "title", "state", "damage", "removals")
    return {
        pk: (title, cast(DocumentState, state), bool(damage), removals) for pk, title, state, damage, removals in rows
    }
