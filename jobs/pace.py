"""How work that has no hurry leaves the processor to work that has."""

from time import monotonic, sleep


class Pace:
    """Leaves four fifths of the time to others in this process; says when `seconds` are over."""

    REST = 4

    def __init__(self, seconds: float = float("inf")) -> None:
        self._since = monotonic()
        self._end = self._since + seconds

    def __call__(self) -> bool:
        sleep((monotonic() - self._since) * self.REST)
        self._since = monotonic()
        return self._since >= self._end
