"""What a new document may begin with: the server's own templates, each a Delta of inserts in a file here."""

import json
from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protocol.content import Content
from protocol.errors import ProtocolError

STARTERS: dict[str, str | Promise] = {
    "meeting_notes": _("Meeting notes"),
    "report": _("Report"),
    "to_do": _("To-do list"),
}


@cache
def contents(name: str) -> Content:
    """What the template of that name holds. Raises invalid_field where there is none."""
    if name not in STARTERS:
        raise ProtocolError("invalid_field", "There is no such template.")
    return Content.from_json(json.loads((Path(__file__).parent / f"{name}.json").read_text()))
