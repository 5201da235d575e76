"""Brings contents from elsewhere into a document: a change like any other, by whoever brings them."""

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from accounts.principals import Principal
from documents.history import head_version
from documents.submit import write
from protocol.authority import Refused
from protocol.content import Content
from protocol.delta import Delta
from protocol.errors import ProtocolError
from protocol.rewriting import append, set_contents

Place = Literal["start", "end", "replace"]


class NothingToChange(Exception):
    """The document is what it was to become."""


def bring_in(document_id: UUID, principal: Principal, contents: Content, place: Place) -> int:
    """Puts `contents` into the document, as a revision of `principal`; the version that holds them.

    `replace` keeps the text that both have, with whatever others do to it meanwhile. Raises as `rewrite` does.
    """
    return rewrite(document_id, principal, "import", lambda before: CHANGES[place](before, contents))


def rewrite(document_id: UUID, principal: Principal, origin: str, change: Callable[[Content], Delta]) -> int:
    """Makes a change of whatever the document holds by then, as a revision of `principal`; the version that has it.

    That is the newest where there is nothing to change. Raises as `submit.write` and `change` do, and with the code of
    a refusal.
    """

    def some(before: Content) -> Delta:
        made = change(before)
        if not made:
            raise NothingToChange
        return made

    try:
        verdict = write(document_id, principal, origin, some)
    except NothingToChange:
        return head_version([document_id])[document_id]
    if isinstance(verdict, Refused):
        raise ProtocolError(verdict.code)
    return verdict.version


def _at_the_start(before: Content, contents: Content) -> Delta:
    return contents.to_delta()


CHANGES: dict[Place, Callable[[Content, Content], Delta]] = {
    "start": _at_the_start,
    "end": append,
    "replace": set_contents,
}
