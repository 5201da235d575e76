"""The colors that mark people's carets: each reads well under white text (4.5:1 or more)."""

import uuid

PALETTE = (
    "#b42318",
    "#c2410c",
    "#a16207",
    "#4d7c0f",
    "#15803d",
    "#0f766e",
    "#0e7490",
    "#0369a1",
    "#1d4ed8",
    "#4338ca",
    "#7e22ce",
    "#a21caf",
    "#be185d",
    "#57534e",
)


def color_of(user_id: uuid.UUID) -> str:
    """The color a person starts with: the same for the same id, anywhere."""
    return PALETTE[user_id.int % len(PALETTE)]
