"""Colors as documents hold them, and as six digits, which is all that Word files know."""

import re

_BY_NAME = {
    "aqua": "00ffff", "black": "000000", "blue": "0000ff", "fuchsia": "ff00ff", "gray": "808080", "green": "008000",
    "grey": "808080", "lime": "00ff00", "maroon": "800000", "navy": "000080", "olive": "808000", "orange": "ffa500",
    "purple": "800080", "red": "ff0000", "silver": "c0c0c0", "teal": "008080", "white": "ffffff", "yellow": "ffff00",
}  # fmt: skip


def as_hex(color: str | None) -> str | None:
    """`rrggbb` of a color that a document holds; None where there is none, or one to see through."""
    if color is None or color == "transparent":
        return None
    if color.startswith("#"):
        digits = color[1:].lower()
        return digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    if color.startswith("rgb"):
        return "".join(f"{int(part):02x}" for part in re.findall(r"\d+", color))
    return _BY_NAME[color]
