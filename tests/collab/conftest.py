import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from typing import ParamSpec, TypeVar

import pytest
from channels.layers import InMemoryChannelLayer
from django.db import connection

from accounts import tokens
from accounts.models import User
from collab.process import Process
from collab.timing import Timing
from documents.models import Document
from tests.collab.talk import Inside, Table
from tests.live import LiveServer

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The answer of a call that needs the database. (A connection left open warns, since Python 3.13.)"""

    def called() -> T:
        with closing(connection):
            return call(*args, **kwargs)

    return await asyncio.to_thread(called)


@pytest.fixture
async def table(live: LiveServer) -> AsyncIterator[Table]:
    """A new document on the live server, and whoever sits down at it."""
    made = Table(live, await asyncio.to_thread(live.document))
    yield made
    await made.close()


Join = Callable[..., Awaitable[Inside]]

# Nothing happens by the clock unless a test wants it to.
STILL = Timing(heads=3600, rights=3600, attendance=3600, sweep=3600)


@pytest.fixture
async def processes() -> AsyncIterator[Callable[..., Process]]:
    """`processes()` makes one more server process within this one; they share `layer` if it is given."""
    made: list[Process] = []

    def make(**options: object) -> Process:
        options = {"timing": STILL, "layer": InMemoryChannelLayer(capacity=10_000), **options}
        made.append(Process(**options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for process in made:
        await process.stop()


@pytest.fixture
def secrets(transactional_db: None, alice: User, bob: User, carol: User, mallory: User) -> dict[str, str]:
    """A token of everyone's."""
    return {user.name.lower(): tokens.create(user.pk, "test")[1] for user in (alice, bob, carol, mallory)}


@pytest.fixture
async def join(document: Document, secrets: dict[str, str], processes: Callable[..., Process]) -> AsyncIterator[Join]:
    """`await join("alice")` sits alice down at `document`, in a server process within this one."""
    made: list[Inside] = []
    default: list[Process] = []

    async def join(name: str, client_id: str | None = None, process: Process | None = None, **fields: object) -> Inside:
        if process is None:
            default.append(default[0] if default else processes())
            process = default[0]
        talker = await Inside(client_id or f"{name}-0001", process, document.pk).open()
        made.append(talker)
        await talker.hello(token=secrets[name], **fields)
        return talker

    yield join
    for talker in made:
        await talker.close()
