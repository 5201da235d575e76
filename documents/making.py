"""Makes documents that hold something from the start: of a file, of another document, of a template.

Document and contents come into being in one transaction, so that nobody ever finds one without the other.
"""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.principals import Principal
from documents import acts
from documents.commit import SERVER_ID, Batch, Denied, NewRevision, OutcomeUnknown, commit
from documents.models import Document
from protocol import digest
from protocol.authority import Accepted, Head, Refused, judge_content
from protocol.content import Content
from protocol.delta import Delta
from protocol.diff import diff
from protocol.errors import ProtocolError

EMPTY = Head(0, Content.EMPTY)


def make(
    principal: Principal,
    title: str,
    contents: Content,
    origin: str,
    give_images: Callable[[Document], object] = lambda _document: None,
) -> Document:
    """A new document of `principal` that holds `contents`, by one change of theirs; `origin` (import, copy) names it.

    `give_images` gives it the images that these name.

    Raises invalid_field for the title, and with the code by which contents are refused.
    """
    first = _first(principal, contents, origin)
    with transaction.atomic():
        document = acts.create(UUID(principal.user_id), title)
        give_images(document)
        if first:
            _write(document.pk, first, contents.length)
    document.refresh_from_db()
    return document


def _first(principal: Principal, contents: Content, origin: str) -> NewRevision | None:
    change = Delta.of(diff(EMPTY.content.to_delta().runs(), contents.to_delta().runs()))
    if not change.ops:
        return None
    verdict = judge_content(EMPTY, change)
    if isinstance(verdict, Refused):
        raise ProtocolError(verdict.code)
    return _revision(principal, verdict, f"{SERVER_ID}{origin}-{uuid4().hex}")


def _revision(principal: Principal, accepted: Accepted, client_id: str) -> NewRevision:
    chained = digest.chain(digest.START, accepted.delta)
    return NewRevision(1, client_id, 1, principal, timezone.now(), accepted.delta, chained)


def _write(document_id: UUID, first: NewRevision, length: int) -> None:
    try:
        [outcome] = commit([Batch(document_id, 0, (first,), length)])
    except OutcomeUnknown as error:
        raise ProtocolError("rate_limited", retry_after=1) from error
    if isinstance(outcome, Denied):
        raise ProtocolError(outcome.codes[first.name])
