"""Whether this process can serve people: what a balancer asks before it sends any."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from collab.tasks import spawn

if TYPE_CHECKING:
    from collab.process import Process

# Seconds for which an answer of the database stands: anyone may ask as often as they like.
FRESH = 1.0
# Seconds after which a database that has not answered is one that does not.
PATIENCE = 3.0

SILENT = "The database does not answer."
BEHIND = "Migrations are to be applied: manage.py migrate."
DRAINING = "The server is restarting."
ALONE = "The channel layer does not answer: editing goes on through the database, slower."


@dataclass(frozen=True, slots=True)
class State:
    """Whether the process serves people, `degraded` meaning that it does so worse; why, where it does not do well."""

    status: Literal["ready", "degraded", "unavailable"]
    reason: str = ""


class Readiness:
    """Says how a process is, without anything that a stranger should not know."""

    def __init__(self, process: "Process") -> None:
        self._process = process
        self._asked: asyncio.Task[str] | None = None
        self._asked_at = 0.0
        self._migrated = False

    async def state(self) -> State:
        """How the process is now; of the database, as of a second ago at most."""
        if self._process.draining:
            return State("unavailable", DRAINING)
        wrong = await self._wrong_with_database()
        if wrong:
            return State("unavailable", wrong)
        return State("ready") if self._process.layer.answers else State("degraded", ALONE)

    async def _wrong_with_database(self) -> str:
        if self._asked is None or (self._asked.done() and self._process.clock() - self._asked_at >= FRESH):
            self._asked_at = self._process.clock()
            self._asked = spawn(self._ask())
        # One question at a time, however many wait for its answer.
        answered, _ = await asyncio.wait([self._asked], timeout=PATIENCE)
        return self._asked.result() if answered else SILENT

    async def _ask(self) -> str:
        try:
            await self._process.database.read(_touch)
            # Looked for until they are there: what was applied stays applied.
            self._migrated = self._migrated or await self._process.database.read(_is_migrated)
        except Exception:
            return SILENT
        return "" if self._migrated else BEHIND


def _touch() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
