"""A change from anywhere but a socket: judged by the same authority, written by the same commit."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from uuid import UUID, uuid4

from django.utils import timezone

from accounts import budgets
from accounts.principals import Principal
from documents import history, rights, snapshots
from documents.commit import SERVER_ID, Batch, Committed, Denied, NewRevision, Outcome, OutcomeUnknown, commit, is_noted
from documents.history import OpenDocument
from protocol import digest
from protocol.authority import Accepted, Duplicate, Head, Refused, Submission, Verdict, judge
from protocol.content import Content
from protocol.delta import Delta
from protocol.errors import ProtocolError
from protocol.ground import Ground, Name
from protocol.messages import Revision

ATTEMPTS = 8
PAUSE = 0.02
# A base further back than this is refused: the client reads the document again.
MOST_BEHIND = 20_000
# Revisions over which a change is rewritten while the commit holds the document.
MOST_ANEW = 500


def submit(document_id: UUID, principal: Principal | None, submission: Submission, at: int | None = None) -> Verdict:
    """Brings a change into the document, and where `at` is given only while that is its version.

    `principal` None is the server itself. Raises not_found where there is no such document, precondition_failed where
    it is at another version, and rate_limited where it is too busy: send the same again later.
    """

    def made(head: Head) -> Submission:
        return submission

    return _insist(document_id, Change(principal, submission.client_id, submission.seq, made, anew=at is None), at)


def refusal(verdict: Refused) -> ProtocolError:
    """The refusal of a change, as it is told over REST: a spent budget with when there is another."""
    retry_after = budgets.seconds_left() if verdict.code == "over_budget" else None
    return ProtocolError(verdict.code, retry_after=retry_after)


def own_client_id(origin: str) -> str:
    """A client id for one change of the server's own, which is made once however often it is tried."""
    return f"{SERVER_ID}{origin}-{uuid4().hex}"


def write(document_id: UUID, principal: Principal | None, origin: str, change: Callable[[Content], Delta]) -> Verdict:
    """Makes a change of the server's own (`origin`: restore, seed) of whatever the document then holds.

    Raises like `submit`.
    """
    client_id = own_client_id(origin)

    def made(head: Head) -> Submission:
        return Submission(client_id, 1, head.version, change(head.content))

    # Making it may take long: not while the commit holds the document.
    return _insist(document_id, Change(principal, client_id, 1, made, anew=False))


@dataclass
class Change:
    """A change on its way: `made` of a head, judged on the ground around it, and made anew where others were first."""

    principal: Principal | None
    client_id: str
    seq: int
    made: Callable[[Head], Submission]
    anew: bool = True
    opened: OpenDocument = field(init=False)
    verdict: Verdict = field(init=False)
    # The digest of the revision that it makes, where it is accepted.
    chained: str = field(init=False)
    _refusal: str | None = field(init=False)
    _found: Ground = field(init=False)
    _ground: Ground = field(init=False)
    _submission: Submission = field(init=False)

    @property
    def name(self) -> Name:
        return self.client_id, self.seq

    @property
    def user_id(self) -> str | None:
        """Who has to own the client id; the server's own are nobody's."""
        return None if self.client_id.startswith(SERVER_ID) or self.principal is None else self.principal.user_id

    def open(self, document_id: UUID) -> None:
        """Reads the document, and judges the change on it. Raises not_found."""
        # Read before the document is, so that neither knows of anything that the head does not hold.
        client = history.client_row(document_id, self.client_id)
        committed_at = history.committed_at(document_id, *self.name)
        self.opened = opened = history.open_document(document_id)
        known = {} if committed_at is None else {self.name: committed_at}
        self._refusal = _refusal(opened, self.principal)
        since = cache(partial(_since, opened))
        self._found = Ground(opened.head, opened.digest, since, {self.client_id: client}, known)
        self._judge(self._found)

    def again(self, missed: Sequence[Revision]) -> Batch:
        """The batch after these revisions, too, which others have committed meanwhile; called by the commit."""
        self._judge(self._found.after(missed))
        return self.batch()

    def _judge(self, ground: Ground) -> None:
        self._ground = ground
        self._submission = submission = self.made(ground.head)
        client = ground.clients[self.client_id]
        self.verdict = judge(
            ground.head,
            submission,
            user_id=self.user_id,
            client=client,
            committed_at=ground.version_of(self.name, client),
            since=ground.since(submission.base_version),
            refusal=self._refusal,
        )

    def batch(self) -> Batch:
        """What is to be committed: the revision, or that it was rejected for good; nothing where it is a duplicate."""
        before = self._ground.head
        is_near = before.version - self._submission.base_version <= MOST_ANEW
        again = self.again if self.anew and is_near else None
        if isinstance(self.verdict, Accepted):
            revision = self._revision(self.verdict)
            length = self.verdict.head.content.length
            return Batch(self.opened.id, before.version, (revision,), length, again=again)
        rejected = self._rejected(self.verdict)
        return Batch(self.opened.id, before.version, (), before.content.length, rejected, again)

    def _revision(self, accepted: Accepted) -> NewRevision:
        self.chained = digest.chain(self._ground.digest, accepted.delta)
        at = timezone.now()
        return NewRevision(accepted.version, *self.name, self.principal, at, accepted.delta, self.chained)

    def _rejected(self, verdict: Duplicate | Refused) -> dict[tuple[str, str], int]:
        if self.principal is None or isinstance(verdict, Duplicate) or not is_noted(verdict.code):
            return {}
        return {(self.client_id, self.principal.user_id): self.seq}


def _insist(document_id: UUID, change: Change, at: int | None = None) -> Verdict:
    for attempt in range(ATTEMPTS):
        change.open(document_id)
        if at not in (None, change.opened.head.version) and not isinstance(change.verdict, Duplicate):
            raise ProtocolError("precondition_failed")
        outcome = _outcome(change.batch())
        if isinstance(outcome, Denied):
            return Refused(outcome.codes[change.name])
        if isinstance(outcome, Committed):
            if isinstance(change.verdict, Accepted):
                snapshots.take_if_due(document_id, change.verdict.head, change.chained)
            return change.verdict
        time.sleep(random.uniform(0, PAUSE * 2**attempt))  # noqa: S311 - spreads those who collided
    raise ProtocolError("rate_limited", retry_after=1)


def _outcome(batch: Batch) -> Outcome | None:
    """What became of the batch; None where nobody knows."""
    if batch.is_empty:
        return Committed()
    try:
        [outcome] = commit([batch])
    except OutcomeUnknown:
        return None
    return outcome


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
