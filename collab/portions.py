"""What is looked after for everyone now and then, some at a time: memory that is needed for all at once stays taken."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

# So few that what is read of them is small beside what a process keeps of them all.
PORTION = 50


def portions(items: Iterable[T]) -> Iterator[list[T]]:
    """The items, in lists of a few."""
    left = iter(items)
    while portion := list(islice(left, PORTION)):
        yield portion
