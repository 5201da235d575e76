"""What people do with documents other than editing: what is told of it. (Whether they may: the API's tests.)"""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from documents import acts
from documents.commit import Committed, Denied, commit
from documents.models import Document, Membership, Revision
from documents.signals import access_changed, document_changed
from protocol.errors import ProtocolError
from tests.documents.committing import batch, new
from tests.documents.conftest import typed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told() -> Iterator[list[tuple[Any, ...]]]:
    """What was told: ("document", id) or ("access", id, user id)."""
    heard: list[tuple[Any, ...]] = []

    def hear_document(document_id: Any, **_: Any) -> None:
        assert not connection.in_atomic_block
        heard.append(("document", document_id))

    def hear_access(document_id: Any, user_id: str | None, **_: Any) -> None:
        assert not connection.in_atomic_block
        heard.append(("access", document_id, user_id))

    document_changed.connect(hear_document)
    access_changed.connect(hear_access)
    yield heard
    document_changed.disconnect(hear_document)
    access_changed.disconnect(hear_access)


def test_renaming_is_told(document: Document, told: list[Any]) -> None:
    acts.rename(document.pk, None, "Renamed")
    assert told == [("document", document.pk)]


def test_moving_is_told_once(document: Document, told: list[Any]) -> None:
    acts.move(document.pk, None, "trashed")
    acts.move(document.pk, None, "trashed")
    assert told == [("document", document.pk)]


def test_a_role_is_told(document: Document, bob: User, told: list[Any]) -> None:
    acts.put_member(document.pk, None, bob.pk, "viewer")
    acts.remove_member(document.pk, None, bob.pk)
    assert told == [("access", document.pk, str(bob.pk))] * 2


def test_handing_on_is_told_of_both(document: Document, alice: User, bob: User, told: list[Any]) -> None:
    acts.put_member(document.pk, None, bob.pk, "owner")
    assert set(told) == {("access", document.pk, str(alice.pk)), ("access", document.pk, str(bob.pk))}


def test_showing_history_is_told_of_everyone(document: Document, told: list[Any]) -> None:
    acts.show_history_to_viewers(document.pk, None, True)
    assert told == [("access", document.pk, None)]


def test_what_is_undone_is_not_told(document: Document, told: list[Any]) -> None:
    def rename_and_fail() -> None:
        with transaction.atomic():
            acts.rename(document.pk, None, "Renamed")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        rename_and_fail()
    assert told == []


def test_what_is_refused_is_not_told(document: Document, alice: User, told: list[Any]) -> None:
    refused: list[Callable[[], None]] = [
        lambda: acts.rename(document.pk, None, ""),
        lambda: acts.put_member(document.pk, None, alice.pk, "viewer"),
        lambda: acts.remove_member(document.pk, None, alice.pk),
        lambda: acts.move(uuid4(), None, "frozen"),
    ]
    for act in refused:
        with pytest.raises(ProtocolError):
            act()
    assert told == []


def test_an_edit_comes_wholly_before_a_removal_or_not_at_all(document: Document, bob: User) -> None:
    """Once the removal is answered, nothing of that person can be committed any more."""
    ready = batch(document, new(document, bob.pk))
    outcomes: list[Any] = []
    started, go = threading.Event(), threading.Event()

    def edit() -> None:
        started.set()
        go.wait(20)
        outcomes.extend(commit([ready]))
        connection.close()

    editor = threading.Thread(target=edit)
    editor.start()
    started.wait(20)
    with transaction.atomic():
        acts.remove_member(document.pk, None, bob.pk)
        go.set()
        editor.join(0.3)  # it waits for the row
        assert outcomes == []
    editor.join()
    assert outcomes == [Denied({("typewriter", 1): "not_allowed"})]


def test_people_leave_their_documents_to_somebody_before_they_go(document: Document, alice: User, bob: User) -> None:
    with pytest.raises(Exception, match="protected"):
        alice.delete()
    acts.put_member(document.pk, None, bob.pk, "owner")
    alice.delete()
    assert Document.objects.get().owner == bob


def test_what_people_wrote_stays_when_they_go(document: Document, bob: User) -> None:
    typed(document, bob, "x")
    bob.delete()
    assert Revision.objects.get().user_id is None
    assert not Membership.objects.filter(role="editor").exists()
    assert commit([batch(document, new(document, document.owner_id, version=2, client_id="alices_client"))]) == [
        Committed()
    ]


def test_only_what_was_long_in_the_trash_is_deleted_for_good(document: Document, alice: User, told: list[Any]) -> None:
    typed(document, alice, "x")
    later = timezone.now() + timedelta(hours=1)
    acts.delete_for_good(document.pk, later)
    assert Document.objects.exists()
    acts.move(document.pk, None, "trashed")
    acts.delete_for_good(document.pk, timezone.now() - timedelta(hours=1))
    assert Document.objects.exists()
    told.clear()
    acts.delete_for_good(document.pk, later)
    assert not Document.objects.exists()
    assert not Revision.objects.exists()
    assert told == [("document", document.pk)]
    acts.delete_for_good(document.pk, later)
