"""Judging a client: the kit plays the server, and drives the client over a pipe of JSON lines."""

from . import editing, faults, joining, refusals, returning, transcripts
from .scenarios import book

__all__ = ["book", "editing", "faults", "joining", "refusals", "returning", "transcripts"]
