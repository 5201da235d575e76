"""A document's revisions, wherever they are: the newest in memory, the others in the database."""

from collections.abc import Iterable
from uuid import UUID

from collab.database import Database
from collab.frames import Change, Entry, Page, page_of, within
from collab.recent import Recent
from documents import history
from protocol.delta import Delta
from protocol.errors import ProtocolError
from protocol.ground import Name
from protocol.limits import Limits
from protocol.messages import Revision


class Log:
    """The revisions of one document up to the version that its room has reached."""

    __slots__ = ("_database", "_document_id", "_page_bytes", "_recent")

    def __init__(self, document_id: UUID, version: int, database: Database, limits: Limits) -> None:
        self._document_id = document_id
        self._database = database
        self._page_bytes = limits.revisions_frame
        self._recent = Recent(version, limits.revisions_frame)

    @property
    def version(self) -> int:
        """The newest version."""
        return self._recent.version

    @property
    def in_memory_after(self) -> int:
        """The version after which everything is in memory."""
        return self._recent.start

    @property
    def bytes(self) -> int:
        """The size of what is in memory."""
        return self._recent.bytes

    def add(self, revisions: Iterable[Change]) -> None:
        """The room has reached these."""
        self._recent.add(revisions)

    def deltas(self, after: int) -> list[Delta] | None:
        """The changes after a version; None where they are not all in memory."""
        return self._recent.deltas(after)

    def texts(self, after: int) -> list[str]:
        """The JSON of each revision after a version, all of which are in memory."""
        return self._recent.texts(after)

    def page(self, after: int) -> Page | None:
        """The next `revisions` frame after a version; None where it is not in memory."""
        return self._recent.page(after)

    async def read_page(self, after: int) -> Page:
        """The next `revisions` frame after a version below the newest. Raises history_gone."""
        return page_of(await self._entries(after))

    def forget(self) -> None:
        """From now on the database tells of all that there is so far, and not memory."""
        if self._recent.bytes:
            self._recent = Recent(self.version, self._page_bytes)

    async def name(self, version: int) -> Name | None:
        """The name of the revision that made a version; None where there is none."""
        revision = self._recent.revision(version)
        if revision:
            return revision.client_id, revision.seq
        return await self._database.read(history.name_at, self._document_id, version)

    async def revisions(self, after: int) -> list[Entry]:
        """The first revisions after a version, a frame's worth; none at the newest.

        Raises history_gone where not all that follow are kept.
        """
        held = self._recent.revisions(after)
        if held is not None:
            return held
        if not await self._database.read(history.is_whole_after, self._document_id, after):
            raise ProtocolError("history_gone")
        return await self._entries(after)

    async def read(self, after: int) -> list[Revision]:
        """Some revisions after a version below the newest, at least one, from the database. Raises history_gone."""
        page = await self._database.read(history.revisions_after, self._document_id, after)
        known = [revision for revision in page if revision.version <= self.version]
        if not known:
            raise ProtocolError("history_gone")
        return known

    async def _entries(self, after: int) -> list[Entry]:
        return within((Entry.of(revision) for revision in await self.read(after)), self._page_bytes)
