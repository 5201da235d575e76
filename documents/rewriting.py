"""Changes that are made of what a document holds: contents brought in from elsewhere, or a change said in words."""

from collections.abc import Callable
from typing import Literal, NamedTuple
from uuid import UUID

from accounts.principals import Principal
from documents.history import contents_at, head_version
from documents.submit import own_client_id, refusal, submit, write
from protocol.authority import Refused, Submission, Verdict
from protocol.content import Content
from protocol.delta import Delta
from protocol.rewriting import append, set_contents

Place = Literal["start", "end", "replace"]


class NothingToChange(Exception):
    """The document is what it was to become."""


class Rewritten(NamedTuple):
    """The version that has what was wanted: the newest, where there was nothing to change."""

    version: int
    changed: bool


def bring_in(document_id: UUID, principal: Principal, contents: Content, place: Place) -> int:
    """Puts `contents` into the document, as a revision of `principal`; the version that holds them.

    `replace` keeps the text that both have, with whatever others do to it meanwhile. Raises as `rewrite` does.
    """
    return rewrite(document_id, principal, "import", lambda before: CHANGES[place](before, contents)).version


def rewrite(document_id: UUID, principal: Principal, origin: str, change: Callable[[Content], Delta]) -> Rewritten:
    """Makes a change of whatever the document holds by then, as a revision of `principal`.

    Raises as `submit.write` and `change` do, and with the code of a refusal.
    """

    def some(before: Content) -> Delta:
        made = change(before)
        if not made:
            raise NothingToChange
        return made

    try:
        return _rewritten(write(document_id, principal, origin, some))
    except NothingToChange:
        return _as_it_was(document_id)


def rewrite_since(
    document_id: UUID, principal: Principal, origin: str, version: int, change: Callable[[Content], Delta]
) -> Rewritten:
    """Makes a change of what the document held at `version`; what others have changed since stays.

    Raises as `submit.submit`, `history.contents_at` and `change` do, and with the code of a refusal.
    """
    made = change(contents_at(document_id, version))
    if not made:
        return _as_it_was(document_id)
    return _rewritten(submit(document_id, principal, Submission(own_client_id(origin), 1, version, made)))


def _rewritten(verdict: Verdict) -> Rewritten:
    if isinstance(verdict, Refused):
        raise refusal(verdict)
    return Rewritten(verdict.version, True)


def _as_it_was(document_id: UUID) -> Rewritten:
    return Rewritten(head_version([document_id])[document_id], False)


def _at_the_start(before: Content, contents: Content) -> Delta:
    return contents.to_delta()


CHANGES: dict[Place, Callable[[Content, Content], Delta]] = {
    "start": _at_the_start,
    "end": append,
    "replace": set_contents,
}
