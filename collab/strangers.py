"""Sockets that have not said who they are: there are only so many, and the one that has waited longest gives way."""

from collections.abc import Callable

MOST = 1000

End = Callable[[str], None]


class Strangers:
    """The sockets before their hello, each known by how it is ended."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._ends: dict[End, None] = {}

    def __len__(self) -> int:
        return len(self._ends)

    def enter(self, end: End) -> None:
        """One more; the oldest goes where there are too many."""
        self._ends[end] = None
        if len(self._ends) > self._most:
            oldest = next(iter(self._ends))
            del self._ends[oldest]
            oldest("rate_limited")

    def leave(self, end: End) -> None:
        """This one is no stranger any more, or gone."""
        self._ends.pop(end, None)

    def end_all(self, code: str) -> None:
        """Ends them all."""
        for end in list(self._ends):
            end(code)
