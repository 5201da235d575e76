"""One run of a batch of submissions: what would be committed, each seeing those before it. Nothing waits here."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils import timezone

from documents import rights
from documents.commit import Batch, NewRevision, is_noted
from protocol import digest
from protocol.authority import (
    Accepted,
    ClientRow,
    Refused,
    Submission,
    Verdict,
    judge_claim,
    judge_content,
    rebase,
)
from protocol.ground import Ground, Name
from protocol.messages import Revision

if TYPE_CHECKING:
    from collab.room import Room
    from collab.submissions import Waiting


class Attempt:
    """One run of a batch over some ground."""

    def __init__(self, room: "Room", batch: Sequence["Waiting"], ground: Ground) -> None:
        self.ground = ground
        self.head = ground.head
        self.digest = ground.digest
        self.revisions: list[NewRevision] = []
        self.clients: dict[str, ClientRow] = {}
        # By client id and person, the highest seq refused for good.
        self.rejected: dict[tuple[str, str], int] = {}
        self._room = room
        self._named: dict[Name, int] = {}
        self._at = timezone.now()
        self.verdicts = [self._noted(waiting) for waiting in batch]

    def _noted(self, waiting: "Waiting") -> Verdict:
        verdict = self._judge(waiting)
        if isinstance(verdict, Refused) and is_noted(verdict.code):
            key = waiting.submission.client_id, waiting.connection.principal.user_id
            self.rejected[key] = max(waiting.submission.seq, self.rejected.get(key, 0))
        return verdict

    def _judge(self, waiting: "Waiting") -> Verdict:
        submission = waiting.submission
        client = self.clients.get(submission.client_id) or self.ground.clients[submission.client_id]
        verdict = self._verdict(waiting, client)
        if not isinstance(verdict, Accepted):
            return verdict
        if waiting.behind is not None and not self._told(submission.client_id, waiting.behind):
            return Refused("seq_out_of_order")
        self._accept(waiting, verdict, client)
        return verdict

    def _verdict(self, waiting: "Waiting", client: ClientRow | None) -> Verdict:
        submission, user_id = waiting.submission, waiting.connection.principal.user_id
        # First all but the content: a change that is refused anyhow need not be rewritten.
        claim = judge_claim(
            self.head,
            submission,
            user_id=user_id,
            client=client,
            committed_at=self._committed_at(submission, client),
            rejected_seq=self.rejected.get((submission.client_id, user_id), 0),
            refusal=self._refusal(waiting),
        )
        if claim:
            return claim
        since = self.ground.since(waiting.version)
        if since is None:
            return Refused("history_gone")
        delta = rebase(waiting.delta, [*since, *(revision.delta for revision in self.revisions)])
        return judge_content(self.head, delta, self._room.process.limits)

    def _told(self, client_id: str, seq: int) -> bool:
        """Whether its author may have been told of it already: its revision can be sent before it has its answer."""
        client = self.ground.clients[client_id]
        return client is not None and client.acked_seq >= seq

    def _refusal(self, waiting: "Waiting") -> str | None:
        connection, unreadable = waiting.connection, waiting.error
        refusal = rights.refusal(connection.access.role, connection.principal.scopes, self._room.state)
        return refusal or (unreadable.code if unreadable else None)

    def _committed_at(self, submission: Submission, client: ClientRow | None) -> int | None:
        """The version at which the submission already stands."""
        name = submission.client_id, submission.seq
        return self._named[name] if name in self._named else self.ground.version_of(name, client)

    def _accept(self, waiting: "Waiting", accepted: Accepted, client: ClientRow | None) -> None:
        submission, principal = waiting.submission, waiting.connection.principal
        self.head = accepted.head
        self.digest = digest.chain(self.digest, accepted.delta)
        self.revisions.append(
            NewRevision(
                version=accepted.version,
                client_id=submission.client_id,
                seq=submission.seq,
                principal=principal,
                at=self._at,
                delta=accepted.delta,
                digest=self.digest,
            )
        )
        owner = client.user_id if client else principal.user_id
        self.clients[submission.client_id] = ClientRow(owner, submission.seq, accepted.version)
        self._named[submission.client_id, submission.seq] = accepted.version


class Trial:
    """A batch on its way through the commit: where others were first, it is judged anew on what they left."""

    def __init__(self, room: "Room", batch: Sequence["Waiting"], ground: Ground) -> None:
        self._room, self._batch, self._ground = room, batch, ground
        self.attempt = Attempt(room, batch, ground)

    def batch(self) -> Batch:
        """What is to be committed, by the newest attempt."""
        attempt = self.attempt
        return Batch(
            self._room.document_id,
            attempt.ground.head.version,
            tuple(attempt.revisions),
            attempt.head.content.length,
            attempt.rejected,
            self.again,
        )

    def again(self, missed: Sequence[Revision]) -> Batch:
        """The batch after these revisions, too, which others have committed meanwhile; called by the commit."""
        self.attempt = Attempt(self._room, self._batch, self._ground.after(missed))
        return self.batch()
