"""Refusals a minute, as the admin shows them."""

from collab import metrics
from collab.lately import Lately


class Clock:
    """Stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_it_is_the_mean_of_the_last_minutes() -> None:
    clock = Clock()
    lately = Lately(clock)
    assert lately.per_minute() == {}
    for _ in range(6):
        metrics.refused("history_changed")
    clock.now = 30.0
    assert lately.per_minute() == {"history_changed": 6.0}, "of less than a minute nothing is multiplied"
    clock.now = 180.0
    assert lately.per_minute() == {"history_changed": 2.0}


async def test_what_is_long_ago_does_not_count() -> None:
    clock = Clock()
    lately = Lately(clock)
    metrics.refused("history_changed")
    for minute in range(1, 12):
        clock.now = minute * 60.0
        await lately.note()
    assert lately.per_minute() == {}
