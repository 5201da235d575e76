"""What somebody's documents may take: whoever is beyond it makes no more of them."""

import pytest
from django.conf import LazySettings

from accounts.models import User
from documents import acts
from documents.models import Document
from documents.quota import Usage, usage
from tests.documents.conftest import Asker, typed

NEW = {"title": "One more"}
EXCEEDED = (403, "quota_exceeded")


@pytest.fixture
def quota(settings: LazySettings) -> int:
    settings.QUOTA_BYTES = 100
    return 100


def test_what_one_owns_counts_with_its_history(document: Document, alice: User, bob: User, quota: int) -> None:
    typed(document, bob, "Hello.", "Grüße! ")
    document.refresh_from_db()
    assert usage(alice.pk) == Usage(document.size, quota)
    assert usage(bob.pk) == Usage(0, quota)


def test_whoever_is_beyond_it_makes_no_more(document: Document, as_alice: Asker, bob: User, quota: int) -> None:
    assert as_alice("POST", "documents", NEW).status == 201
    typed(document, bob, "x" * quota)
    assert as_alice("POST", "documents", NEW).refused == EXCEEDED
    assert as_alice("POST", f"documents/{document.pk}/copy", {}).refused == EXCEEDED
    assert as_alice("POST", "documents/import?format=text", raw=b"Hello").refused == EXCEEDED


def test_what_is_typed_is_never_refused_for_it(document: Document, bob: User, quota: int) -> None:
    typed(document, bob, "x" * quota, "and on. ")
    assert document.version == 2


def test_the_trash_counts_until_it_is_emptied(document: Document, as_alice: Asker, bob: User, quota: int) -> None:
    typed(document, bob, "x" * quota)
    acts.move(document.pk, None, "trashed")
    assert as_alice("POST", "documents", NEW).refused == EXCEEDED
    document.delete()
    assert as_alice("POST", "documents", NEW).status == 201


def test_an_editor_has_space_of_their_own(document: Document, as_bob: Asker, bob: User, quota: int) -> None:
    typed(document, bob, "x" * quota)
    assert as_bob("POST", "documents", NEW).status == 201


@pytest.mark.parametrize(("own", "status"), [(1_000_000, 201), (10, 403)])
def test_a_persons_own_bound_is_above_everyones(
    document: Document, as_alice: Asker, alice: User, quota: int, own: int, status: int
) -> None:
    typed(document, alice, "x" * quota)
    User.objects.filter(pk=alice.pk).update(quota=own)
    assert as_alice("POST", "documents", NEW).status == status


def test_without_a_bound_there_is_none(document: Document, as_alice: Asker, alice: User) -> None:
    typed(document, alice, "x" * 1000)
    assert usage(alice.pk).quota is None
    assert as_alice("POST", "documents", NEW).status == 201
