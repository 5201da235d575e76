"""An image as it is kept."""

from typing import NamedTuple


class Drawing(NamedTuple):
    """The bytes of an image, and what they are; its sides are in pixels."""

    media_type: str
    width: int
    height: int
    data: bytes
