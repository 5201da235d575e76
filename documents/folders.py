"""A person's folders, for themselves alone: they put documents in order, and give nobody any right."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.principals import Principal
from documents import rights
from documents.models import FOLDER_LENGTH, Folder, Placement
from documents.signals import shelf_changed
from protocol.errors import ProtocolError

MOST = 200


def of(user_id: str) -> list[Folder]:
    """Someone's folders, by name."""
    return sorted(Folder.objects.filter(user=UUID(user_id)), key=lambda folder: folder.name.casefold())


def make(user_id: str, name: str) -> Folder:
    """A new folder. Raises invalid_field for a name that is none or taken, and where there are too many."""
    name = _clean(name)
    with _named(user_id):
        owner = User.objects.select_for_update(no_key=True).get(pk=user_id)
        if Folder.objects.filter(user=owner).count() >= MOST:
            raise ProtocolError("invalid_field", f"There can be {MOST} folders.")
        return Folder.objects.create(user=owner, name=name)


def rename(user_id: str, folder_id: UUID, name: str) -> Folder:
    """Gives a folder another name. Raises not_found where it is not theirs, and invalid_field as `make` does."""
    folder = _own(user_id, folder_id)
    folder.name = _clean(name)
    with _named(user_id):
        folder.save(update_fields=["name"])
    return folder


def delete(user_id: str, folder_id: UUID) -> None:
    """Deletes a folder; the documents in it stay, in none. Raises not_found where it is not theirs."""
    _own(user_id, folder_id).delete()
    _after(user_id)


def place(document_id: UUID, by: Principal, folder_id: UUID | None) -> None:
    """Moves a document to a folder of one's own (None: out of any). Raises not_found for what is not theirs to see."""
    if rights.access_of(document_id, by).role is None:
        raise ProtocolError("not_found")
    user_id = UUID(by.user_id)
    if folder_id is None:
        Placement.objects.filter(document=document_id, user=user_id).delete()
    else:
        folder = _own(by.user_id, folder_id)
        Placement.objects.update_or_create(document_id=document_id, user_id=user_id, defaults={"folder": folder})
    _after(by.user_id)


def _own(user_id: str, folder_id: UUID) -> Folder:
    folder = Folder.objects.filter(pk=folder_id, user=UUID(user_id)).first()
    if folder is None:
        raise ProtocolError("not_found", "There is no such folder.")
    return folder


def _clean(name: str) -> str:
    kept = " ".join(name.split())
    if not kept or len(kept) > FOLDER_LENGTH or not kept.isprintable():
        raise ProtocolError("invalid_field", f"The name of a folder has 1 to {FOLDER_LENGTH} characters.")
    return kept


@contextmanager
def _named(user_id: str) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            _after(user_id)
    except IntegrityError as error:
        raise ProtocolError("invalid_field", "There is a folder of that name.") from error


def _after(user_id: str) -> None:
    transaction.on_commit(partial(shelf_changed.send, Folder, user_id=user_id), robust=True)
