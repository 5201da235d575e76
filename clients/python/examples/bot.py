"""A bot: it writes © wherever somebody types (c). Run it as `DOCUMENT=ws://… TOKEN=dp_… python bot.py`."""

import asyncio
import os

from deltapad_client import DocumentClient, events, text_length


async def main() -> None:
    async with DocumentClient(os.environ["DOCUMENT"], token=os.environ["TOKEN"]) as document:
        with document.events() as happening:
            print("in", document.title, flush=True)
            async for event in happening:
                before, found, _ = document.text.partition("(c)")
                if isinstance(event, events.Change) and found:
                    document.delete(text_length(before), 3)
                    document.insert(text_length(before), "©")


asyncio.run(main())
