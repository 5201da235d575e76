"""A stranger's zip of files, from which little is taken, and that within bounds."""

from io import BytesIO
from typing import Literal, overload
from xml.etree.ElementTree import Element, ParseError
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 - it is an exception

from defusedxml import DefusedXmlException, ElementTree

from protocol.errors import ProtocolError

ENTRIES = 4096
"""The most entries that a package may hold."""
PART = 64 * 1024 * 1024
"""The longest part that is read, in bytes unpacked."""
RATIO = 200
"""How many times longer than packed a part may be, above `ALWAYS_FINE`."""
ALWAYS_FINE = 1024 * 1024
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
ENCRYPTED = 0x1


class Package:
    """A package whose names and sizes are in order. Raises ProtocolError unreadable_file, file_too_costly."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(OLD_OFFICE):
            raise ProtocolError("unreadable_file", "The file is protected by a password, or of an older Word.")
        try:
            self._zip = ZipFile(BytesIO(data))
        except (BadZipFile, NotImplementedError, ValueError) as error:
            raise ProtocolError("unreadable_file") from error
        entries = self._zip.infolist()
        if len(entries) > ENTRIES:
            raise ProtocolError("file_too_costly")
        self._entries = {entry.filename: entry for entry in entries}
        if len(self._entries) < len(entries) or any(_leads_out(entry) for entry in entries):
            raise ProtocolError("unreadable_file")

    @overload
    def part(self, name: str) -> Element: ...
    @overload
    def part(self, name: str, *, needed: Literal[False]) -> Element | None: ...
    def part(self, name: str, *, needed: bool = True) -> Element | None:
        """A part as XML without a DTD; None where there is none and none is needed."""
        if name not in self._entries and not needed:
            return None
        try:
            root: Element = ElementTree.fromstring(self.read(name), forbid_dtd=True)
        except (ParseError, DefusedXmlException, LookupError) as error:
            raise ProtocolError("unreadable_file") from error
        return root

    def find(self, name: str) -> bytes | None:
        """A part as it is; None where there is none of that name."""
        return self.read(name) if name in self._entries else None

    def read(self, name: str) -> bytes:
        """A part as it is."""
        entry = self._entries.get(name)
        if entry is None:
            raise ProtocolError("unreadable_file")
        try:
            return self._unpacked(entry)
        except (BadZipFile, ZlibError, EOFError, NotImplementedError, LookupError) as error:
            raise ProtocolError("unreadable_file") from error

    def _unpacked(self, entry: ZipInfo) -> bytes:
        if entry.flag_bits & ENCRYPTED:
            raise ProtocolError("unreadable_file", "The file is protected by a password.")
        if entry.file_size > PART or entry.file_size > max(ALWAYS_FINE, RATIO * entry.compress_size):
            raise ProtocolError("file_too_costly")
        with self._zip.open(entry) as part:  # gives no more than it says that it holds
            return part.read()


def _leads_out(entry: ZipInfo) -> bool:
    name = entry.filename
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")
