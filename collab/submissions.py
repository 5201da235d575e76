"""From submissions to revisions: judge all that wait, in order; commit them as one batch; on a conflict, again.

The steps stand in the order in which they happen. Nobody is told anything before the database has decided.
"""

import asyncio
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone

from collab.connection import Connection
from collab.database import BROKEN
from collab.tasks import log_failure
from documents import rights
from documents.commit import Batch, Committed, Denied, NewRevision, Outcome, OutcomeUnknown, is_noted
from protocol import digest
from protocol.authority import (
    Accepted,
    ClientRow,
    Duplicate,
    Head,
    Refused,
    Submission,
    Verdict,
    judge_claim,
    judge_content,
    rebase,
)
from protocol.delta import Delta
from protocol.errors import ERRORS, ProtocolError
from protocol.messages import Ack, Rejected, Revision, SlowDown

if TYPE_CHECKING:
    from collab.room import Room

ATTEMPTS = 12
PAUSE = 0.005
LONGEST_PAUSE = 0.5
RETRY_AFTER = 1.0
# Transforms in a row before others on the event loop have a turn.
PORTION = 200


@dataclass(slots=True, eq=False)
class Waiting:
    """A submission that waits for its answer, and how far it was already rewritten over committed revisions.

    `error` says what is wrong with one of which nothing but its seq could be read.
    """

    submission: Submission
    connection: Connection
    error: ProtocolError | None = None
    version: int = field(init=False)
    delta: Delta = field(init=False)
    # The seq of another one of this connection's that had no answer when this came, or None.
    behind: int | None = field(init=False)

    def __post_init__(self) -> None:
        seq, connection = self.submission.seq, self.connection
        self.behind = None if connection.in_flight == seq else connection.in_flight
        if connection.in_flight is None:
            connection.in_flight = seq
        self.version = self.submission.base_version
        self.delta = self.submission.delta

    async def rebase(self, since: Sequence[Delta]) -> None:
        """Rewrites the change over the revisions that follow `version`: committed ones, so that it stays true."""
        for start in range(0, len(since), PORTION):
            portion = since[start : start + PORTION]
            self.delta = rebase(self.delta, portion)
            self.version += len(portion)
            if len(since) > PORTION:
                await asyncio.sleep(0)

    def answer(self, verdict: Verdict) -> None:
        """Tells its connection; of an accepted one, the revision itself tells."""
        if self.connection.in_flight == self.submission.seq:
            self.connection.in_flight = None
        match verdict:
            case Duplicate(version):
                self.connection.outbound.ack(Ack(seq=self.submission.seq, version=version))
            case Refused(code) if ERRORS[code].close:
                # Not the change is wrong but whoever sends it: it stays pending, with its author.
                self.connection.end(code)
            case Refused(code):
                reason = self.error if self.error and self.error.code == code else ERRORS[code]
                self.connection.tell(Rejected(seq=self.submission.seq, code=code, message=reason.message))

    def put_off(self, seconds: float = RETRY_AFTER) -> None:
        """Tells its connection that it was not taken, and may come again."""
        self.connection.tell(SlowDown(retry_after=round(seconds, 3), seq=self.submission.seq))


async def settle(room: "Room", batch: list[Waiting]) -> None:
    """Brings each submission to its answer. Raises what the database raises when it stays away."""
    for attempt in range(ATTEMPTS):
        try:
            await _prepare(room, batch)
            tried = Attempt(room)
            verdicts = [await tried.judge(waiting) for waiting in batch]
        except BROKEN:  # nothing was sent to the database, so this much is known: it was not taken
            break
        outcome = await _commit(room, tried)
        if isinstance(outcome, Committed):
            room.advance(tried)
            for waiting, verdict in zip(batch, verdicts, strict=True):
                waiting.answer(verdict)
            return
        if isinstance(outcome, Denied):
            batch = _answer_denied(batch, tried, outcome)
        else:
            room.clients.doubt(waiting.submission.client_id for waiting in batch)
            await room.recover()
            await asyncio.sleep(random.uniform(0, min(PAUSE * 2**attempt, LONGEST_PAUSE)))  # noqa: S311
        if not batch:
            return
    for waiting in batch:
        waiting.put_off()


async def _prepare(room: "Room", batch: Iterable[Waiting]) -> None:
    """Reads what the judgement needs: whose client ids these are, and the log, where they know more of it."""
    newest = 0
    for waiting in batch:
        client = await room.clients.row(waiting.submission.client_id)
        newest = max(newest, waiting.submission.base_version, client.version if client else 0)
    if newest > room.version:
        await room.recover()
    for waiting in batch:
        if waiting.version < room.log.in_memory_after:
            await room.bring_near(waiting)


async def _commit(room: "Room", tried: "Attempt") -> Outcome | None:
    """What became of the batch; None where nobody knows."""
    if not tried.revisions and not tried.rejected:
        return Committed()
    length = tried.head.content.length
    batch = Batch(room.document_id, room.version, tuple(tried.revisions), length, tried.rejected)
    try:
        return await room.committer.commit(batch)
    except OutcomeUnknown:
        return None
    except Exception as error:
        log_failure(error)
        return None


def _answer_denied(batch: list[Waiting], tried: "Attempt", denied: Denied) -> list[Waiting]:
    """Tells those that the database refused; the others are left, whoever else used their client id and seq."""
    codes = {(*new.name, new.user_id): code for new in tried.revisions if (code := denied.codes.get(new.name))}
    left = []
    for waiting in batch:
        submission, user_id = waiting.submission, waiting.connection.principal.user_id
        code = codes.get((submission.client_id, submission.seq, user_id))
        if code is None:
            left.append(waiting)
        else:
            waiting.answer(Refused(code))
    return left


class Attempt:
    """One run of a batch over the room's head: what would be committed, each seeing those before it."""

    def __init__(self, room: "Room") -> None:
        self.head: Head = room.head
        self.digest = room.digest
        self.revisions: list[NewRevision] = []
        self.clients: dict[str, ClientRow] = {}
        # By client id and person, the highest seq refused for good.
        self.rejected: dict[tuple[str, str], int] = {}
        self._room = room
        self._named: dict[tuple[str, int], int] = {}

    async def judge(self, waiting: Waiting) -> Verdict:
        """What would become of the submission after those judged before it."""
        verdict = await self._judge(waiting)
        if isinstance(verdict, Refused) and is_noted(verdict.code):
            key = waiting.submission.client_id, waiting.connection.principal.user_id
            self.rejected[key] = max(waiting.submission.seq, self.rejected.get(key, 0))
        return verdict

    async def _judge(self, waiting: Waiting) -> Verdict:
        submission = waiting.submission
        client = self.clients.get(submission.client_id) or await self._room.clients.row(submission.client_id)
        verdict = await self._verdict(waiting, client, await self._committed_at(submission, client))
        if not isinstance(verdict, Accepted):
            return verdict
        if waiting.behind is not None and not await self._told(waiting.submission.client_id, waiting.behind):
            return Refused("seq_out_of_order")
        self._accept(waiting, verdict, client)
        return verdict

    async def _verdict(self, waiting: Waiting, client: ClientRow | None, committed_at: int | None) -> Verdict:
        submission, user_id = waiting.submission, waiting.connection.principal.user_id
        # First all but the content: a change that is refused anyhow need not be rewritten.
        claim = judge_claim(
            self.head,
            submission,
            user_id=user_id,
            client=client,
            committed_at=committed_at,
            rejected_seq=self.rejected.get((submission.client_id, user_id), 0),
            refusal=self._refusal(waiting),
        )
        if claim:
            return claim
        since = self._room.log.deltas(waiting.version)
        if since is None:
            return Refused("history_gone")
        await waiting.rebase(since)
        delta = rebase(waiting.delta, [revision.delta for revision in self.revisions])
        return judge_content(self.head, delta, self._room.limits)

    async def _told(self, client_id: str, seq: int) -> bool:
        """Whether its author may have been told of it already: its revision can be sent before it has its answer."""
        client = await self._room.clients.row(client_id)
        return client is not None and client.acked_seq >= seq

    def _refusal(self, waiting: Waiting) -> str | None:
        connection, unreadable = waiting.connection, waiting.error
        refusal = rights.refusal(connection.access.role, connection.principal.scopes, self._room.state)
        return refusal or (unreadable.code if unreadable else None)

    async def _committed_at(self, submission: Submission, client: ClientRow | None) -> int | None:
        """The version at which the submission already stands."""
        name = submission.client_id, submission.seq
        if name in self._named:
            return self._named[name]
        if client is None or submission.seq > client.acked_seq:
            return None
        if submission.seq == client.acked_seq:
            return client.version
        return await self._room.clients.committed_at(*name)

    def _accept(self, waiting: Waiting, accepted: Accepted, client: ClientRow | None) -> None:
        submission, principal = waiting.submission, waiting.connection.principal
        self.head = accepted.head
        self.digest = digest.chain(self.digest, accepted.delta)
        self.revisions.append(
            NewRevision(
                version=accepted.version,
                client_id=submission.client_id,
                seq=submission.seq,
                principal=principal,
                at=timezone.now(),
                delta=accepted.delta,
                digest=self.digest,
            )
        )
        owner = client.user_id if client else principal.user_id
        self.clients[submission.client_id] = ClientRow(owner, submission.seq, accepted.version)
        self._named[submission.client_id, submission.seq] = accepted.version


def messages(revisions: Iterable[NewRevision]) -> list[Revision]:
    """Committed revisions as everyone gets them."""
    return [
        Revision(
            version=new.version,
            client_id=new.client_id,
            seq=new.seq,
            user_id=new.user_id,
            at=new.at,
            delta=new.delta,
        )
        for new in revisions
    ]
