"""The server's half of an edit: head, revisions since and a submission make a verdict. Pure; nothing is stored here.

The commit checks rights, ownership and seq again, by what the database then holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from . import formats
from .content import Content
from .delta import Delta
from .edits import Edit
from .errors import DeltaError
from .limits import LIMITS, Limits


@dataclass(frozen=True, slots=True)
class Head:
    """A document at its newest version."""

    version: int
    content: Content


@dataclass(frozen=True, slots=True)
class Submission:
    """A change as it was received; a conflict runs it again from this, never from a transformed form."""

    client_id: str
    seq: int
    base_version: int
    delta: Delta


@dataclass(frozen=True, slots=True)
class ClientRow:
    """What is known of a client_id in a document: whose it is, its highest committed seq, and the version that made."""

    user_id: str | None
    acked_seq: int
    version: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """The submission is the next revision: `delta`, as it applies to the head before, makes `head`."""

    delta: Delta
    head: Head

    @property
    def version(self) -> int:
        """The version that the revision makes."""
        return self.head.version


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The submission is already in the document, as revision `version`."""

    version: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The submission is refused for good, with a code of the error table."""

    code: str


Verdict = Accepted | Duplicate | Refused


def judge(
    head: Head,
    submission: Submission,
    *,
    user_id: str | None,
    client: ClientRow | None,
    committed_at: int | None,
    since: Sequence[Delta] | None,
    rejected_seq: int = 0,
    refusal: str | None = None,
    limits: Limits = LIMITS,
) -> Verdict:
    """Judge a submission in the protocol's order: already committed, rights and state, seq and base, content.

    `since` holds the deltas of the revisions after its base_version up to the head (None: no longer kept; anything
    where the base lies above the head); the others are as in `judge_claim`.
    """
    verdict = judge_claim(
        head,
        submission,
        user_id=user_id,
        client=client,
        committed_at=committed_at,
        rejected_seq=rejected_seq,
        refusal=refusal,
    )
    if verdict:
        return verdict
    if since is None:
        return Refused("history_gone")
    if len(since) != head.version - submission.base_version:
        raise ValueError("since must hold each revision after base_version, up to the head")
    return judge_content(head, rebase(submission.delta, since), limits)


def judge_claim(
    head: Head,
    submission: Submission,
    *,
    user_id: str | None,
    client: ClientRow | None,
    committed_at: int | None,
    rejected_seq: int = 0,
    refusal: str | None = None,
) -> Duplicate | Refused | None:
    """All of the judgement but the content; None where only that is left to judge.

    `client` is the row of its client_id, `committed_at` the version where its seq already stands, `rejected_seq` the
    highest that this person was refused under this client_id, `refusal` the code by which this person may not edit this
    document now.
    """
    owns = client is None or client.user_id == user_id
    if owns and committed_at is not None:
        return Duplicate(committed_at)
    code = refusal or (None if owns else "client_id_taken") or _refuse_order(head, submission, client, rejected_seq)
    return Refused(code) if code else None


def judge_content(head: Head, delta: Delta, limits: Limits = LIMITS) -> Accepted | Refused:
    """The last of the judgement: whether the document takes the change, which applies to the head."""
    try:
        formats.check(delta)
        content = head.content.apply(delta)
    except DeltaError as error:
        return Refused(error.code)
    # A document above a lowered limit may still shrink.
    if content.length > max(limits.document, head.content.length):
        return Refused("document_too_large")
    return Accepted(delta, Head(head.version + 1, content))


def rebase(delta: Delta, since: Sequence[Delta]) -> Delta:
    """The change rewritten to apply after the revisions, one at a time: the later one stands left and wins.

    Transforming through their composition would give another result and diverge.
    """
    edit = delta.edit
    for revision in since:
        over = revision.edit
        moved = edit.after(over) if edit and over else None
        if moved is None:
            delta = revision.transform(_moved(delta, edit), False)
            moved = delta.edit
        edit = moved
    return _moved(delta, edit)


def _moved(delta: Delta, edit: Edit | None) -> Delta:
    """The change, now that its one place is another."""
    return delta if edit is None or edit == delta.edit else Delta.of(edit.ops(delta.ops[-1]))


def _refuse_order(head: Head, submission: Submission, client: ClientRow | None, rejected_seq: int) -> str | None:
    if submission.seq <= max(rejected_seq, client.acked_seq if client else 0):
        return "seq_too_old"
    if submission.base_version > head.version:
        return "base_version_ahead"
    if client is not None and submission.base_version < client.version:
        return "base_version_behind"
    return None
