"""What people call things: a document, a version of it."""

from accounts import names
from documents.models import TITLE_LENGTH


def cleaned(name: str) -> str:
    """The name on one line, without space around it. Raises invalid_field for an empty or overlong one."""
    return names.cleaned(name, TITLE_LENGTH)
