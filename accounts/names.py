"""What people call things that others see."""

from protocol.errors import ProtocolError


def cleaned(name: str, longest: int) -> str:
    """The name on one line, without space around it. Raises invalid_field for an empty or overlong one."""
    kept = " ".join(name.split())
    if not kept or len(kept) > longest or not kept.isprintable():
        raise ProtocolError("invalid_field", f"A title or name has 1 to {longest} characters.")
    return kept
