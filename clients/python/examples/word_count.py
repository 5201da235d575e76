"""Counts the words of a document while people type. Run it as `DOCUMENT=ws://… TOKEN=dp_… python word_count.py`."""

import os

from deltapad_client import events
from deltapad_client.sync import DocumentClient

with (
    DocumentClient(os.environ["DOCUMENT"], token=os.environ["TOKEN"]) as document,
    document.events() as happening,
):
    print(len(document.text.split()), "words", flush=True)
    for event in happening:
        if isinstance(event, events.Change | events.Reset):
            print(len(document.text.split()), "words", flush=True)
