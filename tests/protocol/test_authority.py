"""The server's half of an edit: what a submission comes to, and which reason against it goes before which."""

import itertools

import pytest

from protocol.authority import Accepted, ClientRow, Duplicate, Head, Refused, Submission, Verdict, judge, rebase
from protocol.content import Content
from protocol.delta import Delta
from protocol.errors import ERRORS
from protocol.limits import Limits

ALICE, MALLORY = "alice", "mallory"
HEAD = Head(3, Content.from_delta(Delta([{"insert": "abc\n"}])))
SINCE = [Delta([{"insert": "a"}]), Delta([{"retain": 1}, {"insert": "b"}]), Delta([{"retain": 2}, {"insert": "c"}])]
ROW = ClientRow(ALICE, acked_seq=4, version=2)


def insert(index: int, text: str) -> Delta:
    return Delta([*([{"retain": index}] if index else []), {"insert": text}])


def submission(seq: int = 5, base_version: int = 3, delta: Delta | None = None) -> Submission:
    return Submission("alice-client", seq, base_version, delta or insert(3, "d"))


def judged(
    submitted: Submission,
    client: ClientRow | None = ROW,
    committed_at: int | None = None,
    rejected_seq: int = 0,
    refusal: str | None = None,
    user_id: str | None = ALICE,
    limits: Limits | None = None,
) -> Verdict:
    return judge(
        HEAD,
        submitted,
        user_id=user_id,
        client=client,
        committed_at=committed_at,
        rejected_seq=rejected_seq,
        since=SINCE[submitted.base_version :],
        refusal=refusal,
        limits=limits or Limits(),
    )


# It works.


def test_a_change_on_the_head_is_the_next_revision() -> None:
    verdict = judged(submission())
    assert isinstance(verdict, Accepted)
    assert (verdict.version, verdict.delta, verdict.head.content.text()) == (4, insert(3, "d"), "abcd\n")


def test_a_late_change_is_moved_over_each_revision_since() -> None:
    verdict = judged(submission(base_version=2, delta=insert(0, "x")))
    assert isinstance(verdict, Accepted)
    assert verdict.head.content.text() == "xabc\n"


def test_at_one_place_the_later_change_stands_left() -> None:
    verdict = judged(submission(base_version=2, delta=insert(2, "x")))
    assert isinstance(verdict, Accepted)
    assert verdict.head.content.text() == "abxc\n"


def test_on_one_attribute_the_later_change_wins() -> None:
    red, blue = (Delta([{"retain": 1, "attributes": {"color": color}}]) for color in ("red", "blue"))
    assert rebase(red, [blue]) == red


def test_a_change_is_moved_over_revisions_one_at_a_time() -> None:
    since = [Delta([{"delete": 1}]), insert(0, "H")]
    late = insert(1, "y")
    assert rebase(late, since) != rebase(late, [since[0].compose(since[1])])
    assert rebase(late, since) == since[1].transform(since[0].transform(late, False), False)


def test_a_change_of_which_nothing_is_left_is_still_a_revision() -> None:
    since = [Delta([{"delete": 1}])]
    head = Head(1, Content.from_delta(Delta([{"insert": "b\n"}])))
    late = Submission("alice-client", 1, 0, Delta([{"delete": 1}]))
    verdict = judge(head, late, user_id=ALICE, client=None, committed_at=None, since=since)
    assert verdict == Accepted(Delta(), Head(2, head.content))


def test_the_first_change_of_a_client_id_may_have_any_seq() -> None:
    assert isinstance(judged(submission(seq=9), client=None), Accepted)


def test_a_seq_may_be_skipped_for_a_rejected_one_is_not_used_again() -> None:
    assert isinstance(judged(submission(seq=17)), Accepted)


def test_what_is_committed_is_answered_with_where_it_stands() -> None:
    assert judged(submission(seq=4), committed_at=2) == Duplicate(2)


def test_a_duplicate_at_the_beginning_is_one_too() -> None:
    first = ClientRow(ALICE, acked_seq=1, version=1)
    assert judged(submission(seq=1, base_version=0), client=first, committed_at=1) == Duplicate(1)


def test_nothing_changes_by_judging() -> None:
    before = HEAD.content.to_json()
    judged(submission())
    assert (HEAD.version, HEAD.content.to_json()) == (3, before)


# Rights.


@pytest.mark.parametrize("code", ["not_allowed", "document_frozen", "document_trashed"])
def test_who_may_not_edit_is_refused(code: str) -> None:
    assert judged(submission(), refusal=code) == Refused(code)


def test_another_persons_client_id_is_taken() -> None:
    assert judged(submission(), user_id=MALLORY) == Refused("client_id_taken")


@pytest.mark.parametrize("user_id", [MALLORY, None])
@pytest.mark.parametrize(
    ("seq", "base_version", "committed_at"), [(4, 2, 2), (3, 0, None), (9, 99, None), (9, 3, None)]
)
def test_a_taken_client_id_shows_nothing_of_its_state(
    user_id: str | None, seq: int, base_version: int, committed_at: int | None
) -> None:
    submitted = submission(seq, base_version)
    assert judged(submitted, committed_at=committed_at, user_id=user_id) == Refused("client_id_taken")
    assert judged(submitted, committed_at=committed_at, user_id=user_id, refusal="not_allowed") == Refused(
        "not_allowed"
    )


def test_the_client_id_of_a_deleted_account_is_taken() -> None:
    assert judged(submission(), client=ClientRow(None, 4, 2)) == Refused("client_id_taken")


# Order.


def test_a_seq_below_the_highest_that_was_never_committed_is_too_old() -> None:
    assert judged(submission(seq=3)) == Refused("seq_too_old")
    assert judged(submission(seq=4)) == Refused("seq_too_old")


@pytest.mark.parametrize("client", [ROW, None])
def test_what_was_rejected_once_and_all_below_it_is_too_old(client: ClientRow | None) -> None:
    assert judged(submission(seq=9), client=client, rejected_seq=9) == Refused("seq_too_old")
    assert judged(submission(seq=8), client=client, rejected_seq=9) == Refused("seq_too_old")
    assert isinstance(judged(submission(seq=10), client=client, rejected_seq=9), Accepted)


def test_what_was_committed_before_a_later_one_was_rejected_is_acknowledged() -> None:
    assert judged(submission(seq=4), committed_at=2, rejected_seq=9) == Duplicate(2)


def test_a_base_above_the_head_is_ahead() -> None:
    assert judged(submission(base_version=4)) == Refused("base_version_ahead")


def test_a_base_below_ones_own_revision_is_behind() -> None:
    assert judged(submission(base_version=1)) == Refused("base_version_behind")


def test_history_that_is_gone() -> None:
    verdict = judge(HEAD, submission(base_version=2), user_id=ALICE, client=ROW, committed_at=None, since=None)
    assert verdict == Refused("history_gone")


@pytest.mark.parametrize("since", [[], SINCE])
def test_a_wrong_number_of_revisions_is_a_mistake_of_ours(since: list[Delta]) -> None:
    with pytest.raises(ValueError, match="since"):
        judge(HEAD, submission(base_version=2), user_id=ALICE, client=ROW, committed_at=None, since=since)


# Content.


@pytest.mark.parametrize(
    ("delta", "code"),
    [
        (insert(4, "x"), "final_newline"),
        (insert(5, "x"), "beyond_end"),
        (Delta([{"retain": 3}, {"delete": 1}]), "final_newline"),
        (Delta([{"retain": 9}, {"delete": 1}]), "beyond_end"),
        (Delta([{"retain": 1, "attributes": {"onclick": "x"}}]), "format_not_allowed"),
        (Delta([{"insert": "x", "attributes": {"link": "javascript:x"}}]), "format_not_allowed"),
        (Delta([{"insert": {"image": "data:x"}}]), "format_not_allowed"),
    ],
)
def test_a_change_that_the_document_cannot_take(delta: Delta, code: str) -> None:
    assert judged(submission(delta=delta)) == Refused(code)


def test_half_a_character() -> None:
    head = Head(0, Content.from_delta(Delta([{"insert": "😀\n"}])))
    half = Submission("alice-client", 1, 0, insert(1, "x"))
    assert judge(head, half, user_id=ALICE, client=None, committed_at=None, since=[]) == Refused("splits_surrogate")


def test_a_document_has_a_greatest_length() -> None:
    limits = Limits(document=5)
    assert isinstance(judged(submission(delta=insert(0, "1")), limits=limits), Accepted)
    assert judged(submission(delta=insert(0, "12")), limits=limits) == Refused("document_too_large")


def test_a_document_above_the_limit_may_shrink_and_be_formatted() -> None:
    limits = Limits(document=2)
    assert isinstance(judged(submission(delta=Delta([{"delete": 1}])), limits=limits), Accepted)
    assert isinstance(judged(submission(delta=Delta([{"insert": "x"}, {"delete": 1}])), limits=limits), Accepted)
    assert judged(submission(delta=insert(0, "1")), limits=limits) == Refused("document_too_large")


# One reason before another: whoever breaks several rules is told of the first.


def test_the_order_of_judgement() -> None:
    reasons = ["not_allowed", "client_id_taken", "seq_too_old", "base_version_ahead", "beyond_end"]
    for broken in itertools.product((False, True), repeat=len(reasons)):
        unseen, taken, old, ahead, beyond = broken
        delta = Delta([{"retain": 99}, {"delete": 1}]) if beyond else insert(0, "x")
        verdict = judged(
            submission(seq=4 if old else 5, base_version=99 if ahead else 3, delta=delta),
            refusal="not_allowed" if unseen else None,
            user_id=MALLORY if taken else ALICE,
        )
        first = next((code for code, is_broken in zip(reasons, broken, strict=True) if is_broken), None)
        assert (verdict.code if isinstance(verdict, Refused) else None) == first


@pytest.mark.parametrize("refusal", [None, "not_allowed"])
def test_what_is_committed_is_acknowledged_before_all_else(refusal: str | None) -> None:
    submitted = submission(seq=4, base_version=99, delta=Delta([{"retain": 99}, {"delete": 1}]))
    assert judged(submitted, committed_at=2, refusal=refusal) == Duplicate(2)


def test_each_reason_is_a_row_of_the_table() -> None:
    for code in ("client_id_taken", "seq_too_old", "base_version_ahead", "base_version_behind", "history_gone"):
        assert ERRORS[code].close is None
