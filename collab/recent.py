"""The newest revisions of a document, kept in memory: what most transforms and most frames need."""

from collections.abc import Iterable

from collab.frames import Change, Entry, Page, page_of, within
from protocol.delta import Delta

MOST_BYTES = 4 * 1024 * 1024
MOST_REVISIONS = 4096


class Recent:
    """The revisions after version `start`, up to the head, in pages of `page_bytes` or so."""

    __slots__ = ("_bytes", "_entries", "_newest", "_page_bytes", "start", "version")

    def __init__(self, start: int, page_bytes: int) -> None:
        self.start = start
        # The newest version held.
        self.version = start
        self._page_bytes = page_bytes
        self._entries: list[Entry] = []
        self._bytes = 0
        self._newest: tuple[int, int, Page] | None = None

    @property
    def bytes(self) -> int:
        """The size of the JSON of what is held."""
        return self._bytes

    def add(self, revisions: Iterable[Change]) -> None:
        """Holds the revisions that follow `version`, and lets go of the oldest when they are many."""
        for revision in revisions:
            if revision.version != self.version + 1:
                raise ValueError("revisions follow each other without gaps")
            entry = Entry.of(revision)
            self._entries.append(entry)
            self.version = revision.version
            self._bytes += entry.json.size
        if len(self._entries) > MOST_REVISIONS or self._bytes > MOST_BYTES:
            self._forget()

    def deltas(self, after: int) -> list[Delta] | None:
        """The changes after version `after`; None where some are held no more."""
        entries = self._after(after)
        return None if entries is None else [entry.delta for entry in entries]

    def revision(self, version: int) -> Entry | None:
        """The revision that made `version`, if it is still held."""
        if not self.start < version <= self.version:
            return None
        return self._entries[version - self.start - 1]

    def revisions(self, after: int) -> list[Entry] | None:
        """The first revisions after version `after`, a page of them; None where they are held no more."""
        entries = self._after(after)
        return None if entries is None else within(entries, self._page_bytes)

    def texts(self, after: int) -> list[str]:
        """The JSON of each revision after version `after`, all of which are held."""
        return [entry.json.text for entry in self._entries[after - self.start :]]

    def page(self, after: int) -> Page | None:
        """The next `revisions` frame after version `after`; None where it is held no more."""
        newest = self._newest
        if newest and newest[0] == after and newest[1] == self.version:
            return newest[2]
        if not self.start <= after < self.version:
            return None
        page = page_of(within(self._entries[after - self.start :], self._page_bytes))
        # Those who keep up all get the same frame.
        self._newest = (after, self.version, page)
        return page

    def _after(self, version: int) -> list[Entry] | None:
        if not self.start <= version <= self.version:
            return None
        return self._entries[version - self.start :]

    def _forget(self) -> None:
        # Half of them, so that this happens rarely; the newest always stays.
        while len(self._entries) > 1 and (self._bytes > MOST_BYTES // 2 or len(self._entries) > MOST_REVISIONS // 2):
            drop = max(1, len(self._entries) // 8)
            self._bytes -= sum(entry.json.size for entry in self._entries[:drop])
            del self._entries[:drop]
            self.start += drop
