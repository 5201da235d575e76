"""How often something was refused in the last minutes, for those who look without Prometheus."""

from collections import deque
from collections.abc import Callable

from collab import metrics

MINUTES = 10


class Lately:
    """What the counter of refusals held at the end of each of the last minutes, in one process."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._past = deque([(clock(), metrics.refusals())], maxlen=MINUTES)

    async def note(self) -> None:
        """To be called once a minute."""
        self._past.append((self._clock(), metrics.refusals()))

    def per_minute(self) -> dict[str, float]:
        """Refusals a minute, by code, over the last minutes; those that did not occur are left out."""
        since, before = self._past[0]
        minutes = max((self._clock() - since) / 60, 1.0)
        now = metrics.refusals()
        more = {code: count - before.get(code, 0.0) for code, count in now.items()}
        return {code: count / minutes for code, count in more.items() if count}
