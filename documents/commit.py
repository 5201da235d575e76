"""The only writer of revisions: one transaction, guarded by version, before anyone is told."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from accounts import budgets, rows
from accounts.models import User
from accounts.principals import Principal
from accounts.rows import Journey, Row
from documents import rights
from documents.models import Document, Revision
from documents.signals import revision_committed
from documents.standing import HeldDocument, Standing, read, read_missed
from protocol.delta import Delta
from protocol.errors import ERRORS
from protocol.messages import Revision as RevisionMessage

# Ids that start with this are the server's own (`@restore`), outside the clients' alphabet; no person owns them.
SERVER_ID = "@"


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A revision to be committed; `principal` None means that the server itself makes the change."""

    version: int
    client_id: str
    seq: int
    principal: Principal | None
    at: datetime
    delta: Delta
    digest: str

    @property
    def name(self) -> tuple[str, int]:
        return self.client_id, self.seq

    @property
    def user_id(self) -> str | None:
        return self.principal.user_id if self.principal else None

    @property
    def owner_id(self) -> str | None:
        """Whose the client id is by this revision; the server's own ids are nobody's."""
        return None if self.client_id.startswith(SERVER_ID) else self.user_id


@dataclass(frozen=True, slots=True)
class Batch:
    """The revisions that follow `base_version` in one document, which is `length` UTF-16 units long after them.

    `rejected` holds, by client id and person, the highest seq that is to be refused for good. `again` makes the batch
    anew after the revisions that others committed since `base_version`: while the document's row is held, so that
    nobody is first another time.
    """

    document_id: UUID
    base_version: int
    revisions: tuple[NewRevision, ...]
    length: int
    rejected: Mapping[tuple[str, str], int] = field(default_factory=dict)
    again: "Callable[[Sequence[RevisionMessage]], Batch] | None" = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        versions = [revision.version for revision in self.revisions]
        first = self.base_version + 1
        if versions != list(range(first, first + len(versions))):
            raise ValueError("a batch holds the versions that follow its base, without gaps")
        highest: dict[str, int] = {}
        for revision in self.revisions:
            if revision.seq <= highest.get(revision.client_id, 0):
                raise ValueError("the seqs of a client id rise within a batch")
            highest[revision.client_id] = revision.seq

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to commit."""
        return not (self.revisions or self.rejected)

    @property
    def names(self) -> set[tuple[str, int]]:
        """Of the submissions that it holds, client_id and seq."""
        return {revision.name for revision in self.revisions}

    @property
    def version(self) -> int:
        """The version of the document after the batch."""
        return self.base_version + len(self.revisions)


@dataclass(frozen=True, slots=True)
class Committed:
    """The batch is in the database for good, after `missed`: revisions of others, over which it was made anew."""

    missed: tuple[RevisionMessage, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing of the batch is in: the document has moved on. Read the log, judge the submissions anew."""


@dataclass(frozen=True, slots=True)
class Denied:
    """Nothing of the batch is in: these `(client_id, seq)` may not be, for these codes. The rest may be tried anew."""

    codes: dict[tuple[str, int], str]


Outcome = Committed | Conflict | Denied


def is_noted(code: str) -> bool:
    """Whether a submission refused by `code` is noted: the answer is final, though the submission might pass later."""
    return ERRORS[code].close is None and code != "seq_too_old"


class OutcomeUnknown(Exception):
    """The database was busy, or went away meanwhile. Read head and log again before telling anyone anything."""


def commit(batches: Sequence[Batch]) -> list[Outcome]:
    """Commits the batches of different documents in one transaction; each stands or falls alone.

    Answers in the order of `batches`. Raises OutcomeUnknown where the database failed.
    """
    if len({batch.document_id for batch in batches}) != len(batches):
        raise ValueError("one batch for each document")
    if not batches:
        return []
    with _typed_errors(), transaction.atomic():
        judged = _judge(batches)
        _reject(judged)
        accepted = [batch for batch, outcome in judged if isinstance(outcome, Committed) and batch.revisions]
        _write(accepted)
    for batch in accepted:
        _tell(batch)
    return [outcome for _, outcome in judged]


@contextmanager
def _typed_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, IntegrityError) as error:
        # A foreign key that broke at COMMIT (a person deleted meanwhile) is judged rightly at the next try.
        # A connection that broke is closed by the transaction's end: the next try has a new one.
        raise OutcomeUnknown from error


def _tell(batch: Batch) -> None:
    revision_committed.send_robust(
        Document, document_id=batch.document_id, base_version=batch.base_version, version=batch.version
    )


# -- judging, with the documents' rows held ---------------------------------------------------------


def _judge(batches: Sequence[Batch]) -> list[tuple[Batch, Outcome]]:
    everything = [(batch.document_id, revision) for batch in batches for revision in batch.revisions]
    standing = read(
        [batch.document_id for batch in batches],
        {(document_id, revision.principal) for document_id, revision in everything if revision.principal},
        {(document_id, revision.client_id) for document_id, revision in everything},
    )
    missed = read_missed(
        (held, batch.base_version)
        for batch in batches
        if batch.again and (held := standing.documents.get(batch.document_id))
    )
    return [_judged(batch, missed.get(batch.document_id, ()), standing) for batch in batches]


def _judged(batch: Batch, missed: tuple[RevisionMessage, ...], standing: Standing) -> tuple[Batch, Outcome]:
    """The batch, made anew where others were first, and what becomes of it."""
    tried = batch
    if missed and batch.again:
        batch = batch.again(missed)
    # Of whom it refused before, and does not any more, nothing was read.
    outcome = _outcome(batch, standing) if batch.names <= tried.names else Conflict()
    return batch, Committed(missed) if outcome == Committed() else outcome


def _outcome(batch: Batch, standing: Standing) -> Outcome:
    document = standing.documents.get(batch.document_id)
    if document is None:
        return Denied(dict.fromkeys((revision.name for revision in batch.revisions), "not_found"))
    late = [revision for revision in batch.revisions if _is_late(batch, revision, standing)]
    # What is in already must never be answered as refused, whatever else holds: the caller finds it in the log.
    if document.version != batch.base_version or _any_committed(batch, late):
        return Conflict()
    too_old = {revision.name: "seq_too_old" for revision in late}
    refused = {revision.name: code for revision in batch.revisions if (code := _refusal(document, revision, standing))}
    codes = too_old | refused
    return Denied(codes) if codes else Committed()


def _is_late(batch: Batch, revision: NewRevision, standing: Standing) -> bool:
    key, owner = (batch.document_id, revision.client_id), revision.owner_id
    committed = standing.highest.get(key, 0) if standing.owners.get(key) == owner else 0
    return revision.seq <= max(committed, standing.rejected.get((*key, owner), 0))


def _any_committed(batch: Batch, late: Sequence[NewRevision]) -> bool:
    if not late:
        return False
    found = Revision.objects.filter(
        document=batch.document_id,
        client_id__in={revision.client_id for revision in late},
        seq__in={revision.seq for revision in late},
    )
    return not {revision.name for revision in late}.isdisjoint(found.values_list("client_id", "seq"))


def _refusal(document: HeldDocument, revision: NewRevision, standing: Standing) -> str | None:
    principal = revision.principal
    if principal is None:
        code = rights.refusal("owner", rights.SCOPES, document.state)
    elif principal not in standing.may_act:
        code = "unauthenticated"
    else:
        role = standing.roles.get((document.id, principal.user_id))
        code = rights.refusal(role, principal.scopes, document.state)
    return code or _taken(document, revision, standing) or _overspent(principal, standing)


def _taken(document: HeldDocument, revision: NewRevision, standing: Standing) -> str | None:
    # A new client id becomes its first author's, for the rest of the batch too.
    owner = standing.owners.setdefault((document.id, revision.client_id), revision.owner_id)
    return None if owner == revision.owner_id else "client_id_taken"


def _overspent(principal: Principal | None, standing: Standing) -> str | None:
    if principal is None or principal.user_id not in standing.budgets:
        return None
    standing.budgets[principal.user_id] -= 1
    return "over_budget" if standing.budgets[principal.user_id] < 0 else None


# -- rejecting, in the same transaction: what the head does not hold by now, it never will ------------

REJECT = (
    "INSERT INTO documents_rejection (document_id, client_id, user_id, seq) VALUES {}"
    " ON CONFLICT (document_id, client_id, user_id)"
    " DO UPDATE SET seq = excluded.seq WHERE excluded.seq > documents_rejection.seq"
)


def _reject(judged: Sequence[tuple[Batch, Outcome]]) -> None:
    rejected = [
        (batch.document_id, client_id, user_id, seq)
        for batch, outcome in judged
        for (client_id, user_id), seq in _rejected(batch, outcome).items()
    ]
    if rejected:
        # Whoever is gone sends nothing again, and a row of theirs would fail the whole.
        there = {str(pk) for pk in User.objects.in_bulk([user_id for _, _, user_id, _ in rejected])}
        kept = [
            (rows.stored(document_id), client_id, rows.stored(user_id), seq)
            for document_id, client_id, user_id, seq in rejected
            if user_id in there
        ]
        journey = Journey()
        journey.run(REJECT, kept)
        journey.make()


def _rejected(batch: Batch, outcome: Outcome) -> Mapping[tuple[str, str], int]:
    match outcome:
        case Committed():
            return batch.rejected
        case Denied(codes):
            # Seqs rise within a batch: the last one is the highest.
            return {
                (new.client_id, new.owner_id): new.seq
                for new in batch.revisions
                if new.owner_id and new.name in codes and is_noted(codes[new.name])
            }
        case Conflict():
            return {}


# -- writing: three statements, however many revisions ----------------------------------------------

MOVE_HEADS = (
    "UPDATE documents_document AS document"
    " SET version = moved.column3, digest = moved.column4, length = moved.column5, updated_at = moved.column6,"
    " size = document.size + moved.column7"
    " FROM (VALUES {}) AS moved"
    " WHERE document.id = moved.column1 AND document.version = moved.column2 AND document.state = 'open'"
)
INSERT_REVISIONS = (
    "INSERT INTO documents_revision (document_id, version, client_id, seq, user_id, at, delta, digest) VALUES {}"
)
MOVE_POSITIONS = (
    "INSERT INTO documents_clientposition (document_id, client_id, user_id, acked_seq, version) VALUES {}"
    " ON CONFLICT (document_id, client_id) DO UPDATE SET acked_seq = excluded.acked_seq, version = excluded.version"
)


def _write(batches: Sequence[Batch]) -> None:
    if not batches:
        return
    journey = Journey()
    moved = journey.run(MOVE_HEADS, [_head(batch) for batch in batches])
    journey.run(INSERT_REVISIONS, [row for batch in batches for row in _revisions(batch)])
    journey.run(MOVE_POSITIONS, [row for batch in batches for row in _positions(batch)])
    budgets.spend(journey, _changes_of_agents(batches))
    journey.make()
    if moved.touched != len(batches):
        raise OperationalError("a document moved although its row was held")


def _changes_of_agents(batches: Sequence[Batch]) -> Counter[str]:
    makers = (revision.principal for batch in batches for revision in batch.revisions)
    return Counter(principal.user_id for principal in makers if principal and principal.is_agent)


def _head(batch: Batch) -> Row:
    last = batch.revisions[-1]
    document_id = rows.stored(batch.document_id)
    at, size = rows.moment(last.at), sum(_size(new.delta.json) for new in batch.revisions)
    return document_id, batch.base_version, batch.version, last.digest, batch.length, at, size


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _revisions(batch: Batch) -> Iterator[Row]:
    document_id = rows.stored(batch.document_id)
    for new in batch.revisions:
        user_id = new.user_id and rows.stored(new.user_id)
        at, delta = rows.moment(new.at), new.delta.json
        yield document_id, new.version, new.client_id, new.seq, user_id, at, delta, new.digest


def _positions(batch: Batch) -> Iterator[Row]:
    document_id = rows.stored(batch.document_id)
    last = {revision.client_id: revision for revision in batch.revisions}
    for new in last.values():
        yield document_id, new.client_id, new.owner_id and rows.stored(new.owner_id), new.seq, new.version
