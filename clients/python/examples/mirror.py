"""A file that shows the text of a document. Run it as `DOCUMENT=ws://… TOKEN=dp_… python mirror.py notes.txt`."""

import os
import sys
from pathlib import Path

from deltapad_client import events
from deltapad_client.sync import DocumentClient


def mirror(text: str, file: Path) -> None:
    new = file.with_name(f"{file.name}.new")
    new.write_text(text)
    new.replace(file)  # whoever reads it reads all of it


with (
    DocumentClient(os.environ["DOCUMENT"], token=os.environ["TOKEN"]) as document,
    document.events() as happening,
):
    mirror(document.text, Path(sys.argv[1]))
    for event in happening:
        if isinstance(event, events.Change | events.Reset):
            mirror(document.text, Path(sys.argv[1]))
