"""An image as it is kept."""

from base64 import b64encode
from typing import NamedTuple


class Drawing(NamedTuple):
    """The bytes of an image, and what they are; its sides are in pixels."""

    media_type: str
    width: int
    height: int
    data: bytes

    @property
    def address(self) -> str:
        """An address that holds the image itself."""
        return f"data:{self.media_type};base64,{b64encode(self.data).decode()}"
