"""The metrics of all processes of this server, whichever of them is asked.

Each process tells its own at a Unix socket in a folder that their parent made; who is asked asks the others. So each
value is of the moment, a process that is dead has none, and its counters begin and end with it: every series has
the label `process`, over which Prometheus adds up (`sum(rate(…))`).
"""

import asyncio
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric

from collab import metrics

if TYPE_CHECKING:
    from collab.process import Process

# Where the parent tells its children which folder is theirs. (No setting: nobody else has one to give.)
FOLDER = "DELTAPAD_PROCESSES"
# Seconds that another process has to tell; one that is stopped or stalled is left out.
PATIENCE = 2.0


class Scrape:
    """One process among its siblings."""

    def __init__(self, process: "Process", folder: str | None = None) -> None:
        self._process = process
        self._folder = Path(folder) if folder else None
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Tells the siblings from now on, if there may be any."""
        if self._folder:
            self._server = await asyncio.start_unix_server(self._tell, self._folder / self._process.id)

    def close(self) -> None:
        """Tells nobody any more."""
        if self._server and self._folder:
            self._server.close()
            (self._folder / self._process.id).unlink(missing_ok=True)

    async def page(self) -> bytes:
        """Everyone's metrics, in Prometheus' text format."""
        return generate_latest(Merged(told["families"] for told in await self.told()))

    async def told(self) -> list[dict[str, Any]]:
        """What each process tells: its `name`, its metrics as `families`, and `lately`, its refusals a minute by code.

        One that does not answer is left out.
        """
        others = [path for path in self._folder.iterdir() if path.name != self._process.id] if self._folder else []
        told = await asyncio.gather(*(_ask(path) for path in others))
        return [self._own(), *(each for each in told if each)]

    def _own(self) -> dict[str, Any]:
        return {
            "name": self._process.id,
            "families": self._families(),
            "lately": self._process.lately.per_minute(),
        }

    def _families(self) -> list[Any]:
        pid = str(os.getpid())
        return [
            [family.name, family.documentation, family.type, [
                [sample.name, sample.labels | {"process": pid}, sample.value] for sample in family.samples
            ]]
            for family in (*metrics.REGISTRY.collect(), *metrics.standing(self._process))
        ]  # fmt: skip

    async def _tell(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            writer.write(json.dumps(self._own()).encode())
            await writer.drain()
        writer.close()


async def _ask(path: Path) -> dict[str, Any]:
    """What the process at a socket tells; nothing where it is dead, or does not answer in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                told: dict[str, Any] = json.loads(await reader.read())
                return told
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        pass
    return {}


class Merged:
    """A registry of what several processes told: each metric once, with everyone's samples."""

    def __init__(self, told: Iterable[list[Any]]) -> None:
        self._families: dict[str, Metric] = {}
        for name, documentation, kind, samples in (family for families in told for family in families):
            family = self._families.setdefault(name, Metric(name, documentation, kind))
            for sample in samples:
                family.add_sample(*sample)

    def collect(self) -> Iterator[Metric]:
        yield from self._families.values()
