"""What people do with a document other than editing it. REST, the pages and the admin all do it here.

Each act holds the document's row, so that it stands wholly before or wholly after any commit, asks for the right while
it does, and sends its signal once it is committed. `by` is who acts; None is the server or an administrator.
A refusal is a ProtocolError: not_found to those who may not even see the document.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from accounts import agents, audit, guests
from accounts.principals import Principal
from documents import quota, rights
from documents.events.recording import record, record_role
from documents.models import Document, Membership
from documents.names import cleaned
from documents.rights import OfferedRole
from documents.search import titles
from documents.sharing.models import LinkMembership
from documents.signals import access_changed, document_changed
from protocol.errors import ProtocolError
from protocol.messages import DocumentChanged

State = Literal["open", "frozen", "trashed"]
BY_GROUP = "A group lets you into the document. Leave the group, or ask those who share the document."
NO_MEMBER = "That person is not a member of the document."


def create(owner_id: UUID, title: str) -> Document:
    """A new, empty document of `owner_id`. Raises forbidden for a guest or an agent, and quota_exceeded."""
    guests.refuse(owner_id)
    agents.refuse(owner_id)
    quota.require_room(owner_id)
    with transaction.atomic():
        document = Document.objects.create(owner_id=owner_id, title=cleaned(title))
        titles.put(document.pk, document.title)
        after(document_changed, document.pk)
    return document


def rename(document_id: UUID, by: Principal | None, title: str) -> None:
    """Gives the document another title; needs `rename`. Raises invalid_field for an empty or overlong one."""
    with held(document_id) as document:
        require(document, by, "rename")
        document.title = cleaned(title)
        document.save(update_fields=["title"])
        titles.put(document_id, document.title)
        record(document, by, DocumentChanged(title=document.title))
        after(document_changed, document_id)


def move(document_id: UUID, by: Principal | None, state: State) -> None:
    """Opens, freezes or trashes the document, or takes it out of the trash; to be there already is no error.

    Into the trash and out of it needs `trash`, the rest `freeze`. A damaged document comes out of the trash frozen,
    and is not opened (document_damaged).
    """
    with held(document_id) as document:
        require(document, by, "trash" if "trashed" in (document.state, state) else "freeze")
        if document.damage and state == "open":
            if document.state == Document.State.FROZEN:
                raise ProtocolError("document_damaged")
            state = "frozen"
        if document.state == state:
            return
        audit.record(_moving(document, state), by=by, document_id=document_id)
        document.state = state
        document.trashed_at = timezone.now() if state == "trashed" else None
        document.save(update_fields=["state", "trashed_at"])
        record(document, by, DocumentChanged(state=state))
        after(document_changed, document_id)


def _moving(document: Document, state: State) -> str:
    """What the audit log calls it."""
    if document.state == Document.State.TRASHED:
        return "documents.restore"
    return {"open": "documents.open", "frozen": "documents.freeze", "trashed": "documents.trash"}[state]


def note_damage(document_id: UUID, damage: str) -> bool:
    """Keeps what was found wrong with the document, and freezes it; "" where all is well again. Says if this is news.

    What was frozen so stays frozen until someone opens it.
    """
    with held(document_id) as document:
        if document.damage == damage:
            return False
        document.damage = damage
        is_frozen_now = bool(damage) and document.state == Document.State.OPEN
        if is_frozen_now:
            document.state = Document.State.FROZEN
        document.save(update_fields=["damage", "state"])
        record(document, None, DocumentChanged(damaged=bool(damage), state="frozen" if is_frozen_now else None))
        after(document_changed, document_id)
        return True


def delete_for_good(document_id: UUID, trashed_before: datetime) -> None:
    """Deletes a document with its history, if it has been in the trash since before `trashed_before`."""
    with transaction.atomic():
        document = Document.objects.select_for_update().filter(pk=document_id, state=Document.State.TRASHED).first()
        if document is not None and document.trashed_at is not None and document.trashed_at < trashed_before:
            audit.record("documents.purge", by=None, document_id=document_id)
            document.delete()
            after(document_changed, document_id)


def show_history_to_viewers(document_id: UUID, by: Principal | None, shown: bool) -> None:
    """Gives or takes viewers the right `history`; needs `share`."""
    with held(document_id) as document:
        require(document, by, "share")
        audit.record("history.show" if shown else "history.hide", by=by, document_id=document_id)
        document.viewers_see_history = shown
        document.save(update_fields=["viewers_see_history"])
        after(access_changed, document_id, user_id=None)


def make_template(document_id: UUID, by: Principal | None, is_template: bool) -> None:
    """Says whether the document is there to be copied; needs `share`."""
    with held(document_id) as document:
        require(document, by, "share")
        document.is_template = is_template
        document.save(update_fields=["is_template"])
        after(document_changed, document_id)


def put_member(document_id: UUID, by: Principal | None, user_id: UUID, role: OfferedRole) -> None:
    """Makes someone a member, or changes their role; needs `share`.

    `owner` hands the document on, which needs `transfer`: its owner so far stays as an editor. The owner's own role
    changes in no other way (last_owner).
    """
    with held(document_id) as document:
        require(document, by, "transfer" if role == "owner" else "share")
        _give_role(document, by, user_id, role)


def change_role(document_id: UUID, by: Principal | None, user_id: UUID, role: OfferedRole) -> None:
    """`put_member` for someone who is one already; raises not_found for anyone else."""
    with held(document_id) as document:
        require(document, by, "transfer" if role == "owner" else "share")
        if document.owner_id != user_id and not document.memberships.filter(user=user_id).exists():
            raise ProtocolError("not_found", NO_MEMBER)
        _give_role(document, by, user_id, role)


def remove_member(document_id: UUID, by: Principal | None, user_id: UUID) -> None:
    """Takes someone's access away; needs `share`, but anyone may leave. Raises last_owner for the owner.

    Whom a group lets in would stay in without a word: they leave the group instead (forbidden).
    """
    leaving = by is not None and by.user_id == str(user_id) and "write" in by.scopes
    with held(document_id) as document:
        require(document, by, "read" if leaving else "share")
        if document.owner_id == user_id:
            raise ProtocolError("last_owner")
        if leaving and rights.by_group(str(user_id), [document_id]):
            raise ProtocolError("forbidden", BY_GROUP)
        memberships = [kind.objects.filter(document=document, user_id=user_id) for kind in (Membership, LinkMembership)]
        if not sum(rows.delete()[0] for rows in memberships):
            raise ProtocolError("not_found", NO_MEMBER)
        audit.record("members.remove", by=by, document_id=document_id, user_id=user_id)
        record_role(document, by, None, user_id=user_id)
        after(access_changed, document_id, user_id=str(user_id))


def take_over(document_id: UUID, owner_id: UUID, heir_id: UUID, by: Principal | None = None) -> None:
    """Hands the document on, whatever its state, and leaves its owner so far without a role; if it is still theirs."""
    with held(document_id) as document:
        if document.owner_id == owner_id:
            audit.record("members.put", by=by, document_id=document_id, user_id=heir_id, role="owner")
            _hand_on(document, by, heir_id, former_role=None)


def _give_role(document: Document, by: Principal | None, user_id: UUID, role: OfferedRole) -> None:
    if document.owner_id == user_id:
        if role != "owner":
            raise ProtocolError("last_owner")
    elif role == "owner":
        document.memberships.update_or_create(user_id=document.owner_id, defaults={"role": "editor"})
        _hand_on(document, by, user_id, former_role="editor")
    else:
        document.memberships.update_or_create(user_id=user_id, defaults={"role": role})
        record_role(document, by, role, user_id=user_id)
        after(access_changed, document.pk, user_id=str(user_id))
    audit.record("members.put", by=by, document_id=document.pk, user_id=user_id, role=role)


def _hand_on(document: Document, by: Principal | None, user_id: UUID, former_role: str | None) -> None:
    guests.refuse(user_id)
    agents.refuse(user_id)
    former = document.owner_id
    document.memberships.filter(user=user_id).delete()
    document.owner_id = user_id
    document.save(update_fields=["owner"])
    for concerned, role in ((former, former_role), (user_id, "owner")):
        record_role(document, by, role, user_id=concerned)
        after(access_changed, document.pk, user_id=str(concerned))


@contextmanager
def held(document_id: UUID) -> Iterator[Document]:
    """The document, held until the block ends, in one transaction with it. Raises not_found."""
    with transaction.atomic():
        document = Document.objects.select_for_update(no_key=True).filter(pk=document_id).first()
        if document is None:
            raise ProtocolError("not_found")
        yield document


def require(document: Document, by: Principal | None, capability: str) -> None:
    """Raises not_found or forbidden where `by` may not do this in the document that is held; None may do all."""
    if by is not None:
        role = rights.role_of(document.pk, by.user_id)
        rights.access(document, role, by.scopes).require(capability)


def after(signal: Signal, document_id: UUID, **about: str | Collection[str] | None) -> None:
    """Sends a signal about the document once the transaction is committed."""
    transaction.on_commit(partial(signal.send, Document, document_id=document_id, **about), robust=True)
