"""Where one is in what happened to a document, and the text that stands for it.

Whoever may read the history goes on from anywhere, so a version is a cursor for them. For others a cursor is signed,
for them and that document, and soon too old: they hear what goes on while they listen, as at the socket, and no more.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner

from protocol.errors import ProtocolError
from protocol.messages import MAX_INTEGER

# How long someone without the history may be away, and hear what happened meanwhile.
AWAY = timedelta(minutes=10)
TOO_LONG_AWAY = "You hear what happens while you listen. Read the document, and ask without a cursor."
FORM = re.compile(r"(\d{1,16})(?:-(\d{1,16}))?", re.ASCII)
SEPARATOR = "."


class Position(NamedTuple):
    """After revision `version` and, of what happened before the next one, after event `number`; 0: before all of it."""

    version: int
    number: int = 0

    def __str__(self) -> str:
        return f"{self.version}-{self.number}"


def read_position(text: str) -> Position:
    """Raises invalid_field for what is none."""
    match = FORM.fullmatch(text)
    numbers = [int(part or 0) for part in match.groups()] if match else [-1]
    if not match or max(numbers) > MAX_INTEGER:
        raise ProtocolError("invalid_field", "That is no cursor of this document.")
    return Position(*numbers)


@dataclass(frozen=True, slots=True)
class Cursors:
    """The cursors of one person in one document; `whole`: they may read its history."""

    document_id: UUID
    user_id: str
    whole: bool

    def write(self, position: Position) -> str:
        """The text that stands for a position."""
        return str(position) if self.whole else self._signer.sign(str(position))

    def read(self, text: str) -> Position:
        """The position that it stands for. Raises invalid_field, and history_gone where it is none of theirs now."""
        position = read_position(text.partition(SEPARATOR)[0])
        if not self.whole:
            try:
                self._signer.unsign(text, max_age=AWAY)
            except BadSignature:
                raise ProtocolError("history_gone", TOO_LONG_AWAY) from None
        return position

    @property
    def _signer(self) -> TimestampSigner:
        return TimestampSigner(sep=SEPARATOR, salt=f"documents.events {self.document_id} {self.user_id}")
