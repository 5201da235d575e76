"""What was rejected is never committed, by the same transaction that commits."""

import pytest

from accounts.models import User
from documents import acts
from documents.commit import Batch, Committed, Conflict, Denied, commit
from documents.models import Document, Rejection
from tests.documents.committing import batch, new

X = ("typewriter", 1)


def rejecting(document: Document, user: User, seq: int = 1) -> Batch:
    return Batch(document.pk, document.version, (), document.length, {("typewriter", str(user.pk)): seq})


def test_what_was_rejected_is_never_committed(document: Document, bob: User) -> None:
    assert commit([rejecting(document, bob, seq=5)]) == [Committed()]
    for seq in (5, 3):
        name = "typewriter", seq
        assert commit([batch(document, new(document, bob.pk, seq=seq))]) == [Denied({name: "seq_too_old"})]
    assert commit([batch(document, new(document, bob.pk, seq=6))]) == [Committed()]


def test_the_highest_seq_stays(document: Document, bob: User) -> None:
    commit([rejecting(document, bob, seq=5)])
    commit([rejecting(document, bob, seq=3)])
    assert Rejection.objects.get().seq == 5


def test_what_the_commit_refuses_is_rejected_from_then_on(document: Document, bob: User) -> None:
    acts.move(document.pk, None, "frozen")
    assert commit([batch(document, new(document, bob.pk))]) == [Denied({X: "document_frozen"})]
    acts.move(document.pk, None, "open")
    assert commit([batch(document, new(document, bob.pk))]) == [Denied({X: "seq_too_old"})]


def test_of_a_batch_that_is_run_again_only_what_was_refused_is_rejected(
    document: Document, bob: User, carol: User
) -> None:
    changes = (
        new(document, bob.pk, version=1, client_id="bobs_client"),
        new(document, carol.pk, version=2, client_id="carols_client"),
    )
    commit([Batch(document.pk, 0, changes, 3, {("others", str(bob.pk)): 1})])
    assert list(Rejection.objects.values_list("client_id", "seq")) == [("carols_client", 1)]


def test_rejected_and_committed_go_together(document: Document, bob: User) -> None:
    both = Batch(document.pk, 0, (new(document, bob.pk),), 2, {("typewriter", str(bob.pk)): 2})
    assert commit([both]) == [Committed()]
    assert (Document.objects.get(pk=document.pk).version, Rejection.objects.get().seq) == (1, 2)


def test_nothing_is_rejected_that_the_head_may_hold(document: Document, bob: User) -> None:
    late = rejecting(document, bob)
    commit([batch(document, new(document, bob.pk))])
    assert commit([late]) == [Conflict()]
    assert not Rejection.objects.exists()


def test_a_rejection_claims_no_client_id(document: Document, bob: User, carol: User) -> None:
    """Else whoever may only read could take the names that they see."""
    commit([rejecting(document, carol, seq=9)])
    assert commit([batch(document, new(document, bob.pk))]) == [Committed()]


@pytest.mark.django_db(transaction=True)
def test_whoever_is_gone_holds_up_nobody(document: Document, bob: User, carol: User) -> None:
    late, bobs = rejecting(document, carol), new(document, bob.pk, client_id="bobs_client")
    User.objects.filter(pk=carol.pk).delete()
    assert commit([Batch(document.pk, 0, (bobs,), 2, late.rejected)]) == [Committed()]
    assert not Rejection.objects.exists()
