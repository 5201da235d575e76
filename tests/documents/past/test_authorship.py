"""/api/v1/documents/{id}/authorship: who wrote what, at any version (rights: test_timeline.py)"""

import random
from typing import Any

import pytest

from accounts.models import User
from documents.models import Document, Revision, Snapshot
from documents.past import authorship
from documents.past.authorship import authorship_at
from tests.documents.conftest import Asker, typed
from tests.documents.growing import grow, snap


def told(answer: Any) -> list[tuple[int, str | None]]:
    assert answer.status == 200, answer.body
    authors = [user["name"] for user in answer.body["authors"]]
    return [(length, None if place is None else authors[place]) for length, place in answer.body["runs"]]


@pytest.fixture
def address(document: Document, alice: User, bob: User) -> str:
    """Of a document that holds `Bob's ` and `Alice's`."""
    typed(document, alice, "Alice's", client_id="alices-editor")
    typed(document, bob, "Bob's ", client_id="bobs-editor")
    return f"documents/{document.pk}/authorship"


def test_each_run_has_its_author(address: str, as_bob: Asker) -> None:
    assert told(as_bob("GET", f"{address}?version=2")) == [(6, "Bob"), (7, "Alice"), (1, None)]
    assert told(as_bob("GET", f"{address}?version=1")) == [(7, "Alice"), (1, None)]
    assert told(as_bob("GET", f"{address}?version=0")) == [(1, None)]


def test_who_is_gone_is_nobody(address: str, document: Document, bob: User, as_alice: Asker) -> None:
    snap(document, 2)
    as_alice("GET", f"{address}?version=2")
    bob.delete()
    assert told(as_alice("GET", f"{address}?version=2")) == [(6, None), (7, "Alice"), (1, None)]


def test_it_is_kept_beside_snapshots_and_goes_on_from_there(document: Document, alice: User, bob: User) -> None:
    grow(document, [alice, bob], 40, random.Random(1), snapshots=0)
    fresh = {version: authorship_at(document.pk, version) for version in range(41)}
    for version in (10, 25):
        snap(document, version)
    authorship_at(document.pk, 30)
    assert Snapshot.objects.filter(document=document, authorship=None).count() == 0
    Revision.objects.filter(document=document, version__lte=25).update(user=None)  # seen, where it was walked anew
    assert [authorship_at(document.pk, version) for version in range(25, 41)] == [fresh[v] for v in range(25, 41)]


def test_an_author_is_forgotten(document: Document, address: str, bob: User, as_alice: Asker) -> None:
    snap(document, 2)
    as_alice("GET", f"{address}?version=2")
    authorship.forget(document.pk, str(bob.pk))
    assert authorship_at(document.pk, 2).runs == [(6, None), (7, str(document.owner_id)), (1, None)]


def test_a_long_history_is_worked_out_in_parts(
    document: Document, alice: User, bob: User, as_bob: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(document, [alice, bob], 40, random.Random(1), snapshots=0)
    whole = authorship_at(document.pk, 40)
    for version in (10, 20, 30):
        snap(document, version)
    monkeypatch.setattr(authorship, "AT_ONCE", 15)
    place = f"documents/{document.pk}/authorship?version=40"
    answers = [as_bob("GET", place).body for _ in range(2)]
    assert [(answer["reached"], answer["runs"] is None) for answer in answers] == [(20, True), (40, False)]
    assert authorship_at(document.pk, 40) == whole


def test_what_is_removed_of_the_history_is_made_up_for_by_what_it_made(
    document: Document, address: str, alice: User, as_bob: Asker
) -> None:
    typed(document, alice, "x", "y", client_id="alices-editor")
    snap(document, 3)
    removed = Revision.objects.filter(document=document, version__lte=3)
    removed.update(delta=None)
    assert told(as_bob("GET", f"{address}?version=4")) == [(1, "Alice"), (15, None)]
    removed.update(user=alice)
    Snapshot.objects.update(authorship=None)
    assert told(as_bob("GET", f"{address}?version=4")) == [(15, "Alice"), (1, None)]


# Bad input


def test_a_version_that_is_not_there_is_refused(document: Document, address: str, as_bob: Asker) -> None:
    assert as_bob("GET", f"{address}?version=3").refused == (409, "base_version_ahead")
    assert as_bob("GET", f"{address}?version=-1").refused == (422, "invalid_field")
    assert as_bob("GET", address).refused == (422, "invalid_field")
    document.revisions.filter(version=1).delete()
    assert as_bob("GET", f"{address}?version=2").refused == (409, "history_gone")
