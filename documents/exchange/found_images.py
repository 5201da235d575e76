"""The images in a file that is read: those that it holds, and those of documents here that it points to."""

import binascii
import re
from base64 import b64decode
from typing import TypeVar
from urllib.parse import unquote_to_bytes
from uuid import uuid4

MOST_IMAGES = 300
"""So many images of a file are taken in; of others, their words stand."""
LARGEST_IMAGE = 10 * 1024 * 1024
"""The largest that is taken in, in bytes."""

_HELD = re.compile(r"data:[^,]{0,200};base64,", re.IGNORECASE)
_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
IN_A_DOCUMENT = re.compile(rf"(?:https?://[^/?#]+)?(?:/api/v1)?/documents/({_ID})/images/({_ID})")

Key = TypeVar("Key", bytes, str)


class FoundImages:
    """Gives each image an id by which the contents name it; what they are is seen elsewhere.

    `held` are their bytes; `elsewhere` the addresses of those that may be in another document.
    """

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.elsewhere: dict[str, str] = {}
        self._known: dict[bytes | str, str] = {}

    def hold(self, data: bytes) -> str | None:
        """The id of an image of these bytes; None where it isn't taken in."""
        if len(data) > LARGEST_IMAGE:
            return None
        return self._named(data, self.held)

    def at(self, address: str) -> str | None:
        """The id of the image at an address, which holds it or leads to a document; None for any other address."""
        held = _HELD.match(address)
        if held:
            return self._decoded(address[held.end() :])
        return self._named(address, self.elsewhere) if IN_A_DOCUMENT.fullmatch(address) else None

    def _decoded(self, text: str) -> str | None:
        if len(text) > 2 * LARGEST_IMAGE:
            return None
        try:
            return self.hold(b64decode(unquote_to_bytes(text)))
        except binascii.Error:
            return None

    def _named(self, key: Key, kept: dict[str, Key]) -> str | None:
        if key not in self._known:
            if len(self._known) >= MOST_IMAGES:
                return None
            self._known[key] = str(uuid4())
            kept[self._known[key]] = key
        return self._known[key]
