"""The only writer of revisions: one transaction, guarded by version, before anyone is told."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, connection, models, transaction
from django.db.models import Value

from accounts.principals import Principal, alive
from documents import rights
from documents.models import ClientPosition, Document, Rejection, Revision
from documents.signals import revision_committed
from protocol.delta import Delta
from protocol.digest import canonical
from protocol.errors import ERRORS

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

    `rejected` holds, by client id and person, the highest seq that is to be refused for good.
    """

    document_id: UUID
    base_version: int
    revisions: tuple[NewRevision, ...]
    length: int
    rejected: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        versions = [revision.version for revision in self.revisions]
        first = self.base_version + 1
        if not (versions or self.rejected) or versions != list(range(first, first + len(versions))):
            raise ValueError("a batch holds the versions that follow its base, without gaps")
        highest: dict[str, int] = {}
        for revision in self.revisions:
            if revision.seq <= highest.get(revision.client_id, 0):
                raise ValueError("the seqs of a client id rise within a batch")
            highest[revision.client_id] = revision.seq

    @property
    def version(self) -> int:
        """The version of the document after the batch."""
        return self.base_version + len(self.revisions)


@dataclass(frozen=True, slots=True)
class Committed:
    """The batch is in the database for good."""


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
    with _typed_errors(), transaction.atomic():
        judged = _judge(batches)
        _reject(batches, judged)
        accepted = [
            batch for batch, outcome in zip(batches, judged, strict=True) if outcome == Committed() and batch.revisions
        ]
        _write(accepted)
        for batch in accepted:
            transaction.on_commit(partial(_tell, batch), robust=True)
    return judged


@contextmanager
def _typed_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, IntegrityError) as error:
        # A foreign key that broke at COMMIT (a person deleted meanwhile) is judged rightly at the next try.
        # A connection that broke is closed by the transaction's end: the next try has a new one.
        raise OutcomeUnknown from error


def _tell(batch: Batch) -> None:
    revision_committed.send(
        Document, document_id=batch.document_id, base_version=batch.base_version, version=batch.version
    )


# -- judging, with the documents' rows held ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database says, inside the transaction, about all that is to be committed."""

    documents: dict[UUID, Document]
    may_act: set[Principal]
    roles: dict[tuple[UUID, str], str]
    owners: dict[tuple[UUID, str], str | None]
    highest: dict[tuple[UUID, str], int]
    rejected: dict[tuple[UUID, str, str | None], int]


def _judge(batches: Sequence[Batch]) -> list[Outcome]:
    known = _read(batches)
    return [_outcome(batch, known) for batch in batches]


def _read(batches: Sequence[Batch]) -> _Known:
    # The rows first and in the order of their ids, so that no two transactions wait for each other.
    rows = Document.objects.filter(pk__in=[batch.document_id for batch in batches]).order_by("pk")
    held = rows.only("version", "state", "owner_id").select_for_update(no_key=True)
    documents = {document.pk: document for document in held}
    everyone = {revision.principal for batch in batches for revision in batch.revisions if revision.principal}
    roles = rights.member_roles(documents, {principal.user_id for principal in everyone})
    roles |= {(document.pk, str(document.owner_id)): "owner" for document in documents.values()}
    client_ids = {revision.client_id for batch in batches for revision in batch.revisions}
    known = _Known(documents, alive(everyone), roles, {}, {}, {})
    of_these = {"document__in": documents, "client_id__in": client_ids}
    names = "document_id", "client_id", "user_id"
    committed = ClientPosition.objects.filter(**of_these).values_list(Value(True), *names, "acked_seq")
    rejected = Rejection.objects.filter(**of_these).values_list(Value(False), *names, "seq")
    for is_committed, document_id, client_id, user_id, seq in committed.union(rejected, all=True):
        owner = str(user_id) if user_id else None
        if is_committed:
            known.owners[document_id, client_id] = owner
            known.highest[document_id, client_id] = seq
        else:
            known.rejected[document_id, client_id, owner] = seq
    return known


def _outcome(batch: Batch, known: _Known) -> Outcome:
    document = known.documents.get(batch.document_id)
    if document is None:
        return Denied(dict.fromkeys((revision.name for revision in batch.revisions), "not_found"))
    late = [revision for revision in batch.revisions if _is_late(batch, revision, known)]
    # What is in already must never be answered as refused, whatever else holds: the caller finds it in the log.
    if document.version != batch.base_version or _any_committed(batch, late):
        return Conflict()
    too_old = {revision.name: "seq_too_old" for revision in late}
    refused = {revision.name: code for revision in batch.revisions if (code := _refusal(document, revision, known))}
    codes = too_old | refused
    return Denied(codes) if codes else Committed()


def _is_late(batch: Batch, revision: NewRevision, known: _Known) -> bool:
    key, owner = (batch.document_id, revision.client_id), revision.owner_id
    committed = known.highest.get(key, 0) if known.owners.get(key) == owner else 0
    return revision.seq <= max(committed, known.rejected.get((*key, owner), 0))


def _any_committed(batch: Batch, late: Sequence[NewRevision]) -> bool:
    if not late:
        return False
    rows = Revision.objects.filter(
        document=batch.document_id,
        client_id__in={revision.client_id for revision in late},
        seq__in={revision.seq for revision in late},
    )
    return not {revision.name for revision in late}.isdisjoint(rows.values_list("client_id", "seq"))


def _refusal(document: Document, revision: NewRevision, known: _Known) -> str | None:
    principal = revision.principal
    if principal is None:
        code = rights.refusal("owner", rights.SCOPES, document.state)
    elif principal not in known.may_act:
        code = "unauthenticated"
    else:
        role = known.roles.get((document.pk, principal.user_id))
        code = rights.refusal(role, principal.scopes, document.state)
    return code or _taken(document, revision, known)


def _taken(document: Document, revision: NewRevision, known: _Known) -> str | None:
    # A new client id becomes its first author's, for the rest of the batch too.
    owner = known.owners.setdefault((document.pk, revision.client_id), revision.owner_id)
    return None if owner == revision.owner_id else "client_id_taken"


# -- rejecting, in the same transaction: what the head does not hold by now, it never will ------------

REJECTION = ("document", "client_id", "user", "seq")
REJECT = (
    "INSERT INTO documents_rejection (document_id, client_id, user_id, seq) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (document_id, client_id, user_id)"
    " DO UPDATE SET seq = excluded.seq WHERE excluded.seq > documents_rejection.seq"
)


def _reject(batches: Sequence[Batch], judged: Sequence[Outcome]) -> None:
    rows = [
        (batch.document_id, client_id, user_id, seq)
        for batch, outcome in zip(batches, judged, strict=True)
        for (client_id, user_id), seq in _rejected(batch, outcome).items()
    ]
    if rows:
        _executemany(REJECT, Rejection, REJECTION, rows)


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

HEAD = ("version", "digest", "length", "updated_at", "id", "version")
MOVE_HEAD = (
    "UPDATE documents_document SET version = %s, digest = %s, length = %s, updated_at = %s"
    " WHERE id = %s AND version = %s AND state = 'open'"
)
REVISION = ("document", "version", "client_id", "seq", "user", "at", "delta", "digest")
INSERT_REVISION = (
    "INSERT INTO documents_revision (document_id, version, client_id, seq, user_id, at, delta, digest)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
POSITION = ("document", "client_id", "user", "acked_seq", "version")
MOVE_POSITION = (
    "INSERT INTO documents_clientposition (document_id, client_id, user_id, acked_seq, version)"
    " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (document_id, client_id)"
    " DO UPDATE SET acked_seq = excluded.acked_seq, version = excluded.version"
)


def _write(batches: Sequence[Batch]) -> None:
    if not batches:
        return
    moved = _executemany(MOVE_HEAD, Document, HEAD, [_head(batch) for batch in batches])
    if moved != len(batches):
        raise OperationalError("a document moved although its row was held")
    _executemany(INSERT_REVISION, Revision, REVISION, [row for batch in batches for row in _revisions(batch)])
    _executemany(MOVE_POSITION, ClientPosition, POSITION, [row for batch in batches for row in _positions(batch)])


def _head(batch: Batch) -> tuple[Any, ...]:
    last = batch.revisions[-1]
    return batch.version, last.digest, batch.length, last.at, batch.document_id, batch.base_version


def _revisions(batch: Batch) -> Iterator[tuple[Any, ...]]:
    for new in batch.revisions:
        text = canonical(new.delta)
        yield batch.document_id, new.version, new.client_id, new.seq, new.user_id, new.at, text, new.digest


def _positions(batch: Batch) -> Iterator[tuple[Any, ...]]:
    last = {revision.client_id: revision for revision in batch.revisions}
    for new in last.values():
        yield batch.document_id, new.client_id, new.owner_id, new.seq, new.version


def _executemany(sql: str, model: type[models.Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
    """Runs `sql` for each row and answers how many rows it touched; values are prepared by the fields of these names.

    By hand, for the ORM's bulk writes cost several times as much here.
    """
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    prepared = [
        [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, prepared)
        return int(cursor.rowcount)
