"""Work that has no hurry, beside work that has."""

import pytest

from jobs import pace


def test_it_rests_most_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    rests: list[float] = []
    clock = iter([0.0, 1.0, 5.0, 6.0, 10.0])
    monkeypatch.setattr(pace, "monotonic", lambda: next(clock))
    monkeypatch.setattr(pace, "sleep", rests.append)
    paced = pace.Pace(8)
    assert [paced(), paced()] == [False, True]
    assert rests == [4.0, 4.0]
