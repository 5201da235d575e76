"""Brings contents from elsewhere into a document: a change like any other, by whoever brings them."""

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from accounts.principals import Principal
from documents.submit import write
from protocol import attributes
from protocol.authority import Refused
from protocol.content import Content
from protocol.delta import Delta
from protocol.diff import diff
from protocol.errors import ProtocolError
from protocol.ops import Builder, Insert

Place = Literal["start", "end", "replace"]


def bring_in(document_id: UUID, principal: Principal, contents: Content, place: Place) -> int:
    """Puts `contents` into the document, as a revision of `principal`; the version that holds them.

    `replace` keeps the text that both have, with whatever others do to it meanwhile. Raises as `submit.write` does, and
    with the code of a refusal.
    """
    verdict = write(document_id, principal, "import", lambda before: CHANGES[place](before, contents))
    if isinstance(verdict, Refused):
        raise ProtocolError(verdict.code)
    return verdict.version


def _at_the_start(before: Content, contents: Content) -> Delta:
    return contents.to_delta()


def _at_the_end(before: Content, contents: Content) -> Delta:
    """After the last line, whose newline is the document's: it ends the last line of `contents` from now on."""
    [last] = contents.slice(contents.length - 1, contents.length).runs()
    [newline] = before.slice(before.length - 1, before.length).runs()
    change = Builder()
    change.retain(before.length - 1)
    if not f"\n{before.text()}".endswith("\n\n"):
        change.insert(Insert("\n", newline.attributes, 1))
    change.extend(contents.slice(0, contents.length - 1).runs())
    change.retain(1, attributes.diff(newline.attributes, last.attributes))
    return Delta.of(change.ops())


def _in_its_place(before: Content, contents: Content) -> Delta:
    return Delta.of(diff(before.to_delta().runs(), contents.to_delta().runs()))


CHANGES: dict[Place, Callable[[Content, Content], Delta]] = {
    "start": _at_the_start,
    "end": _at_the_end,
    "replace": _in_its_place,
}
