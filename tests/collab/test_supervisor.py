"""The parent of the workers: how it treats those that die, and signals that come early."""

import os
import signal
from collections.abc import Iterator
from unittest.mock import Mock

import pytest

from collab.supervisor import FAILURES_ALLOWED, LONGEST_PAUSE_SECONDS, SETTLED_SECONDS, Place, Supervisor


@pytest.fixture
def unheard() -> Iterator[None]:
    """Signals that nobody handles fail the test, instead of ending it."""

    def fail(number: int, frame: object) -> None:
        pytest.fail(f"nobody hears {signal.Signals(number).name}")

    numbers = (signal.SIGUSR2, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, fail) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def place() -> Place:
    return Place(Mock())


def die(place: Place, status: int, age: float = 1.0, times: int = 1) -> None:
    for _ in range(times):
        place.note_death(status, age)


def test_one_that_had_settled_is_replaced_at_once(place: Place) -> None:
    for status in (-signal.SIGKILL, 1):
        die(place, status, age=SETTLED_SECONDS + 1)
        assert place.pause() == 0


@pytest.mark.parametrize("status", [1, -signal.SIGKILL, -signal.SIGSEGV])
def test_the_younger_they_die_the_longer_it_waits(place: Place, status: int) -> None:
    pauses = []
    for _ in range(2000):
        die(place, status)
        pauses.append(place.pause())
    assert 0 < pauses[0] < pauses[1] < pauses[2]
    assert pauses[-1] == LONGEST_PAUSE_SECONDS
    die(place, status, age=SETTLED_SECONDS + 1)
    assert place.pause() == 0


def test_only_those_that_end_by_themselves_end_the_whole(place: Place) -> None:
    die(place, -signal.SIGKILL, times=20)
    assert not place.hopeless
    die(place, 1, times=FAILURES_ALLOWED - 1)
    assert not place.hopeless
    die(place, 1)
    assert place.hopeless


@pytest.mark.usefixtures("unheard")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_are_heard_before_the_first_worker_starts(end: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_: object) -> Mock:
        os.kill(os.getpid(), signal.SIGUSR2)
        os.kill(os.getpid(), end)
        return Mock(status=None)

    monkeypatch.setattr("collab.supervisor.Child", start)
    assert Supervisor("daphne", 2, Mock(), 1.0, Mock()).run() == 0
