"""Asking the server now and then whether what stands here is the document, where it takes that question."""

import asyncio
import random

from protocol.content import Content
from protocol.contents_digest import contents_digest
from protocol.messages import Check, Checked
from protocol.replica import Replica

from .connection import Connection

QUIET = 3.0
"""Seconds without an edit before a question: while people type there is something unsent anyway."""
MOST_DOUBLINGS = 6
LONG = 64 * 1024
"""Contents longer than this, in UTF-16 code units, are digested outside the event loop."""


class Checker:
    """One client's questions: soon after each welcome, then at the server's interval or a little longer.

    Where the answer is a mismatch again and again, they become rarer: something is wrong that no reload mends.
    """

    def __init__(self, replica: Replica) -> None:
        self.mismatches = 0
        self._replica = replica

    async def ask(self, connection: Connection, interval: float) -> None:
        """Asks, for as long as the connection stands, every `interval` seconds or rarer."""
        if self.mismatches:
            await self._pause(interval)
        while True:
            await self._quiet()
            question = self._replica.question()
            if question is not None:
                digest = await _digest(question.contents)
                await connection.send(Check(version=question.version, digest=digest))
            await self._pause(interval)

    def answered(self, answer: Checked) -> bool:
        """Whether that was a mismatch; counts those in a row."""
        if answer.result == "different":
            self.mismatches += 1
        elif answer.result == "same":
            self.mismatches = 0
        return answer.result == "different"

    async def _quiet(self) -> None:
        seq: int | None = None
        while seq != self._replica.seq or not self._replica.synchronized:
            seq = self._replica.seq
            await asyncio.sleep(random.uniform(QUIET, 2 * QUIET))  # noqa: S311 - no secret

    async def _pause(self, interval: float) -> None:
        doublings = min(self.mismatches, MOST_DOUBLINGS)
        await asyncio.sleep(interval * 2**doublings * random.uniform(1, 2))  # noqa: S311 - no secret


async def _digest(contents: Content) -> str:
    if contents.length > LONG:
        return await asyncio.to_thread(contents_digest, contents)
    return contents_digest(contents)
