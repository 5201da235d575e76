"""How much one run tries: a short form by default, everything with DELTAPAD_TEST_SCALE=full (`make test-full`)."""

import os
from typing import TypeVar

T = TypeVar("T")

FULL = os.environ.get("DELTAPAD_TEST_SCALE") == "full"


def rounds(short: T, full: T) -> T:
    """What this run uses: a count, a list of cells to try, …

    `@pytest.mark.parametrize("seed", range(rounds(20, 2000)))`
    """
    return full if FULL else short
