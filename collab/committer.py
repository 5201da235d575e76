"""Group commit: whatever waits, of any document of the process, goes into one transaction."""

import asyncio
from time import perf_counter

from collab import metrics
from collab.database import Database
from collab.tasks import begin
from documents.commit import Batch, Outcome, OutcomeUnknown, commit


class Committer:
    """Takes batches of different documents and commits all that wait in one transaction, one after another."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Batch, asyncio.Future[Outcome]]] = []
        self._busy = False

    async def commit(self, batch: Batch) -> Outcome:
        """What became of the batch; a document has one batch here at a time. Raises OutcomeUnknown."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((batch, answer))
        if not self._busy:  # whoever comes first commits for all, and needs no task to wait for
            await self._commit_all()
        return await answer

    async def _commit_all(self) -> None:
        taken, self._waiting = self._waiting, []
        self._busy = True
        try:
            await self._commit_together([batch for batch, _ in taken], [answer for _, answer in taken])
        finally:
            self._busy = False
            # Where the first one's room was closed meanwhile, nobody knows what became of the others.
            for _, answer in taken[1:]:
                _answer(answer, OutcomeUnknown())
            if self._waiting:
                begin(self._commit_all())

    async def _commit_together(self, batches: list[Batch], answers: list[asyncio.Future[Outcome]]) -> None:
        start = perf_counter()
        try:
            outcomes = await self._database.write(commit, batches)
        except Exception as error:
            metrics.commit_failures.inc()
            if len(batches) == 1:
                _answer(answers[0], error)
                return
            # One document's trouble is not the others'. (If all were in after all, each finds a conflict.)
            for batch, answer in zip(batches, answers, strict=True):
                await self._commit_together([batch], [answer])
        else:
            metrics.committed(perf_counter() - start, len(batches))
            for answer, outcome in zip(answers, outcomes, strict=True):
                _answer(answer, outcome)


def _answer(future: asyncio.Future[Outcome], outcome: Outcome | Exception) -> None:
    if future.done():  # nobody waits any more
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
