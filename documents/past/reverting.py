"""Going back: a document made what it was at a version, and one past change taken back.

Both are changes of now, and merge with what others type meanwhile; the history itself stays as it is.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from accounts import audit
from accounts.principals import Principal
from documents import history
from documents.history import OpenDocument
from documents.submit import MOST_BEHIND, own_client_id, refusal, submit
from protocol.authority import Refused, Submission
from protocol.content import Content
from protocol.delta import Delta
from protocol.errors import ProtocolError

# Revisions that are taken back at once.
MOST_AT_ONCE = 5000


def restore(document_id: UUID, by: Principal | None, version: int) -> int:
    """Makes the document what it was at `version`; the version that is so.

    It changes no more than differs, so cursors stay where they are; where nothing differs, nothing. Raises not_found,
    base_version_ahead, history_gone, rate_limited, and with the code of a refusal.
    """
    target = history.contents_at(document_id, version)
    opened = history.open_document(document_id)
    change = between(opened.head.content, target)
    if not change:
        return opened.head.version
    made = _submit(opened, by, "restore", change)
    audit.record("versions.restore", by=by, document_id=document_id, version=version, made=made)
    return made


def undo(document_id: UUID, by: Principal | None, first: int, last: int) -> int:
    """Takes back what the revisions `first` to `last` changed, as far as it is still there; the version that does.

    Raises nothing_left where none of it is there any more, invalid_field for more than MOST_AT_ONCE, and as `restore`
    does.
    """
    if not 0 <= last - first < MOST_AT_ONCE:
        raise ProtocolError("invalid_field", f"Take back 1 to {MOST_AT_ONCE} revisions at once.")
    opened = history.open_document(document_id)
    before = history.contents_at(document_id, first - 1)
    if last > opened.head.version:
        raise ProtocolError("base_version_ahead")
    done = composed(history.deltas_between(document_id, first - 1, last))
    change = before.invert(done)
    for revision in _since(opened, last):
        # What came later stands: it is not for an undo to take that back, too.
        change = revision.transform(change, True)
    if not change:
        raise ProtocolError("nothing_left")
    made = _submit(opened, by, "undo", change)
    audit.record("versions.undo", by=by, document_id=document_id, first=first, last=last, made=made)
    return made


def between(before: Content, after: Content) -> Delta:
    """The change that makes `before` what `after` is, which keeps what they have in common."""
    return before.to_delta().diff(after.to_delta())


def composed(deltas: Iterable[Delta]) -> Delta:
    """The changes as one. In pairs, for one that grows would be walked through again for each."""
    left = list(deltas)
    while len(left) > 1:
        left = [first.compose(then) for first, then in zip(left[::2], [*left[1::2], Delta()], strict=False)]
    return left[0] if left else Delta()


def _since(opened: OpenDocument, version: int) -> Sequence[Delta]:
    """What happened since `version`: each revision, or in a longer time the difference, whatever happened in it."""
    head = opened.head
    if head.version - version <= MOST_BEHIND:
        try:
            return list(history.deltas_between(opened.id, version, head.version))
        except ProtocolError:
            pass  # Some of it was removed since: what is left tells as much.
    return [between(history.contents_at(opened.id, version), head.content)]


def _submit(opened: OpenDocument, by: Principal | None, origin: str, change: Delta) -> int:
    verdict = submit(opened.id, by, Submission(own_client_id(origin), 1, opened.head.version, change))
    if isinstance(verdict, Refused):
        raise refusal(verdict)
    return verdict.version
