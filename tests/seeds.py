"""Which seeds a randomised test plays: its own, or the one of DELTAPAD_SEED, to see a failure again."""

import os


def seeds(count: int) -> list[int]:
    chosen = os.environ.get("DELTAPAD_SEED")
    return [int(chosen)] if chosen else list(range(count))
