"""The live system as a whole: what it does now, and what administrators do to it."""
