"""How much is too much: full speed on an idle server, a fair turn on a busy one, an end to floods."""

from types import SimpleNamespace
from typing import Any

import pytest

from collab.throttle import BURST, FEW, MOST_CONNECTIONS, MOST_OUTSTANDING, MOST_TOGETHER, SHARE, Throttle, fair_share
from protocol.errors import ProtocolError
from protocol.limits import Limits

LIMITS = Limits(frames_per_second=10, bytes_per_second=1000)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(clock: Clock) -> Throttle:
    made = Throttle(LIMITS, clock)
    made.enter("alice")
    made.enter("bob")
    return made


def test_who_waits_for_answers_goes_at_full_speed(throttle: Throttle) -> None:
    for _ in range(50_000):
        assert throttle.submission("alice", 1000) == 0
        throttle.done("alice")


def test_who_waits_for_answers_is_not_slowed_by_others_either(throttle: Throttle) -> None:
    throttle.submission("bob", 1)
    for _ in range(1000):
        assert throttle.submission("alice", 1) == 0
        throttle.done("alice")


def test_many_at_once_are_slowed_while_others_wait(throttle: Throttle) -> None:
    throttle.submission("bob", 1)
    waits = [throttle.submission("alice", 1) for _ in range(int(BURST) * LIMITS.frames_per_second + FEW + 5)]
    assert not any(waits[: int(BURST) * LIMITS.frames_per_second])
    assert all(waits[-5:])


def test_many_bytes_are_slowed_while_others_wait(throttle: Throttle) -> None:
    throttle.submission("bob", 1)
    assert throttle.submission("alice", int(BURST) * LIMITS.bytes_per_second) == 0
    throttle.done("alice")
    assert throttle.submission("alice", 500) == pytest.approx(0.5)


def test_the_wait_is_long_enough(throttle: Throttle, clock: Clock) -> None:
    throttle.submission("bob", 1)
    throttle.submission("alice", int(BURST) * LIMITS.bytes_per_second)
    clock.now += throttle.submission("alice", 500)
    assert throttle.submission("alice", 500) == 0


def test_what_waits_is_bounded_even_alone(throttle: Throttle) -> None:
    taken = [throttle.submission("alice", 1) == 0 for _ in range(MOST_OUTSTANDING + 1)]
    assert taken == [True] * MOST_OUTSTANDING + [False]
    throttle.done("alice")
    assert throttle.submission("alice", 1) == 0


def test_other_frames_are_counted(throttle: Throttle, clock: Clock) -> None:
    allowed = [throttle.other("alice") for _ in range(200)]
    assert allowed.index(False) == BURST * LIMITS.frames_per_second
    assert throttle.other("bob")
    clock.now += 1
    assert throttle.other("alice")


def test_coming_back_gains_nothing(throttle: Throttle, clock: Clock) -> None:
    while throttle.other("alice"):
        pass
    throttle.leave("alice")
    throttle.sweep()
    throttle.enter("alice")
    assert not throttle.other("alice")


def test_those_who_are_gone_are_forgotten(throttle: Throttle, clock: Clock) -> None:
    throttle.other("alice")
    throttle.leave("alice")
    clock.now += BURST + 1
    throttle.sweep()
    assert set(throttle._accounts) == {"bob"}


def test_connections_of_one_person_are_bounded(throttle: Throttle) -> None:
    for _ in range(MOST_CONNECTIONS - 1):
        throttle.enter("alice")
    with pytest.raises(ProtocolError) as refused:
        throttle.enter("alice")
    assert refused.value.code == "rate_limited"
    throttle.leave("alice")
    throttle.enter("alice")


# -- batches --


def queue(authors: str) -> Any:
    """A queue in which a letter stands for a submission of the person of that letter."""
    return [SimpleNamespace(connection=SimpleNamespace(principal=SimpleNamespace(user_id=a))) for a in authors]


def letters(waiting: Any) -> str:
    return "".join(one.connection.principal.user_id for one in waiting)


def test_a_batch_is_whatever_waits() -> None:
    taken, left = fair_share(queue("abcab"))
    assert (letters(taken), letters(left)) == ("abcab", "")


def test_nobody_fills_a_batch_while_others_wait() -> None:
    taken, left = fair_share(queue("a" * 100 + "b"))
    assert (letters(taken), letters(left)) == ("a" * SHARE + "b", "a" * (100 - SHARE))


def test_alone_one_may() -> None:
    taken, left = fair_share(queue("a" * (MOST_TOGETHER + 1)))
    assert (len(taken), len(left)) == (MOST_TOGETHER, 1)
