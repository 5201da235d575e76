"""Which kinds of job there are. An app registers its own in its module `jobs`, imported at start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

Work = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of job is done, how often it is tried, and whether it comes round by itself.

    `outside`: it waits for the servers of others, and so has threads of its own.
    """

    name: str
    work: Work
    attempts: int
    every: timedelta | None
    outside: bool


KINDS: dict[str, Kind] = {}


def job(
    name: str, *, attempts: int = 10, every: timedelta | None = None, outside: bool = False
) -> Callable[[Work], Work]:
    """Registers a function as the work of this kind; it gets the payload as keyword arguments.

    A job is tried until it returns, so it may run more than once: the function must bear that. With `every` it
    needs no enqueueing and runs again that long after each end. Refuses (ValueError) a name that is taken.
    """

    def register(work: Work) -> Work:
        if name in KINDS and KINDS[name].work is not work:
            raise ValueError(f"there is a job {name} already")
        KINDS[name] = Kind(name, work, attempts, every, outside)
        return work

    return register
