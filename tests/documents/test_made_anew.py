"""The commit of a batch that others were faster than: it is made anew on what they committed, or has to begin again."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from accounts.models import User
from documents.commit import Batch, Committed, Conflict, Denied, NewRevision, commit
from documents.models import Document, Rejection, Revision
from protocol.messages import Revision as RevisionMessage
from tests.documents.committing import batch, new, reloaded


def again(document: Document, *changes: NewRevision) -> tuple[Batch, list[list[int]]]:
    """A batch on version 0 that is made anew after what it missed, and the versions that it was told of each time."""
    told: list[list[int]] = []

    def anew(missed: Sequence[RevisionMessage]) -> Batch:
        told.append([revision.version for revision in missed])
        moved = [replace(change, version=change.version + len(missed)) for change in changes]
        return Batch(document.pk, len(missed), tuple(moved), document.length + len(missed) + len(changes), {}, anew)

    return replace(batch(document, *changes), again=anew), told


def test_a_batch_is_made_anew_on_what_others_committed(document: Document, alice: User, bob: User) -> None:
    others = [new(document, bob.pk, version=version, seq=version) for version in (1, 2)]
    commit([batch(document, *others)])
    late, told_of = again(document, new(document, alice.pk, client_id="alices_client"))
    [outcome] = commit([late])
    assert isinstance(outcome, Committed)
    assert [(revision.version, revision.client_id, revision.seq) for revision in outcome.missed] == [
        (1, "typewriter", 1),
        (2, "typewriter", 2),
    ]
    assert [revision.delta for revision in outcome.missed] == [change.delta for change in others]
    assert [revision.at for revision in outcome.missed] == [change.at for change in others]
    assert told_of == [[1, 2]]
    assert reloaded(document).version == 3


def test_a_batch_that_missed_nothing_is_not_made_anew(document: Document, alice: User) -> None:
    in_time, told_of = again(document, new(document, alice.pk))
    assert commit([in_time]) == [Committed()]
    assert told_of == []


def test_rights_are_asked_of_what_was_made_anew(document: Document, bob: User, carol: User) -> None:
    commit([batch(document, new(document, bob.pk))])
    late, _ = again(document, new(document, carol.pk, client_id="carols_client"))
    assert commit([late]) == [Denied({("carols_client", 1): "not_allowed"})]
    assert reloaded(document).version == 1


def test_who_was_refused_and_is_not_any_more_is_judged_from_the_start(
    document: Document, alice: User, bob: User
) -> None:
    commit([batch(document, new(document, bob.pk))])
    late, _ = again(document, new(document, alice.pk, client_id="alices_client"))
    refused = replace(late, revisions=(), rejected={("alices_client", str(alice.pk)): 1})
    assert commit([refused]) == [Conflict()]
    assert reloaded(document).version == 1
    assert not Rejection.objects.exists()


def test_what_is_in_already_is_not_written_twice(document: Document, bob: User) -> None:
    commit([batch(document, new(document, bob.pk))])
    careless, _ = again(document, new(document, bob.pk))
    assert commit([careless]) == [Conflict()]


def test_too_much_missed_is_a_conflict(
    document: Document, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.standing.MOST_MISSED", 1)
    commit([batch(document, *(new(document, bob.pk, version=version, seq=version) for version in (1, 2)))])
    late, told_of = again(document, new(document, alice.pk, client_id="alices_client"))
    assert commit([late]) == [Conflict()]
    assert told_of == []


def test_a_history_with_a_gap_is_a_conflict(document: Document, alice: User, bob: User) -> None:
    commit([batch(document, *(new(document, bob.pk, version=version, seq=version) for version in (1, 2)))])
    Revision.objects.filter(version=1).delete()
    late, _ = again(document, new(document, alice.pk, client_id="alices_client"))
    assert commit([late]) == [Conflict()]
