"""Deltapad and its peers at the same work on the same machine, in turn: `python -m benchmarks.bench`."""
