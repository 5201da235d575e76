"""The Python client checks itself: a text that is not the document's is replaced, and nothing typed is lost."""

import asyncio
import random
from collections.abc import Callable

import pytest

from deltapad_client import DocumentClient, checking, events
from deltapad_client.checking import Checker
from deltapad_client.connection import Connection
from protocol.delta import Delta
from protocol.messages import Check, Checked, Hello, Part, Welcome
from protocol.replica import Replica, ReplicaState
from tests.live import LiveServer
from tests.protocol.test_replica import welcome


class Garbling(Connection):
    """A connection on which other contents arrive than were sent. `asked` is called once the client has asked."""

    asked: Callable[[], object]

    async def hello(self, hello: Hello) -> Welcome:
        message = await super().hello(hello)
        return message.model_copy(update={"contents": Delta([{"insert": "Jello\n"}])})

    async def send(self, message: Part) -> None:
        await super().send(message)
        if isinstance(message, Check):
            self.asked()


async def test_it_works(live: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "QUIET", 0.01)
    url = live.ws_url(await asyncio.to_thread(live.document))
    async with DocumentClient(url, token=live.people["bob"].token) as bob:
        bob.insert(0, "Hello")
        await bob.committed()

        async def dial(url: str) -> Connection:
            connection = await Garbling.dial(url)
            assert isinstance(connection, Garbling)
            connection.asked = lambda: alice.insert(5, ", Bob")
            return connection

        alice = DocumentClient(url, token=live.people["alice"].token, dial=dial)
        async with asyncio.timeout(20), alice:
            with alice.events() as happening:
                assert alice.text == "Jello\n"
                mismatched = await anext(event async for event in happening if isinstance(event, events.Mismatched))
                reset = await anext(event async for event in happening if isinstance(event, events.Reset))
                await alice.committed()
                assert mismatched == events.Mismatched(version=1, times=1)
                assert reset.contents.to_json() == [{"insert": "Hello, Bob\n"}]
                while bob.version < 2:
                    await asyncio.sleep(0.01)
                assert alice.text == bob.text == "Hello, Bob\n"
    assert alice.kept == ()


# When it asks


class Listening:
    """What a checker said, without a server: `answer` says what each question gets."""

    def __init__(self, answer: Callable[[Check], object]) -> None:
        self.asked: list[Check] = []
        self._answer = answer

    async def send(self, message: Part) -> None:
        assert isinstance(message, Check)
        self.asked.append(message)
        self._answer(message)


class Enough(Exception):
    """The test has seen enough."""


def sleeping(monkeypatch: pytest.MonkeyPatch, rounds: int, woken: Callable[[], object] = lambda: None) -> list[float]:
    """Lets no time pass; the pauses that were made, until there are enough."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        woken()
        if len(slept) == rounds:
            raise Enough

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(random, "uniform", lambda least, most: least)
    return slept


@pytest.fixture
def replica() -> Replica:
    replica = Replica(ReplicaState(client_id="alice-client"))
    replica.welcome(welcome(0, ""))
    return replica


async def asks(checker: Checker, line: Listening) -> None:
    with pytest.raises(Enough):
        await checker.ask(line, 100)  # type: ignore[arg-type]


async def test_it_asks_soon_and_then_at_the_interval(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    checker = Checker(replica)
    slept = sleeping(monkeypatch, 5)
    line = Listening(lambda check: checker.answered(Checked(version=check.version, result="same")))
    await asks(checker, line)
    assert slept == [3, 100, 3, 100, 3]
    assert len(line.asked) == 2


async def test_it_asks_nothing_while_its_author_edits(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    edits = iter(range(3))

    def edit() -> None:
        if next(edits, None) is not None:
            replica.local(Delta([{"insert": "a"}]))
        elif replica.pending is None:
            replica.sendable()

    line = Listening(lambda check: None)
    slept = sleeping(monkeypatch, 8, edit)
    await asks(Checker(replica), line)
    assert (set(slept), line.asked) == ({3}, [])


async def test_mismatches_that_come_again_become_rare(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    checker = Checker(replica)
    line = Listening(lambda check: checker.answered(Checked(version=check.version, result="different")))
    slept = sleeping(monkeypatch, 20)
    await asks(checker, line)
    assert slept[1::2] == [200, 400, 800, 1600, 3200, 6400, 6400, 6400, 6400, 6400]
    assert checker.mismatches == len(line.asked)


async def test_coming_back_does_not_make_them_less_rare(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    checker = Checker(replica)
    for _ in range(2):
        checker.answered(Checked(version=0, result="different"))
    slept = sleeping(monkeypatch, 2)
    await asks(checker, Listening(lambda check: None))
    assert slept == [400, 3]
    checker.answered(Checked(version=0, result="unknown"))
    assert checker.mismatches == 2
    checker.answered(Checked(version=0, result="same"))
    assert checker.mismatches == 0
