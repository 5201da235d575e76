"""What the database says, inside the commit's transaction, about all that is to be committed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from accounts import rows
from accounts.budgets import ask as ask_budgets
from accounts.principals import Principal, ask_alive
from accounts.rows import Found, Journey, Row
from documents import history, rights
from protocol.messages import Revision

# Revisions of others that are read while the documents' rows are held.
MOST_MISSED = 100


class HeldDocument(NamedTuple):
    """A document as its row has it, which this transaction holds."""

    id: UUID
    version: int
    state: str
    owner_id: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the documents, people and client ids of a commit stand.

    `budgets` tells how many changes an agent may still make, and what it may is taken off it as it is judged.
    `owners` (whose a client id is) and `highest` (its highest seq) go by document and client id, `rejected` (the
    highest seq refused for good) by person too.
    """

    documents: dict[UUID, HeldDocument]
    may_act: set[Principal]
    roles: dict[tuple[UUID, str], str]
    owners: dict[tuple[UUID, str], str | None]
    highest: dict[tuple[UUID, str], int]
    rejected: dict[tuple[UUID, str, str | None], int]
    budgets: dict[str, int]


def read(
    document_ids: Collection[UUID],
    principals: Collection[tuple[UUID, Principal]],
    client_ids: Collection[tuple[UUID, str]],
) -> Standing:
    """Holds the documents' rows until the transaction ends, and reads what their people and client ids may do."""
    journey = Journey()
    # The rows first and in the order of their ids, so that no two transactions wait for each other.
    lock = " FOR NO KEY UPDATE" if connection.features.has_select_for_no_key_update else ""
    held = journey.select(DOCUMENTS + lock, [rows.stored(document_id) for document_id in document_ids])
    members = rights.ask_member_roles(journey, {(document_id, who.user_id) for document_id, who in principals})
    may_act = ask_alive(journey, {who for _, who in principals})
    pairs = [(rows.stored(document_id), client_id) for document_id, client_id in client_ids]
    seqs = journey.select_pairs(SEQS, pairs)
    budgets = ask_budgets(journey, {who.user_id for _, who in principals if who.is_agent})
    journey.make()
    documents = {document.id: document for document in map(_document, held)}
    roles = members() | {(document.id, document.owner_id): "owner" for document in documents.values()}
    roles = _with_indirect(roles, {(document_id, who.user_id) for document_id, who in principals})
    standing = Standing(documents, may_act(), roles, {}, {}, {}, budgets())
    _add_seqs(standing, seqs)
    return standing


def _with_indirect(roles: rights.Roles, pairs: Collection[tuple[UUID, str]]) -> rights.Roles:
    """The roles with those by groups and links, asked for only where someone may not edit without: most may."""
    short = [pair for pair in pairs if "edit" not in rights.CAPABILITIES.get(roles.get(pair, ""), ())]
    if not short:
        return roles
    journey = Journey()
    indirect = rights.ask_indirect_roles(journey, short)
    journey.make()
    return rights.highest([*roles.items(), *indirect().items()])


DOCUMENTS = "SELECT id, version, state, owner_id FROM documents_document WHERE id IN ({}) ORDER BY id"


def _document(row: Row) -> HeldDocument:
    document_id, version, state, owner_id = row
    return HeldDocument(rows.uuid(document_id), version, state, rows.text(owner_id))


SEQS = (
    "SELECT 1, document_id, client_id, user_id, acked_seq FROM documents_clientposition"
    " WHERE (document_id, client_id) IN {} UNION ALL"
    " SELECT 0, document_id, client_id, user_id, seq FROM documents_rejection WHERE (document_id, client_id) IN {}"
)


def _add_seqs(standing: Standing, seqs: Found) -> None:
    for committed, stored_id, client_id, stored_user_id, seq in seqs:
        document_id = rows.uuid(stored_id)
        user_id = rows.text(stored_user_id) if stored_user_id else None
        if committed:
            standing.owners[document_id, client_id] = user_id
            standing.highest[document_id, client_id] = seq
        else:
            standing.rejected[document_id, client_id, user_id] = seq


MISSED = (
    "SELECT version, client_id, seq, user_id, at, delta FROM documents_revision"
    " WHERE document_id = {} AND version > {} AND delta IS NOT NULL ORDER BY version"
)


def read_missed(documents: Iterable[tuple[HeldDocument, int]]) -> dict[UUID, tuple[Revision, ...]]:
    """What was committed to documents since these versions; of each all or, where it is much or not kept, nothing."""
    moved = [(held, base) for held, base in documents if 0 < held.version - base <= MOST_MISSED]
    journey = Journey()
    found = [journey.select(MISSED, [rows.stored(held.id)], [base]) for held, base in moved]
    journey.make()
    missed = {held.id: tuple(map(_revision, rows_of)) for (held, _), rows_of in zip(moved, found, strict=True)}
    return {held.id: missed[held.id] for held, base in moved if len(missed[held.id]) == held.version - base}


def _revision(row: Row) -> Revision:
    version, client_id, seq, user_id, at, delta = row
    return history.message(version, client_id, seq, rows.text(user_id) if user_id else None, rows.aware(at), delta)
