"""Before hello: a short time, and only so many at once."""

import asyncio
from collections.abc import Callable

from collab.process import Process
from collab.strangers import Strangers
from documents.models import Document
from protocol.limits import Limits
from tests.collab.conftest import Join
from tests.collab.talk import Inside


async def test_no_hello_in_time_closes(
    transactional_db: None, processes: Callable[..., Process], document: Document
) -> None:
    silent = await Inside("client-0001", processes(limits=Limits(hello_timeout=0.1)), document.pk).open()
    refused = await silent.refused()
    assert (refused.code, refused.error and refused.error["retry"]) == (4508, "reconnect")


async def test_who_said_hello_may_be_silent(join: Join, processes: Callable[..., Process]) -> None:
    process = processes(limits=Limits(hello_timeout=2))
    alice = await join("alice", process=process)
    bob = await join("bob", process=process)
    for letter in "abcdefghijklmnopqrstuvwxyz":
        await bob.types(letter)
    await asyncio.sleep(2)
    await alice.reaches(26)
    assert not [frame for frame in alice.heard if frame["type"] == "error"]


def test_the_one_that_has_waited_longest_gives_way() -> None:
    ended: list[tuple[str, str]] = []
    strangers = Strangers(most=2)

    def stranger(name: str) -> Callable[[str], None]:
        return lambda code: ended.append((name, code))

    first, second, third, fourth = (stranger(name) for name in "abcd")
    strangers.enter(first)
    strangers.enter(second)
    strangers.enter(third)
    assert ended == [("a", "rate_limited")]
    strangers.leave(second)
    strangers.enter(fourth)
    assert len(ended) == 1
    strangers.end_all("draining")
    assert ended[1:] == [("c", "draining"), ("d", "draining")]
