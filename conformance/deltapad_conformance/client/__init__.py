"""Judging a client: the kit plays the server, and drives the client over a pipe of JSON lines."""

from . import joining
from .scenarios import book

__all__ = ["book", "joining"]
