"""The client's half, call by call. Whole sessions are in the transcripts and in test_convergence."""

from datetime import UTC, datetime
from typing import Any

import pytest

from protocol.delta import Delta, DeltaError
from protocol.limits import LIMITS
from protocol.messages import (
    Ack,
    DocumentInfo,
    Fetch,
    Hello,
    Last,
    PresenceUpdate,
    Rejected,
    Revision,
    Selection,
    SlowDown,
    Submit,
    UserInfo,
    Welcome,
)
from protocol.replica import Kept, Pending, Replica, ReplicaState, Update

ME = "alice-client"


def insert(index: int, text: str) -> Delta:
    return Delta([*([{"retain": index}] if index else []), {"insert": text}])


def revision(version: int, delta: Delta, client_id: str = "bob-client", seq: int = 1) -> Revision:
    return Revision(
        version=version,
        client_id=client_id,
        seq=seq,
        user_id=None,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        delta=delta,
    )


def welcome(version: int, text: str | None = None, acked_seq: int = 0, **held: Any) -> Welcome:
    return Welcome(
        protocol=1,
        session_id="s",
        user=UserInfo(id="1", name="Alice", color="#aa3333"),
        role="owner",
        capabilities=(),
        document=DocumentInfo(id="d", title="", version=version, state="open"),
        contents=None if text is None else Delta([{"insert": text + "\n"}]),
        acked_seq=acked_seq,
        participants=(),
        limits=LIMITS,
        **held,
    )


def rejected(seq: int) -> Rejected:
    return Rejected(seq=seq, code="not_allowed", message="No.")


@pytest.fixture
def replica() -> Replica:
    """Alice's, joined to the empty document."""
    replica = Replica(ReplicaState(client_id=ME))
    replica.welcome(welcome(0, ""))
    return replica


def text(replica: Replica) -> str:
    return replica.screen.text()[:-1]


# It works.


def test_an_edit_is_sent_and_acknowledged(replica: Replica) -> None:
    replica.local(insert(0, "hi"))
    assert not replica.synchronized
    assert replica.sendable() == Submit(seq=1, base_version=0, delta=insert(0, "hi"))
    assert replica.receive([revision(1, insert(0, "hi"), ME)]) == Update(acknowledged=1)
    assert replica.synchronized
    assert (text(replica), replica.contents, replica.version) == ("hi", replica.screen, 1)


def test_only_one_submission_is_under_way(replica: Replica) -> None:
    replica.local(insert(0, "a"))
    assert replica.sendable()
    replica.local(insert(1, "b"))
    assert replica.sendable() is None


def test_anothers_edit_is_for_the_screen(replica: Replica) -> None:
    assert replica.receive([revision(1, insert(0, "b"))]).changes == (insert(0, "b"),)
    assert text(replica) == "b"


def test_a_change_that_does_nothing_is_not_for_the_screen(replica: Replica) -> None:
    assert replica.receive([revision(1, Delta())]) == Update()
    assert replica.version == 1


def test_nothing_is_sendable_without_a_welcome() -> None:
    replica = Replica(ReplicaState(client_id=ME))
    assert replica.hello() == Hello(client_id=ME)
    replica.local(insert(0, "a"))
    assert replica.sendable() is None


def test_hello_names_what_is_held(replica: Replica) -> None:
    assert replica.hello() == Hello(client_id=ME, version=0)
    replica.receive([revision(1, insert(0, "b"), seq=9)])
    assert replica.hello(token="t") == Hello(
        client_id=ME, token="t", version=1, last=Last(client_id="bob-client", seq=9)
    )


def test_presence_is_told_while_nothing_is_unsent(replica: Replica) -> None:
    caret = Selection(index=0, length=0)
    assert replica.presence(caret, typing=True) == PresenceUpdate(version=0, selection=caret, typing=True)
    replica.local(insert(0, "a"))
    assert replica.presence(caret) is None
    replica.sendable()
    assert replica.presence(caret) is None
    replica.receive([revision(1, insert(0, "a"), ME)])
    assert replica.presence(None) == PresenceUpdate(version=1, selection=None)


# Connections break.


def test_what_was_under_way_is_sent_again_as_it_is(replica: Replica) -> None:
    replica.local(insert(0, "a"))
    first = replica.sendable()
    replica.local(insert(1, "b"))
    replica.disconnected()
    assert replica.sendable() is None
    replica.welcome(welcome(0, revisions=()))
    assert replica.sendable() == first


def test_what_is_remembered_is_all_that_matters(replica: Replica) -> None:
    replica.receive([revision(1, insert(0, "b"))])
    replica.local(insert(0, "a"))
    replica.sendable()
    replica.local(insert(1, "!"))
    state = replica.state()
    again = Replica(ReplicaState.model_validate_json(state.model_dump_json()))
    assert again.state() == state
    assert (again.screen, again.unsent, again.hello()) == (replica.screen, replica.unsent, replica.hello())
    again.welcome(welcome(1, revisions=()))
    assert again.sendable() == Submit(seq=1, base_version=1, delta=insert(0, "a"))


def test_a_new_seq_lies_above_what_the_server_knows(replica: Replica) -> None:
    replica.welcome(welcome(5, "x", acked_seq=41))
    replica.local(insert(0, "a"))
    submit = replica.sendable()
    assert submit
    assert submit.seq == 42


def test_an_ack_for_what_the_contents_hold_takes_the_second_copy_off_the_screen(replica: Replica) -> None:
    replica.receive([revision(1, insert(0, "a"), ME, seq=1)])
    stale = Replica(replica.state().model_copy(update={"pending": Pending(seq=1, delta=insert(0, "a"))}))
    stale.local(insert(2, "!"))
    assert text(stale) == "aa!"
    update = stale.acknowledge(Ack(seq=1, version=1))
    assert (update.changes, update.acknowledged, update.kept) == ((Delta([{"delete": 1}]),), 1, None)
    assert (text(stale), stale.pending, stale.buffer) == ("a!", None, insert(1, "!"))


# Refusals.


def test_a_refused_change_is_kept_until_its_author_lets_go(replica: Replica) -> None:
    replica.local(insert(0, "a"))
    replica.sendable()
    update = replica.rejected(rejected(1))
    kept = Kept(code="not_allowed", message="No.", delta=insert(0, "a"))
    assert update == Update(changes=(Delta([{"delete": 1}]),), kept=kept)
    assert (text(replica), replica.kept, replica.state().kept) == ("", (kept,), (kept,))
    assert update.kept
    replica.release(update.kept)
    assert replica.kept == ()


def test_a_refused_change_of_which_nothing_is_left_keeps_nothing(replica: Replica) -> None:
    replica.receive([revision(1, insert(0, "b"))])
    replica.local(Delta([{"delete": 1}]))
    replica.sendable()
    replica.receive([revision(2, Delta([{"delete": 1}]), seq=2)])
    assert replica.rejected(rejected(1)) == Update()
    assert replica.synchronized


def test_the_seq_of_a_refused_change_is_not_used_again(replica: Replica) -> None:
    for seq in (1, 2, 3):
        replica.local(insert(0, "a"))
        submit = replica.sendable()
        assert submit
        assert submit.seq == seq
        replica.rejected(rejected(seq))


# Bad input.


def test_an_edit_that_the_document_cannot_take_changes_nothing(replica: Replica) -> None:
    replica.local(insert(0, "😀"))
    for delta in (insert(1, "x"), insert(9, "x"), Delta([{"retain": 2}, {"delete": 1}])):
        with pytest.raises(DeltaError):
            replica.local(delta)
    assert (text(replica), replica.buffer) == ("😀", insert(0, "😀"))


def test_a_revision_that_does_not_fit_changes_nothing(replica: Replica) -> None:
    replica.local(insert(0, "a"))
    with pytest.raises(DeltaError):
        replica.receive([revision(1, insert(7, "x"))])
    assert (replica.version, text(replica), replica.buffer) == (0, "a", insert(0, "a"))


def test_a_gap_is_asked_for_once(replica: Replica) -> None:
    assert replica.receive([revision(3, insert(0, "c"))]).fetch == Fetch(after=0)
    assert replica.receive([revision(4, insert(0, "d"))]).fetch is None
    replica.receive([revision(1, insert(0, "a"))])
    assert replica.receive([revision(4, insert(0, "d"))]).fetch == Fetch(after=1)


def test_a_gap_on_the_next_connection_is_asked_for_again(replica: Replica) -> None:
    assert replica.receive([revision(3, insert(0, "c"))]).fetch
    replica.disconnected()
    assert replica.welcome(welcome(3, revisions=(revision(3, insert(0, "c")),))).fetch == Fetch(after=0)


def test_answers_about_something_else_change_nothing(replica: Replica) -> None:
    assert replica.acknowledge(Ack(seq=1, version=1)) == replica.rejected(rejected(1)) == Update()
    replica.local(insert(0, "a"))
    replica.sendable()
    replica.slow_down(SlowDown(retry_after=1, seq=2))
    replica.slow_down(SlowDown(retry_after=1))
    assert replica.acknowledge(Ack(seq=2, version=1)) == replica.rejected(rejected(2)) == Update()
    assert replica.sendable() is None
    replica.slow_down(SlowDown(retry_after=1, seq=1))
    assert replica.sendable() == Submit(seq=1, base_version=0, delta=insert(0, "a"))
