"""Which faults come when, decided by a seed alone."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tests.chaos.faults import FAULTS, Fault

REST = (0.5, 2.0)
# How often so many faults strike together, out of ten.
TOGETHER = (1,) * 6 + (2,) * 3 + (3,)


@dataclass(frozen=True)
class Strike:
    """Faults that begin together, each with its seconds, and the rest after all of them."""

    faults: tuple[tuple[Fault, float], ...]
    rest: float


def fitting(targets: Collection[str], seconds: float) -> list[Fault]:
    """The faults for a round of so many seconds: those that can strike here and fill no more than a third of it."""
    return [each for each in FAULTS.values() if each.target in targets and each.longest <= seconds / 3]


def plan(seed: str, kinds: Sequence[Fault]) -> Iterator[Strike]:
    """Strikes without end: every kind comes once before one comes again, at most one on each target at a time."""
    random = Random(seed)
    waiting: list[Fault] = []
    while True:
        chosen: dict[str, Fault] = {}
        for _ in range(random.choice(TOGETHER)):
            waiting = waiting or random.sample(kinds, len(kinds))
            if waiting[-1].target in chosen:
                break
            fault = waiting.pop()
            chosen[fault.target] = fault
        yield Strike(tuple((each, random.uniform(*each.seconds)) for each in chosen.values()), random.uniform(*REST))
