"""From `hello` to `welcome`: who asks, what they may, what they already hold.

The room is subscribed before it is read, and the welcome is made of one moment of its head: nothing falls between.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.conf import settings

from accounts import people
from accounts.models import User
from accounts.principals import Principal
from collab.authentication import authenticate
from collab.connection import Connection
from collab.frames import Entry, Frame
from collab.process import Process
from collab.room import Moment, Room
from documents import rights
from documents.rights import Access
from protocol.errors import ProtocolError
from protocol.messages import VERSION, DocumentInfo, Hello, Last, UserInfo, Welcome, encode

ADDRESS = re.compile(r"/ws/documents/(?P<document_id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
Resync = Literal["history_gone", "history_changed"]


@dataclass(frozen=True, slots=True)
class Guest:
    """Someone who may come in."""

    document_id: UUID
    principal: Principal
    user: UserInfo
    access: Access


@dataclass(frozen=True, slots=True)
class Missed:
    """What someone who comes back has missed: a first page of it, or why there is no telling."""

    revisions: list[Entry] | None
    resync: Resync | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a welcome says of the document: `field` holds it, and takes the client to `version`."""

    moment: Moment
    last: Last | None
    version: int
    field: str
    resync: Resync | None = None


def admit(scope: Any, token: str | None) -> Guest:
    """Who asks, and what they may in the document; touches the database. Raises as `authenticate`, and not_found.

    An address that no document can have is one that is not there.
    """
    document_id = document_of(scope["path"])
    principal = authenticate(scope, token, document_id)
    access = rights.access_of(document_id, principal) if document_id else rights.NO_ACCESS
    if document_id is None or "read" not in access.capabilities:
        raise ProtocolError("not_found")
    user = User.objects.select_related("keeper").get(pk=principal.user_id)
    return Guest(document_id, principal, people.shown(user), access)


def document_of(path: str) -> UUID | None:
    """The document whose socket's address this is; ids have one form, in lower case with hyphens."""
    match = ADDRESS.fullmatch(path)
    return UUID(match["document_id"]) if match else None


async def join(process: Process, connection: Connection, hello: Hello) -> Room:
    """Lets a connection into its document and welcomes it. Raises not_found, rate_limited."""
    async with process.joins, process.held(connection.document_id) as room:
        answer = await _answer(room, connection, hello)
        # From here without a pause: whoever comes or goes after this is told of by frames.
        connection.first_version = answer.version
        room.enter(connection)
        try:
            welcome = Frame.from_text(f"{_welcome(room, connection, answer)[:-1]},{answer.field}}}")
        except BaseException:
            room.leave(connection)
            raise
        connection.outbound.begin(welcome, answer.version, room.log)
        room.selections.show(connection)
        return room


async def _answer(room: Room, connection: Connection, hello: Hello) -> Answer:
    missed = await _missed(room, connection, hello)
    moment = await room.moment(connection)
    last = await _name(room, moment.head.version)
    if missed.revisions is None:
        field = f'"contents":{await room.encoded(moment.head)}'
        return Answer(moment, last, moment.head.version, field, missed.resync)
    version = missed.revisions[-1].version if missed.revisions else hello.version or 0
    revisions = ",".join(revision.json.text for revision in missed.revisions)
    return Answer(moment, last, version, f'"revisions":[{revisions}]')


async def _missed(room: Room, connection: Connection, hello: Hello) -> Missed:
    """What this client has missed. Without the right to the history it gets the contents, like one who is new."""
    if hello.version is None:
        return Missed(None)
    if not connection.sees_history:
        return Missed(None, "history_gone")
    if hello.version > room.version:
        await room.look(hello.version)
    if hello.version > room.version:
        return Missed(None, "history_changed")
    try:
        if hello.last is not None and hello.version:
            named = await room.log.name(hello.version)
            if named != (hello.last.client_id, hello.last.seq):
                return Missed(None, "history_changed")
        return Missed(await room.log.revisions(hello.version))
    except ProtocolError:
        return Missed(None, "history_gone")


async def _name(room: Room, version: int) -> Last | None:
    """The name of the revision at a version, by which a client that comes back shows which history it means."""
    name = await room.log.name(version) if version else None
    return Last(client_id=name[0], seq=name[1]) if name else None


def _welcome(room: Room, connection: Connection, answer: Answer) -> str:
    """The welcome, but for the field that holds the document: that is encoded once for many."""
    head = answer.moment.head
    welcome = Welcome.model_construct(
        protocol=VERSION,
        session_id=str(connection.session_id),
        user=connection.user,
        role=connection.access.role or "",
        capabilities=tuple(sorted(connection.access.capabilities)),
        document=DocumentInfo(
            id=str(room.document_id),
            title=room.title,
            version=head.version,
            last=answer.last,
            state=room.state,
            damaged=room.damaged or None,
        ),
        acked_seq=answer.moment.acked_seq,
        durability="relaxed" if settings.DURABILITY == "relaxed" else None,
        resync=answer.resync,
        banner=room.process.banner.text or None,
        participants=tuple(room.participants),
        limits=room.process.limits,
    )
    return encode(welcome)
