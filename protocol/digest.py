"""A digest chained over a document's changes: two histories that agree on it agree on every change before."""

from __future__ import annotations

from hashlib import sha256

from .delta import Delta

START = sha256(b"deltapad.v1").hexdigest()
"""The digest of version 0, the empty document."""


def chain(previous: str, delta: Delta) -> str:
    """The digest after `delta`. It knows what was changed, never who changed it."""
    return chain_json(previous, delta.json)


def chain_json(previous: str, text: str) -> str:
    """The digest after a change of which this is the stored JSON text."""
    return sha256(f"{previous}\n{text}".encode()).hexdigest()
