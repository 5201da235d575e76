"""One round: people type while faults strike; then all is mended, everyone settles, and what is held is taken down."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from itertools import count
from pathlib import Path
from random import Random

from deltapad_client import Closed, DocumentClient
from protocol.delta import Delta
from tests.chaos.checker import Finding, check
from tests.chaos.faults import FAULTS, Fault
from tests.chaos.history import History
from tests.chaos.kept import kept
from tests.chaos.plan import fitting, plan
from tests.chaos.recorder import Recorder
from tests.chaos.report import Report
from tests.chaos.stage import DatabaseKind, Stage, stage
from tests.chaos.typists import Overheard, Typist, characters
from tests.line import Line
from tests.live import LiveServer

DOCUMENTS = 3
TYPISTS = ("alice", "bob", "alice", "bob")
READER = "carol"
SETTLED_WITHIN = 150.0


async def play(
    server: str, database: DatabaseKind, seconds: float, seed: str, folder: Path, only: Sequence[str] = ()
) -> Report:
    """Plays a round of `seconds` (and some for settling), and judges it. `folder` gets its papers.

    `only` names the kinds of faults to strike with, instead of all that fit.
    """
    history = folder / "history.jsonl"
    with Recorder(history) as recorder:
        async with stage(server, database) as on:
            documents = [on.hosts[0].document() for _ in range(DOCUMENTS)]
            try:
                faults = [FAULTS[kind] for kind in only] or fitting(on.targets, seconds)
                await _Round(on, documents, recorder, seed, faults).play(seconds)
            finally:
                for number, host in enumerate(on.hosts):
                    (folder / f"host-{number}.log").write_text(host.log)
            found = await asyncio.to_thread(kept, on.hosts[0].environment, documents)
            damaged = await asyncio.to_thread(damages, on.hosts[0], documents)
            logged = errors("".join(host.log for host in on.hosts))
    played = History.read(history)
    report = Report.of(f"{server} on {database}", seed, played, check(played, found) + damaged, logged)
    (folder / "report.json").write_text(report.json() + "\n")
    return report


def damages(host: LiveServer, documents: list[str]) -> list[Finding]:
    """What the server's own verification finds."""
    found = []
    for document in documents:
        try:
            host.manage("verify_documents", document)
        except RuntimeError as error:
            found.append(Finding("damaged", document, str(error)))
    return found


def errors(log: str) -> Counter[str]:
    """How often the servers logged which exception with a traceback; those of broken databases are to be expected."""
    return Counter(re.findall(r"^([A-Za-z_][\w.]*(?:Error|Exception|Timeout|Unknown|Group))\b", log, re.MULTILINE))


class _Round:
    """The people and the faults of one round."""

    def __init__(self, on: Stage, documents: list[str], recorder: Recorder, seed: str, faults: list[Fault]) -> None:
        self.on = on
        self.documents = documents
        self.recorder = recorder
        self.seed = seed
        self.faults = faults
        self.random = Random(seed)
        self.numbers: Iterator[int] = count(1)

    async def play(self, seconds: float) -> None:
        async with AsyncExitStack() as stack:
            typists = [await self.sits(document, stack) for document in self.documents]
            readers = [
                (document, await stack.enter_async_context(self.client(document, READER, self.on.lines[0])))
                for document in self.documents
            ]
            together = [typist for table in typists for typist in table]
            typing = [asyncio.create_task(typist.type()) for typist in together]
            try:
                await self.strike(seconds)
            finally:
                for task in typing:
                    task.cancel()
                await asyncio.gather(*typing, return_exceptions=True)
            clients = [(typist.document, typist.client) for typist in together] + readers
            await self.settle(clients)
            await self.take_down(clients)

    async def sits(self, document: str, stack: AsyncExitStack) -> list[Typist]:
        """The typists of one document, each on another line."""
        words = characters()
        return [
            Typist(
                await stack.enter_async_context(self.client(document, name, line)),
                document,
                self.recorder,
                words,
                f"{self.seed} {document} {number}",
            )
            for number, (name, line) in enumerate(zip(TYPISTS, self.on.lines, strict=True))
        ]

    def client(self, document: str, name: str, line: Line) -> DocumentClient:
        host = self.on.hosts[0]
        return DocumentClient(
            f"ws://127.0.0.1:{line.port}/ws/documents/{document}/",
            token=host.people[name].token,
            dial=Overheard.dialer(self.recorder, document),
        )

    async def strike(self, seconds: float) -> None:
        """Faults, until so many seconds are over; the last strike may last longer."""
        end = time.monotonic() + seconds
        for strike in plan(self.seed, self.faults):
            if time.monotonic() > end:
                return
            await asyncio.gather(*(self.inject(fault, lasting) for fault, lasting in strike.faults))
            await asyncio.sleep(strike.rest)

    async def inject(self, fault: Fault, seconds: float) -> None:
        number = next(self.numbers)
        self.recorder.fault_began(number, fault.kind)
        await fault.strike(self.on, self.random, seconds)
        self.recorder.fault_ended(number)

    async def settle(self, clients: list[tuple[str, DocumentClient]]) -> None:
        """Waits until everyone has everything, as long as may be; who has not by then is found by the checker."""

        async def settled() -> None:
            await asyncio.gather(*(client.committed() for _, client in clients))
            for document in self.documents:
                while len({client.version for where, client in clients if where == document}) > 1:
                    await asyncio.sleep(0.05)

        # Closed: recorded where it was heard.
        with suppress(TimeoutError, Closed):
            async with asyncio.timeout(SETTLED_WITHIN):
                await settled()

    async def take_down(self, clients: list[tuple[str, DocumentClient]]) -> None:
        """What everyone holds: those who were there, who comes only now, and each host's REST."""
        for document, client in clients:
            self.recorder.held(document, client.client_id, client.version, client.contents, not client.unsent)
        for document in self.documents:
            try:
                async with self.client(document, READER, self.on.lines[-1]) as late:
                    self.recorder.held(document, late.client_id, late.version, late.contents)
            except Closed:
                continue  # recorded where it was heard
            for number, host in enumerate(self.on.hosts):
                path = f"/api/v1/documents/{document}/contents"
                answer = await asyncio.to_thread(host.rest, READER, "GET", path)
                self.recorder.held(document, f"host-{number}", answer["version"], Delta(answer["contents"]))
