"""Whose client ids these are and how far they have come, as of a room's head: rows only change with a revision."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from collab.database import Database
from documents import history
from protocol.authority import ClientRow
from protocol.messages import Revision

MOST = 10_000


class Clients:
    """The rows of one document's client ids, read when first asked for."""

    __slots__ = ("_database", "_document_id", "_rows")

    def __init__(self, document_id: UUID, database: Database) -> None:
        self._document_id = document_id
        self._database = database
        self._rows: dict[str, ClientRow | None] = {}

    async def row(self, client_id: str) -> ClientRow | None:
        """The row of a client id: as of the room's head or, where it was read just now, later."""
        if client_id not in self._rows:
            row = await self._database.read(history.client_row, self._document_id, client_id)
            if len(self._rows) > MOST:
                self._rows.clear()
            # The room may have reached a newer one meanwhile.
            return self._rows.setdefault(client_id, row)
        return self._rows[client_id]

    async def committed_at(self, client_id: str, seq: int) -> int | None:
        """The version at which a submission stands in the log."""
        return await self._database.read(history.committed_at, self._document_id, client_id, seq)

    def committed(self, rows: Mapping[str, ClientRow]) -> None:
        """These rows were written."""
        self._rows.update(rows)

    def reached(self, revisions: Iterable[Revision]) -> None:
        """These revisions, which others committed, were reached."""
        for revision in revisions:
            self._rows[revision.client_id] = ClientRow(revision.user_id, revision.seq, revision.version)

    def doubt(self, client_ids: Iterable[str]) -> None:
        """These rows, which the database contradicts, are read again."""
        for client_id in client_ids:
            self._rows.pop(client_id, None)
