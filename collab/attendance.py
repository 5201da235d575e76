"""The rows that say who is connected: written together, kept alive together, and gone by themselves if we die."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from collab import watches
from collab.connection import Connection
from collab.tasks import log_failure, spawn, stopped
from documents import connections
from documents.models import Connection as Row
from protocol.messages import encode

if TYPE_CHECKING:
    from collab.process import Process

# A process is dead after so many beats that nobody heard.
BEATS = 4


class Attendance:
    """The connections of one process, as the database knows them."""

    def __init__(self, process: "Process") -> None:
        self._process = process
        self._present: dict[UUID, Connection] = {}
        self._joining: list[Connection] = []
        self._leaving: list[Connection] = []
        self._dead: set[str] = set()
        # Nobody was here, so that this process did not beat, and may count as dead.
        self._silent = True
        self._changed = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task = spawn(self._work())

    def join(self, connection: Connection) -> None:
        """A connection begins."""
        self._silent = self._silent or not self._present
        self._present[connection.session_id] = connection
        self._joining.append(connection)
        self._changed.set()
        self._idle.clear()

    def tell_again(self, connection: Connection) -> None:
        """A connection is another participant now: its role changed."""
        self._tell([connection], [])

    def leave(self, connection: Connection) -> None:
        """A connection ended."""
        if self._present.pop(connection.session_id, None):
            self._leaving.append(connection)
            self._changed.set()
            self._idle.clear()

    async def renew(self) -> None:
        """Moves the leases of all connections here, and writes anew the rows that got lost."""
        if not self._present:
            return
        database, seconds = self._process.database, self._lease_seconds()
        missing = await database.write(connections.renew, self._process.id, list(self._present), seconds)
        back = [self._row(connection) for key in missing if (connection := self._present.get(key))]
        if back:
            await database.write(connections.join, back)

    async def beat(self) -> bool:
        """Says that this process lives; whether another one has died, or lives again, since it last said so."""
        if not self._present:
            return False
        known = self._dead
        self._dead = await self._process.database.write(self._beat)
        return self._dead != known

    async def inherit(self, process_id: str) -> None:
        """The process of this name is known to have died: its people are gone, before their leases end."""
        found = await self._process.database.write(connections.forget, process_id)
        for session_id, document_id in found:
            self._process.notice({"type": "left", "session_id": str(session_id)}, document_id)
        self._ring(document_id for _, document_id in found)

    async def close(self) -> None:
        """Ends; what is still to be written is written, if the database answers soon."""
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                await self._idle.wait()
                await self._end()
        await stopped(self._task)

    async def _end(self) -> None:
        """Whoever ends in order is not one of the dead."""
        try:
            await self._process.database.write(connections.end, self._process.id)
        except Exception as error:  # its lease ends
            log_failure(error)

    async def _work(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            joining, self._joining = self._joining, []
            leaving, self._leaving = self._leaving, []
            try:
                await self._process.database.write(self._write, joining, leaving)
            except Exception as error:  # the next renewal writes what is missing, and leases end
                log_failure(error)
            self._tell(joining, leaving)
            if not self._changed.is_set():
                self._idle.set()

    def _write(self, joining: list[Connection], leaving: list[Connection]) -> None:
        gone = {connection.session_id for connection in leaving}
        came = [self._row(connection) for connection in joining if connection.session_id not in gone]
        if came and self._silent:
            self._beat()
            self._silent = False
        if came:
            connections.join(came)
        if gone:
            connections.leave(gone)

    def _beat(self) -> set[str]:
        return connections.beat(self._process.id, BEATS * self._process.timing.beat)

    def _tell(self, joining: list[Connection], leaving: list[Connection]) -> None:
        # After the rows, so that whoever reads them because of this finds them.
        for connection in joining:
            message = {
                "type": "joined",
                "participant": encode(connection.participant),
                "since": connection.since.isoformat(),
            }
            self._process.layer.send(message, connection.document_id)
        for connection in leaving:
            message = {"type": "left", "session_id": str(connection.session_id)}
            self._process.layer.send(message, connection.document_id)
        self._ring(connection.document_id for connection in (*joining, *leaving))

    def _ring(self, document_ids: Iterable[UUID]) -> None:
        if different := set(document_ids):
            self._process.notice(watches.message(documents=different), None)

    def _row(self, connection: Connection) -> Row:
        return Row(
            session_id=connection.session_id,
            document_id=connection.document_id,
            user_id=connection.principal.user_id,
            process=self._process.id,
            client_id=connection.client_id,
            since=connection.since,
            lease=connections.lease(self._lease_seconds()),
        )

    def _lease_seconds(self) -> float:
        # The last quarter is for those who read it: they do so four times as often (collab.process.current).
        return 0.75 * self._process.limits.heartbeat_timeout
