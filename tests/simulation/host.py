"""Server processes without a process: the real rooms and the real commit, on a database that fails at times."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

from channels.layers import BaseChannelLayer
from django.db import OperationalError

from collab.database import Database
from collab.process import Process
from documents.commit import OutcomeUnknown, commit


class FailingDatabase(Database):
    """Calls take their time; some fail, and of some commits nobody learns that they succeeded."""

    def __init__(self, randomness: Random) -> None:  # and no threads: time is not real here
        self.faulty = True
        self.dead = False
        self._random = randomness
        self._writing = asyncio.Lock()

    async def read(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        await self._while()
        self._fail(0.01, OperationalError)
        return call(*args, **kwargs)

    async def write(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        error = OutcomeUnknown if call is commit else OperationalError
        async with self._writing:
            await self._while()
            self._fail(0.03, error)
            answer = call(*args, **kwargs)
            self._fail(0.03, error)
            await self._while()
        self._fail(0, error)
        return answer

    async def close(self) -> None:
        await asyncio.sleep(0)

    async def _while(self) -> None:
        await asyncio.sleep(self._random.expovariate(200))

    def _fail(self, share: float, error: type[Exception]) -> None:
        if self.dead or (self.faulty and self._random.random() < share):
            raise error("simulated")


class Host:
    """One server process, which can die and come back as another."""

    def __init__(self, layer: BaseChannelLayer, randomness: Random) -> None:
        self._layer = layer
        self._random = randomness
        self._faulty = True
        self.process: Process | None = None
        self.start()

    def start(self) -> None:
        self._database = FailingDatabase(self._random)
        self._database.faulty = self._faulty
        self.process = Process(layer=self._layer, database=self._database)

    async def die(self, cut: Callable[[Process], None]) -> None:
        """From this moment nothing of the process reaches anyone; what it had committed is in the database."""
        process, self.process = self.process, None
        if process is not None:
            self._database.dead = True
            cut(process)
            await process.stop()

    def calm(self) -> None:
        """No more faults."""
        self._faulty = self._database.faulty = False
