"""A change from anywhere but a socket: judged by the same authority, written by the same commit."""

import random
import time
from collections.abc import Callable
from uuid import UUID, uuid4

from django.utils import timezone

from accounts.principals import Principal
from documents import history, rights, snapshots
from documents.commit import SERVER_ID, Batch, Committed, Denied, NewRevision, Outcome, OutcomeUnknown, commit, is_noted
from documents.history import OpenDocument
from protocol import digest
from protocol.authority import Accepted, Duplicate, Head, Refused, Submission, Verdict, judge
from protocol.content import Content
from protocol.delta import Delta
from protocol.errors import ProtocolError

ATTEMPTS = 8
PAUSE = 0.02
# A base further back than this is refused: the client reads the document again.
MOST_BEHIND = 20_000


def submit(document_id: UUID, principal: Principal | None, submission: Submission) -> Verdict:
    """Brings a change into the document; `principal` None is the server itself.

    Raises not_found where there is no such document, and rate_limited where it is too busy: send the same again later.
    """
    return _insist(document_id, principal, submission.client_id, submission.seq, lambda head: submission)


def write(document_id: UUID, principal: Principal | None, origin: str, change: Callable[[Content], Delta]) -> Verdict:
    """Makes a change of the server's own (`origin`: restore, seed) of whatever the document then holds.

    Raises like `submit`.
    """
    # A client id for this change alone: it is made once, however often it is tried, and meets no other change's seq.
    client_id = f"{SERVER_ID}{origin}-{uuid4().hex}"

    def submission(head: Head) -> Submission:
        return Submission(client_id, 1, head.version, change(head.content))

    return _insist(document_id, principal, client_id, 1, submission)


def _insist(
    document_id: UUID, principal: Principal | None, client_id: str, seq: int, make: Callable[[Head], Submission]
) -> Verdict:
    for attempt in range(ATTEMPTS):
        # Read before the document is, so that neither knows of anything that the head does not hold.
        client = history.client_row(document_id, client_id)
        committed_at = history.committed_at(document_id, client_id, seq)
        opened = history.open_document(document_id)
        submission = make(opened.head)
        verdict = judge(
            opened.head,
            submission,
            user_id=None if client_id.startswith(SERVER_ID) or principal is None else principal.user_id,
            client=client,
            committed_at=committed_at,
            since=_since(opened, submission.base_version),
            refusal=_refusal(opened, principal),
        )
        if isinstance(verdict, Accepted):
            final = _commit(opened, principal, submission, verdict)
        else:
            final = _reject(opened, principal, submission, verdict)
        if final is not None:
            return final
        time.sleep(random.uniform(0, PAUSE * 2**attempt))  # noqa: S311 - spreads those who collided
    raise ProtocolError("rate_limited", retry_after=1)


def _since(opened: OpenDocument, base_version: int) -> list[Delta] | None:
    version = opened.head.version
    if version - base_version > MOST_BEHIND:
        return None
    try:
        return list(history.deltas_between(opened.id, base_version, version))
    except ProtocolError:
        return None


def _refusal(opened: OpenDocument, principal: Principal | None) -> str | None:
    if principal is None:
        return rights.refusal("owner", rights.SCOPES, opened.state)
    return rights.refusal(rights.role_of(opened.id, principal.user_id), principal.scopes, opened.state)


def _commit(
    opened: OpenDocument, principal: Principal | None, submission: Submission, accepted: Accepted
) -> Verdict | None:
    """The verdict that the commit leaves standing, or None: try again."""
    new = NewRevision(
        version=accepted.version,
        client_id=submission.client_id,
        seq=submission.seq,
        principal=principal,
        at=timezone.now(),
        delta=accepted.delta,
        digest=digest.chain(opened.digest, accepted.delta),
    )
    outcome = _outcome(Batch(opened.id, opened.head.version, (new,), accepted.head.content.length))
    if isinstance(outcome, Denied):
        return Refused(outcome.codes[new.name])
    if isinstance(outcome, Committed):
        snapshots.take_if_due(opened.id, accepted.head, new.digest)
        return accepted
    return None


def _reject(
    opened: OpenDocument, principal: Principal | None, submission: Submission, verdict: Duplicate | Refused
) -> Verdict | None:
    """The verdict, once it holds for ever, or None: try again."""
    if principal is None or isinstance(verdict, Duplicate) or not is_noted(verdict.code):
        return verdict
    rejected = {(submission.client_id, principal.user_id): submission.seq}
    batch = Batch(opened.id, opened.head.version, (), opened.head.content.length, rejected)
    return verdict if isinstance(_outcome(batch), Committed) else None


def _outcome(batch: Batch) -> Outcome | None:
    """What became of the batch; None where nobody knows."""
    try:
        [outcome] = commit([batch])
    except OutcomeUnknown:
        return None
    return outcome
