"""Work that is begun at once: no task where none is needed, and a task like any other where one is."""

import asyncio
import inspect

import pytest

from collab.tasks import begin, stopped

done: list[str] = []


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


async def test_what_need_not_wait_is_done_at_once() -> None:
    async def work() -> None:
        done.append("all")

    assert begin(work()) is None
    assert done == ["all"]


async def test_what_has_to_wait_goes_on_in_a_task() -> None:
    ready = asyncio.Event()

    async def work() -> None:
        done.append("first")
        await ready.wait()
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await ready.wait()
        done.append("rest")

    rest = begin(work())
    assert rest is not None
    assert done == ["first"]
    assert inspect.iscoroutine(rest.get_coro()), "Python 3.12 and later take no other"
    ready.set()
    await rest
    assert done == ["first", "rest"]


async def test_it_is_cancelled_where_it_waits() -> None:
    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            done.append("tidied up")

    rest = begin(work())
    assert rest is not None
    await stopped(rest)
    assert rest.cancelled()
    assert done == ["tidied up"]


async def test_what_it_waits_for_may_fail() -> None:
    awaited: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def work() -> None:
        try:
            await awaited
        except ConnectionResetError:
            done.append("heard of it")
            await asyncio.sleep(0)
            raise

    rest = begin(work())
    assert rest is not None
    awaited.set_exception(ConnectionResetError())
    with pytest.raises(ConnectionResetError):
        await rest
    assert done == ["heard of it"]


async def test_what_fails_at_once_fails_there() -> None:
    async def work() -> None:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        begin(work())
