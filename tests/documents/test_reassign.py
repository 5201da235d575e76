"""What somebody leaves behind when they go."""

import io
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command

from accounts import groups
from accounts.models import AuditEntry, User
from documents import acts, rights
from documents.models import Document
from documents.reassign import reassign
from documents.signals import access_changed
from protocol.errors import ProtocolError
from tests.documents.conftest import Asker, principal

pytestmark = pytest.mark.django_db(transaction=True)


def roles(document: Document, *users: User) -> list[str | None]:
    return [rights.role_of(document.pk, str(user.pk)) for user in users]


def test_all_that_someone_owns_is_somebody_elses(document: Document, alice: User, bob: User, carol: User) -> None:
    trashed, carols = acts.create(alice.pk, "in the trash"), acts.create(carol.pk, "carol's")
    acts.move(trashed.pk, None, "trashed")
    told: list[Any] = []

    def hear(document_id: object, user_id: str, **_: Any) -> None:
        told.append((document_id, user_id))

    access_changed.connect(hear)
    assert reassign(alice.pk, bob.pk) == 2
    access_changed.disconnect(hear)
    assert roles(document, alice, bob, carol) == [None, "owner", "viewer"]
    assert roles(trashed, alice, bob) == [None, "owner"]
    assert roles(carols, alice, bob, carol) == [None, None, "owner"]
    assert set(told) == {(made.pk, str(user.pk)) for made in (document, trashed) for user in (alice, bob)}
    assert AuditEntry.objects.filter(act="members.put", document_id=document.pk, user_id=bob.pk).exists()
    assert reassign(alice.pk, bob.pk) == 0
    alice.delete()


def test_the_groups_go_along(alice: User, bob: User) -> None:
    group = groups.create(principal(alice), "Friends")
    reassign(alice.pk, bob.pk)
    assert dict(group.members.values_list("user__name", "is_manager")) == {"Bob": True}


def test_a_command_does_it(document: Document, alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    said = io.StringIO()
    call_command("reassign_documents", "Alice@example.com", "bob@example.com", stdout=said)
    assert said.getvalue() == "1 documents are bob@example.com's now\n"
    assert roles(document, alice, bob) == [None, "owner"]


def test_an_administrator_does_it_over_rest(document: Document, alice: User, bob: User, mallory: User) -> None:
    User.objects.filter(pk=mallory.pk).update(is_staff=True, is_superuser=True)
    answer = Asker(mallory)("POST", f"people/{alice.pk}/reassign", {"email": "bob@example.com"})
    assert (answer.status, answer.body) == (200, {"documents": 1})
    assert roles(document, alice, bob) == [None, "owner"]
    assert AuditEntry.objects.get(act="members.put", user_id=bob.pk, by=mallory).about == {"role": "owner"}
    assert Asker(mallory)("POST", f"people/{uuid4()}/reassign", {"email": "bob@example.com"}).refused == (
        422,
        "no_such_person",
    )


def test_nobody_else_does_it_over_rest(document: Document, alice: User, bob: User, mallory: User) -> None:
    heir = {"email": "mallory@example.com"}
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    User.objects.filter(pk=mallory.pk).update(is_staff=True, is_superuser=True)
    for asker in (Asker(alice), Asker(bob), Asker(mallory, "read")):
        assert asker("POST", f"people/{alice.pk}/reassign", heir).refused == (403, "forbidden")
    bob.user_permissions.add(Permission.objects.get(codename="change_user"))
    User.objects.filter(pk=alice.pk).update(is_superuser=True)
    assert Asker(bob)("POST", f"people/{alice.pk}/reassign", heir).refused == (403, "forbidden")
    assert roles(document, alice, mallory) == ["owner", None]


def test_somebody_has_to_take_it(document: Document, alice: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    for heir, code in ((alice.pk, "invalid_field"), (bob.pk, "no_such_person"), (uuid4(), "no_such_person")):
        with pytest.raises(ProtocolError, match=code):
            reassign(alice.pk, heir)
    with pytest.raises(CommandError, match="nobody"):
        call_command("reassign_documents", "alice@example.com", "nobody@example.com")
    with pytest.raises(CommandError, match="account"):
        call_command("reassign_documents", "alice@example.com", "bob@example.com")
    assert roles(document, alice) == ["owner"]
