"""What people call things: a document, a version of it."""

from documents.models import TITLE_LENGTH
from protocol.errors import ProtocolError


def cleaned(name: str) -> str:
    """The name on one line, without space around it. Raises invalid_field for an empty or overlong one."""
    kept = " ".join(name.split())
    if not kept or len(kept) > TITLE_LENGTH or not kept.isprintable():
        raise ProtocolError("invalid_field", f"A title or name has 1 to {TITLE_LENGTH} characters.")
    return kept
