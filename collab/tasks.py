"""Tasks that nobody awaits: kept from being collected, and their failures logged without anyone's content."""

import asyncio
import logging
import traceback
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextvars import copy_context
from functools import partial
from typing import Any

from collab.logs import kind

logger = logging.getLogger(__name__)

_running: set[asyncio.Task[Any]] = set()


def spawn(work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Runs `work` on its own; the task that is returned may be cancelled, and need not be kept."""
    # One context for both: what the work binds for its lines, its failure bears too.
    context = copy_context()
    task = asyncio.get_running_loop().create_task(work, context=context)
    _running.add(task)
    task.add_done_callback(_done, context=context)
    return task


def begin(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Runs `work` at once, as far as it goes without waiting; a task does the rest, if any is left.

    A time-out that `work` opens before it first waits is its caller's.
    """
    try:
        waits_for = work.send(None)
    except StopIteration:
        return None
    rest = spawn(_go_on(work, waits_for))
    # One that is cancelled before its first step never reaches the work to tell it so.
    rest.add_done_callback(lambda _: work.close())
    return rest


async def _go_on(work: Coroutine[Any, Any, None], waits_for: Any) -> None:
    # Tasks take no bare generators, since Python 3.12.
    await _rest(work, waits_for)


@types.coroutine
def _rest(work: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    # What `yield from` does, begun in the middle.
    while True:
        try:
            answer = yield waits_for
        except BaseException as error:
            resume = partial(work.throw, error)
        else:
            resume = partial(work.send, answer)
        try:
            waits_for = resume()
        except StopIteration:
            return


async def every(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    """Does `work` again and again, with a pause of `seconds`; a failure is logged and the next turn comes."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except Exception as error:
            log_failure(error)


async def stopped(*tasks: asyncio.Task[Any]) -> None:
    """Cancels the tasks and waits for their end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def log_failure(error: BaseException) -> None:
    """Logs what kind of error it was and where: its message may hold what people wrote, so that stays out."""
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("unexpected %s\n%s", kind(error), where)


def unhandled(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What goes wrong in the event loop itself. (Its own words would show arguments and errors as they are.)"""
    error = context.get("exception")
    if error is not None:
        log_failure(error)
    else:
        logger.error("%s", context["message"])


def _done(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log_failure(error)
