"""From submissions to revisions: judge all that wait, in order; commit them as one batch; tell.

The steps stand in the order in which they happen. Nobody is told anything before the database has decided.
"""

import asyncio
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collab import metrics
from collab.attempt import Attempt, Trial
from collab.connection import Connection
from collab.database import BROKEN
from collab.tasks import log_failure
from documents.commit import Committed, Denied, Outcome, OutcomeUnknown
from protocol.authority import Duplicate, Refused, Submission, Verdict, rebase
from protocol.delta import Delta
from protocol.errors import ERRORS, ProtocolError
from protocol.ground import Ground
from protocol.messages import Ack, Rejected, SlowDown

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
                metrics.answered(verdict)
                self.connection.outbound.ack(Ack(seq=self.submission.seq, version=version))
            case Refused(code) if ERRORS[code].close:
                # Not the change is wrong but whoever sends it: it stays pending, with its author.
                self.connection.end(code)
            case Refused(code):
                metrics.answered(verdict)
                reason = self.error if self.error and self.error.code == code else ERRORS[code]
                self.connection.tell(Rejected(seq=self.submission.seq, code=code, message=reason.message))

    def put_off(self, seconds: float = RETRY_AFTER) -> None:
        """Tells its connection that it was not taken, and may come again."""
        metrics.put_off()
        self.connection.tell(SlowDown(retry_after=round(seconds, 3), seq=self.submission.seq))


async def settle(room: "Room", batch: list[Waiting]) -> None:
    """Brings each submission to its answer. Raises what the database raises when it stays away."""
    for attempt in range(ATTEMPTS):
        try:
            trial = Trial(room, batch, await _ground(room, batch))
        except BROKEN:  # nothing was sent to the database, so this much is known: it was not taken
            break
        outcome = await _commit(room, trial)
        if isinstance(outcome, Committed):
            room.advance(trial.attempt, outcome.missed)
            metrics.settled(len(batch), len(trial.attempt.revisions), bool(outcome.missed))
            for waiting, verdict in zip(batch, trial.attempt.verdicts, strict=True):
                waiting.answer(verdict)
            return
        if isinstance(outcome, Denied):
            batch = _answer_denied(batch, trial.attempt, outcome)
        else:
            if outcome is not None:
                metrics.judged_again.inc()
            room.clients.doubt(waiting.submission.client_id for waiting in batch)
            await room.recover()
            await asyncio.sleep(random.uniform(0, min(PAUSE * 2**attempt, LONGEST_PAUSE)))  # noqa: S311
        if not batch:
            return
    for waiting in batch:
        waiting.put_off()


async def _ground(room: "Room", batch: Iterable[Waiting]) -> Ground:
    """Reads what the judgement needs: whose client ids these are, and the log, where they know more of it."""
    clients = {waiting.submission.client_id: await room.clients.row(waiting.submission.client_id) for waiting in batch}
    newest = max(waiting.submission.base_version for waiting in batch)
    if max(newest, *(client.version for client in clients.values() if client), 0) > room.version:
        await room.recover()
        clients = {client_id: await room.clients.row(client_id) for client_id in clients}
    committed_at = {}
    for waiting in batch:
        name = waiting.submission.client_id, waiting.submission.seq
        client = clients[waiting.submission.client_id]
        if client and waiting.submission.seq < client.acked_seq:
            committed_at[name] = await room.clients.committed_at(*name)
        await _bring_to_head(room, waiting)
    found = {name: version for name, version in committed_at.items() if version is not None}
    return Ground(room.head, room.digest, room.log.deltas, clients, found)


async def _bring_to_head(room: "Room", waiting: Waiting) -> None:
    """Rewrites a submission over what the room has, in turns with others on the event loop where that is much."""
    if waiting.version < room.log.in_memory_after:
        await room.bring_near(waiting)
    since = room.log.deltas(waiting.version) if waiting.version < room.version else None
    if since:
        await waiting.rebase(since)


async def _commit(room: "Room", trial: Trial) -> Outcome | None:
    """What became of the batch; None where nobody knows."""
    batch = trial.batch()
    if batch.is_empty:
        return Committed()
    try:
        return await room.process.committer.commit(batch)
    except OutcomeUnknown:
        return None
    except Exception as error:
        log_failure(error)
        return None


def _answer_denied(batch: list[Waiting], tried: Attempt, denied: Denied) -> list[Waiting]:
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
