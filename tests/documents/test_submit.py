"""Changes from anywhere but a socket, one and many at a time."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from accounts.principals import Principal
from documents import acts, history
from documents import submit as module
from documents.commit import Batch, Conflict, Outcome, OutcomeUnknown, commit
from documents.models import Document, Rejection, Revision, Snapshot
from documents.snapshots import SNAPSHOT_EVERY
from documents.submit import submit, write
from protocol import digest
from protocol.authority import Accepted, Duplicate, Refused, Submission
from protocol.content import Content
from protocol.delta import Delta
from protocol.errors import ProtocolError
from tests.documents.conftest import principal, typed

pytestmark = pytest.mark.django_db


def text(document: Document) -> str:
    return history.open_document(document.pk).head.content.text()


def change(seq: int = 1, base_version: int = 0, text: str = "x", client_id: str = "typewriter") -> Submission:
    return Submission(client_id, seq, base_version, Delta([{"insert": text}]))


def test_it_changes_the_document(document: Document, bob: User) -> None:
    verdict = submit(document.pk, principal(bob), change())
    assert isinstance(verdict, Accepted)
    assert verdict.version == 1
    assert text(document) == "x\n"


def test_seq_1_at_version_0_again_and_late(document: Document, alice: User, bob: User) -> None:
    submit(document.pk, principal(bob), change())
    assert submit(document.pk, principal(bob), change()) == Duplicate(1)
    typed(document, alice, "one", "two", client_id="alices_client")
    assert submit(document.pk, principal(bob), change()) == Duplicate(1)
    assert text(document) == "twoonex\n"


def test_two_equal_changes_by_one_author_are_two(document: Document, bob: User) -> None:
    submit(document.pk, principal(bob), change(seq=1))
    verdict = submit(document.pk, principal(bob), change(seq=2, base_version=1))
    assert isinstance(verdict, Accepted)
    assert text(document) == "xx\n"


def test_another_person_learns_nothing_of_a_client_id(document: Document, alice: User, bob: User) -> None:
    submit(document.pk, principal(bob), change())
    assert submit(document.pk, principal(alice), change()) == Refused("client_id_taken")
    assert submit(document.pk, principal(alice), change(seq=9)) == Refused("client_id_taken")


def test_a_viewer_and_a_stranger_are_refused(document: Document, carol: User, mallory: User) -> None:
    assert submit(document.pk, principal(carol), change()) == Refused("not_allowed")
    assert submit(document.pk, principal(mallory), change()) == Refused("not_allowed")


def test_a_principal_that_ended_is_refused(document: Document, bob: User) -> None:
    ended = Principal(str(bob.pk), session_key="gone")
    assert submit(document.pk, ended, change()) == Refused("unauthenticated")


def test_a_document_that_is_not_there(alice: User) -> None:
    document = acts.create(alice.pk, "x")
    Document.objects.all().delete()
    with pytest.raises(ProtocolError, match="not_found"):
        submit(document.pk, principal(alice), change())


def test_a_base_too_far_back_is_refused(document: Document, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(document, bob, "a", "b", "c")
    monkeypatch.setattr(module, "MOST_BEHIND", 2)
    assert submit(document.pk, principal(bob), change(client_id="bobs_other")) == Refused("history_gone")
    verdict = submit(document.pk, principal(bob), change(seq=2, base_version=1, client_id="bobs_other"))
    assert isinstance(verdict, Accepted)


# Once rejected, never committed


def test_what_was_rejected_is_not_in_though_rights_came_back(document: Document, bob: User) -> None:
    acts.put_member(document.pk, None, bob.pk, "viewer")
    assert submit(document.pk, principal(bob), change()) == Refused("not_allowed")
    acts.put_member(document.pk, None, bob.pk, "editor")
    assert submit(document.pk, principal(bob), change()) == Refused("seq_too_old")
    assert text(document) == "\n"
    assert isinstance(submit(document.pk, principal(bob), change(seq=2)), Accepted)


def test_what_was_committed_is_acknowledged_though_a_later_one_was_rejected(document: Document, bob: User) -> None:
    submit(document.pk, principal(bob), change())
    assert submit(document.pk, principal(bob), change(seq=2, base_version=9)) == Refused("base_version_ahead")
    assert submit(document.pk, principal(bob), change()) == Duplicate(1)


def test_a_copy_committed_meanwhile_is_not_rejected(
    document: Document, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process takes the copy between the judgement here and its being noted."""

    def taken_elsewhere(batches: Sequence[Batch]) -> list[Outcome]:
        acts.move(document.pk, None, "open")
        with monkeypatch.context() as patch:
            patch.setattr(module, "commit", commit)
            submit(document.pk, principal(bob), change())
        return commit(batches)

    acts.move(document.pk, None, "frozen")
    interrupted(monkeypatch, taken_elsewhere)
    assert submit(document.pk, principal(bob), change()) == Duplicate(1)
    assert not Rejection.objects.exists()


def test_a_rejection_that_cannot_be_kept_is_none(
    document: Document, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(monkeypatch, never_committed)
    assert submit(document.pk, principal(carol), change()) == Refused("not_allowed")
    assert Rejection.objects.get().seq == 1


# The server's own changes


def test_the_server_writes_of_what_it_finds(document: Document, alice: User) -> None:
    typed(document, alice, "hello")

    def emptied(content: Content) -> Delta:
        return Delta([{"delete": content.length - 1}])

    write(document.pk, principal(alice), "restore", emptied)
    write(document.pk, None, "restore", lambda content: Delta([{"insert": "by nobody"}]))
    assert text(document) == "by nobody\n"
    by_alice, by_nobody = Revision.objects.order_by("version")[1:]
    assert by_alice.client_id.startswith("@restore-")
    assert (by_alice.user_id, by_nobody.user_id) == (alice.pk, None)


def test_the_server_too_leaves_a_frozen_document_alone(document: Document) -> None:
    acts.move(document.pk, None, "frozen")
    verdict = write(document.pk, None, "restore", lambda content: Delta([{"insert": "x"}]))
    assert verdict == Refused("document_frozen")


# What may go wrong on the way


def interrupted(monkeypatch: pytest.MonkeyPatch, first: Any) -> list[Any]:
    """Has the first commit go wrong as `first` does; answers the list of calls."""
    calls: list[Any] = []

    def commit_or_not(batches: Sequence[Batch]) -> list[Outcome]:
        calls.append(batches)
        outcome: list[Outcome] = first(batches) if len(calls) == 1 else commit(batches)
        return outcome

    monkeypatch.setattr(module, "commit", commit_or_not)
    monkeypatch.setattr(module, "PAUSE", 0)
    return calls


def committed_unheard(batches: Sequence[Batch]) -> list[Outcome]:
    commit(batches)
    raise OutcomeUnknown


def never_committed(batches: Sequence[Batch]) -> list[Outcome]:
    raise OutcomeUnknown


def test_a_commit_whose_answer_was_lost_is_not_made_again(
    document: Document, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(monkeypatch, committed_unheard)
    assert submit(document.pk, principal(bob), change()) == Duplicate(1)
    assert text(document) == "x\n"


def test_the_servers_own_change_is_not_made_again_either(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted(monkeypatch, committed_unheard)
    assert write(document.pk, None, "seed", lambda content: Delta([{"insert": "x"}])) == Duplicate(1)
    assert text(document) == "x\n"


def test_a_commit_that_failed_is_tried_again(document: Document, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = interrupted(monkeypatch, never_committed)
    assert isinstance(submit(document.pk, principal(bob), change()), Accepted)
    assert len(calls) == 2
    assert text(document) == "x\n"


@pytest.mark.parametrize("most_anew", [500, -1], ids=["in the commit", "from the start"])
def test_a_conflict_is_judged_anew_from_what_was_submitted(
    document: Document, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, most_anew: int
) -> None:
    monkeypatch.setattr(module, "MOST_ANEW", most_anew)

    def overtaken(batches: Sequence[Batch]) -> list[Outcome]:
        monkeypatch.setattr(module, "commit", commit)
        typed(document, alice, "first ", client_id="alices_client")
        return commit(batches)

    interrupted(monkeypatch, overtaken)
    late = Submission("typewriter", 1, 0, Delta([{"insert": "second"}]))
    verdict = submit(document.pk, principal(bob), late)
    assert isinstance(verdict, Accepted)
    assert verdict.version == 2
    assert text(document) == "secondfirst \n"


def test_a_duplicate_that_comes_first_is_found_in_the_commit(
    document: Document, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(batches: Sequence[Batch]) -> list[Outcome]:
        monkeypatch.setattr(module, "commit", commit)
        submit(document.pk, principal(bob), change())
        return commit(batches)

    interrupted(monkeypatch, overtaken)
    assert submit(document.pk, principal(bob), change()) == Duplicate(1)
    assert text(document) == "x\n"


def test_tries_come_to_an_end(document: Document, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "commit", lambda batches: [Conflict()])
    monkeypatch.setattr(module, "PAUSE", 0)
    with pytest.raises(ProtocolError, match="rate_limited") as busy:
        submit(document.pk, principal(bob), change())
    assert busy.value.retry_after


# Many


def test_a_long_tail_becomes_a_snapshot(document: Document, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.snapshots.SNAPSHOT_EVERY", 3)
    monkeypatch.setattr("documents.snapshots.SPARSE", 3)
    typed(document, bob, *"abcdefg")
    assert list(Snapshot.objects.order_by("version").values_list("version", flat=True)) == [3, 6]
    assert SNAPSHOT_EVERY >= 100


@pytest.mark.django_db(transaction=True)
def test_many_writers_make_one_history_without_gaps(document: Document, alice: User, bob: User) -> None:
    threads, each = 4, 8
    failures: list[BaseException] = []

    def insist(by: Principal, submission: Submission) -> None:
        for _ in range(20):
            with suppress(ProtocolError):  # too busy just now
                verdict = submit(document.pk, by, submission)
                assert isinstance(verdict, Accepted | Duplicate), verdict
                return
        raise AssertionError("never taken")

    def type_on(number: int) -> None:
        by = principal((alice, bob)[number % 2])
        base_version = 0
        try:
            for seq in range(1, each + 1):
                insist(by, change(seq, base_version, "x", f"client_{number}"))
                row = history.client_row(document.pk, f"client_{number}")
                assert row is not None
                base_version = row.version
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=type_on, args=(number,)) for number in range(threads)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not failures

    log = list(document.revisions.order_by("version"))
    assert [row.version for row in log] == list(range(1, threads * each + 1))
    names = {(row.client_id, row.seq) for row in log}
    assert names == {(f"client_{number}", seq) for number in range(threads) for seq in range(1, each + 1)}
    document.refresh_from_db()
    assert (document.version, document.length) == (threads * each, threads * each + 1)
    assert text(document) == "x" * (threads * each) + "\n"
    assert_chained(document)


def assert_chained(document: Document) -> None:
    """The digests of the log are those of its changes, up to the document's own."""
    last = digest.START
    for row in history.revisions_after(document.pk, 0):
        last = digest.chain(last, row.delta)
        assert Revision.objects.get(document=document, version=row.version).digest == last
    assert document.digest == last
