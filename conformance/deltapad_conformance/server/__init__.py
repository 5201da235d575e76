"""Judging a server: the kit plays people at its documents."""

from . import editing, joining, returning
from .scenarios import book

__all__ = ["book", "editing", "joining", "returning"]
