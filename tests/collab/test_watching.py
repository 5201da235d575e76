"""/ws/documents/: it rings when someone's list of documents may look different"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from autobahn.exception import Disconnected
from channels.layers import InMemoryChannelLayer
from channels.testing import WebsocketCommunicator

from accounts.models import User
from collab import watches
from collab.drain import drain
from collab.process import Process
from collab.watching import Watch
from documents.models import Document
from protocol.limits import LIMITS
from tests.collab.conftest import STILL, Join, in_thread
from tests.collab.signing_in import Browser
from tests.collab.talk import PATIENCE, Closed, Socket
from tests.live import LiveServer

Sit = Callable[..., Awaitable[Socket]]
BOUND = 5.0


@pytest.fixture
async def sit(live: LiveServer) -> AsyncIterator[Sit]:
    """`await sit("bob")`: a socket of bob's that was welcomed."""
    opened: list[Socket] = []

    async def sit(name: str, token: str = "") -> Socket:
        opened.append(await Socket.open(f"ws://127.0.0.1:{live.port}/ws/documents/"))
        await opened[-1].send("hello", client_id=f"{name}s-list", token=token or live.people[name].token)
        welcome = await opened[-1].next("welcome")
        assert (welcome["protocol"], welcome["user"]["name"]) == (1, name.capitalize())
        return opened[-1]

    yield sit
    for socket in opened:
        await socket.close()


async def titles(live: LiveServer, name: str) -> list[str]:
    page = await asyncio.to_thread(live.rest, name, "GET", "/api/v1/documents?limit=100")
    return [document["title"] for document in page["documents"]]


async def rung(socket: Socket, condition: Callable[[], Awaitable[bool]]) -> None:
    """Reads whatever it is with each ring, until it is so."""
    async with asyncio.timeout(BOUND):
        while True:
            await socket.next("changed")
            if await condition():
                return


def rest(live: LiveServer, name: str, method: str, path: str, body: object = None) -> Awaitable[Any]:
    return asyncio.to_thread(live.rest, name, method, f"/api/v1/documents{path}", body)


async def test_a_new_document_rings_and_so_does_its_title(live: LiveServer, sit: Sit) -> None:
    bob = await sit("bob")
    document = await asyncio.to_thread(live.document, title="Shared just now")

    async def has_it() -> bool:
        return "Shared just now" in await titles(live, "bob")

    await rung(bob, has_it)
    await rest(live, "alice", "PATCH", f"/{document}", {"title": "Called otherwise"})

    async def has_it_again() -> bool:
        return "Called otherwise" in await titles(live, "bob")

    await rung(bob, has_it_again)


async def test_whoever_comes_and_goes_rings(live: LiveServer, sit: Sit) -> None:
    document = await asyncio.to_thread(live.document)
    bob = await sit("bob")

    async def people() -> list[str]:
        shown = await rest(live, "bob", "GET", f"/{document}")
        return [here["user"]["name"] for here in shown["participants"]]

    async def is_in() -> bool:
        return await people() == ["Alice"]

    async def is_out() -> bool:
        return await people() == []

    alice = await Socket.open(live.ws_url(document))
    await alice.hello(token=live.people["alice"].token)
    await rung(bob, is_in)
    await alice.close()
    await rung(bob, is_out)


async def test_what_one_keeps_for_oneself_rings_for_oneself(live: LiveServer, sit: Sit) -> None:
    document = await asyncio.to_thread(live.document)
    carol = await sit("carol")
    await rest(live, "carol", "PUT", f"/{document}/star")

    async def starred() -> bool:
        return bool((await rest(live, "carol", "GET", f"/{document}"))["starred"])

    await rung(carol, starred)


async def test_who_is_removed_hears_of_it_once_and_then_nothing(live: LiveServer, sit: Sit) -> None:
    document = await asyncio.to_thread(live.document, title="Not for bob any more")
    alice, bob = await sit("alice"), await sit("bob")

    async def lost() -> bool:
        return "Not for bob any more" not in await titles(live, "bob")

    await rest(live, "alice", "DELETE", f"/{document}/members/{live.people['bob'].id}")
    await rung(bob, lost)
    await bob.quiet()
    await rest(live, "alice", "PATCH", f"/{document}", {"title": "Among us"})

    async def has_it() -> bool:
        return "Among us" in await titles(live, "alice")

    await rung(alice, has_it)
    assert await bob.quiet() == []


async def test_who_came_by_a_link_hears_that_it_was_revoked(live: LiveServer, sit: Sit) -> None:
    document = await asyncio.to_thread(live.document, title="By a link that goes")
    link = await rest(live, "alice", "POST", f"/{document}/links", {"role": "viewer"})
    await asyncio.to_thread(live.rest, "mallory", "POST", "/api/v1/join", {"link": link["url"]})
    mallory = await sit("mallory")
    await mallory.quiet()
    await rest(live, "alice", "DELETE", f"/{document}/links/{link['id']}")

    async def lost() -> bool:
        return "By a link that goes" not in await titles(live, "mallory")

    await rung(mallory, lost)


async def test_who_is_in_by_a_group_hears_that_it_is_out(live: LiveServer, sit: Sit) -> None:
    document = await asyncio.to_thread(live.document, title="By a group that goes")
    group = await asyncio.to_thread(live.rest, "alice", "POST", "/api/v1/groups", {"name": "Passers-by"})
    passer_by = {"email": live.people["mallory"].email}
    await asyncio.to_thread(live.rest, "alice", "PUT", f"/api/v1/groups/{group['id']}/members", passer_by)
    await rest(live, "alice", "PUT", f"/{document}/groups/{group['id']}", {"role": "viewer"})
    mallory = await sit("mallory")
    await mallory.quiet()
    await rest(live, "alice", "DELETE", f"/{document}/groups/{group['id']}")

    async def lost() -> bool:
        return "By a group that goes" not in await titles(live, "mallory")

    await rung(mallory, lost)


async def test_nothing_rings_for_strangers(live: LiveServer, sit: Sit) -> None:
    alice, mallory = await sit("alice"), await sit("mallory")
    await asyncio.to_thread(live.document, title="Not mallory's")

    async def has_it() -> bool:
        return "Not mallory's" in await titles(live, "alice")

    await rung(alice, has_it)
    assert await mallory.quiet() == []


async def test_a_browser_watches_by_its_session_until_it_logs_out(live: LiveServer) -> None:
    browser = Browser(live)
    await asyncio.to_thread(browser.log_in, "carol")
    headers = {"Cookie": browser.cookie}
    carol = await Socket.open(f"ws://127.0.0.1:{live.port}/ws/documents/", headers=headers, origin=live.url)
    await carol.send("hello", client_id="carols-list")
    assert (await carol.next("welcome"))["user"]["name"] == "Carol"
    await asyncio.to_thread(browser.post, "/accounts/logout/")
    async with asyncio.timeout(BOUND):
        assert (await carol.refused()).code == 4401


async def test_a_token_that_is_revoked_watches_no_more(live: LiveServer, sit: Sit) -> None:
    made = await asyncio.to_thread(live.rest, "bob", "POST", "/api/v1/tokens", {"name": "short-lived"})
    bob = await sit("bob", made["token"])
    await asyncio.to_thread(live.rest, "bob", "DELETE", f"/api/v1/tokens/{made['id']}")
    async with asyncio.timeout(BOUND):
        assert (await bob.refused()).code == 4401


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (['{"type": "hello", "client_id": "mallorys-list", "token": "dp_wrong"}'], 4401),
        (['{"type": "ping"}'], 4401),
        (["hello"], 4400),
        ([""], 4400),
        (['{"type": "hello", "client_id": "mallorys-list", "token": "' + "x" * LIMITS.hello_frame + '"}'], 4413),
    ],
)
async def test_who_does_not_say_who_they_are_is_closed_with_the_reason(
    live: LiveServer, frames: list[str], code: int
) -> None:
    socket = await Socket.open(f"ws://127.0.0.1:{live.port}/ws/documents/")
    for frame in frames:
        await socket.send_text(frame)
    refused = await socket.refused()
    assert refused.code == code
    assert refused.error is not None


async def test_a_token_that_only_writes_watches_nothing(live: LiveServer) -> None:
    body = {"name": "writes", "scopes": ["write"]}
    made = await asyncio.to_thread(live.rest, "bob", "POST", "/api/v1/tokens", body)
    socket = await Socket.open(f"ws://127.0.0.1:{live.port}/ws/documents/")
    assert (await socket.refused_hello(token=made["token"])).code == 4403


async def test_after_hello_only_pings_are_taken(sit: Sit) -> None:
    bob = await sit("bob")
    await bob.quiet()
    await bob.send("fetch", id="1", after=0)
    assert (await bob.refused()).code == 4400


# Within this process


@pytest.mark.parametrize("gone", [Disconnected("a Daphne's"), ConnectionResetError("a uvicorn's")])
async def test_who_is_gone_before_the_answer_is_no_failure(
    secrets: dict[str, str],
    processes: Callable[..., Process],
    gone: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    hello = json.dumps({"type": "hello", "client_id": "a-listener", "token": secrets["bob"]})
    incoming = [{"type": "websocket.connect"}, {"type": "websocket.receive", "text": hello}]

    async def receive() -> dict[str, Any]:
        return incoming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send":
            raise gone

    process = processes()
    await Watch(process, {"subprotocols": [], "headers": []}, send).run(receive)
    assert (len(process.watches), caplog.records) == (0, [])


class Listener:
    """A watch of a process within this one."""

    def __init__(self, process: Process) -> None:
        async def application(scope: Any, receive: Any, send: Any) -> None:
            await Watch(process, scope, send).run(receive)

        self.communicator = WebsocketCommunicator(application, "/ws/documents/")

    async def hello(self, token: str) -> "Listener":
        await self.communicator.connect(timeout=PATIENCE)
        await self.communicator.send_to(json.dumps({"type": "hello", "client_id": "a-listener", "token": token}))
        assert (await self.next())["type"] == "welcome"
        return self

    async def next(self) -> dict[str, Any]:
        output = await self.communicator.receive_output(timeout=PATIENCE)
        if output["type"] == "websocket.close":
            raise Closed(output["code"], None)
        frame: dict[str, Any] = json.loads(output["text"])
        return frame


async def test_other_processes_are_rung_too(
    document: Document, secrets: dict[str, str], processes: Callable[..., Process], join: Join
) -> None:
    layer = InMemoryChannelLayer(capacity=1000)
    here, there = processes(layer=layer), processes(layer=layer)
    bob = await Listener(here).hello(secrets["bob"])
    await join("alice", process=there)
    assert await bob.next() == {"type": "changed"}


async def test_many_rings_at_once_are_one(
    document: Document, secrets: dict[str, str], processes: Callable[..., Process]
) -> None:
    process = processes()
    bob = await Listener(process).hello(secrets["bob"])
    for _ in range(20):
        process.watches.heard(watches.message([document.pk]))
    assert await bob.next() == {"type": "changed"}
    assert await bob.communicator.receive_nothing(timeout=2 * watches.ROUND)


async def test_of_too_many_documents_nobody_asks_whose_they_are(
    document: Document, secrets: dict[str, str], processes: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "MOST_ASKED", 0)
    process = processes()
    mallory = await Listener(process).hello(secrets["mallory"])
    process.watches.heard(watches.message([document.pk]))
    assert await mallory.next() == {"type": "changed"}


async def test_a_few_are_rung_before_many(
    bob: User, carol: User, secrets: dict[str, str], processes: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "AT_ONCE", 1)
    process = processes()
    bobs = [await Listener(process).hello(secrets["bob"]) for _ in range(8)]
    carols = await Listener(process).hello(secrets["carol"])
    process.watches.heard(watches.message(people=[str(bob.pk)]))
    assert await bobs[0].next() == {"type": "changed"}
    process.watches.heard(watches.message(people=[str(carol.pk)]))
    assert await carols.next() == {"type": "changed"}
    assert await bobs[-1].communicator.receive_nothing(timeout=0)
    for watch in bobs[1:]:
        assert await watch.next() == {"type": "changed"}


async def test_there_are_so_many_of_one_person_and_no_more(
    secrets: dict[str, str], processes: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "MOST_EACH", 1)
    process = processes()
    first = await Listener(process).hello(secrets["bob"])
    await Listener(process).hello(secrets["bob"])
    assert (await first.next())["code"] == "rate_limited"
    assert len(process.watches) == 1


async def test_a_process_that_ends_sends_them_away(secrets: dict[str, str], processes: Callable[..., Process]) -> None:
    process = processes()
    watch = await Listener(process).hello(secrets["bob"])
    draining = asyncio.create_task(drain(process))
    assert (await watch.next())["code"] == "draining"
    with pytest.raises(Closed) as closed:
        await watch.next()
    assert closed.value.code == 4503
    await watch.communicator.disconnect()
    await draining


async def test_they_are_asked_again_now_and_then(
    secrets: dict[str, str], processes: Callable[..., Process], bob: User
) -> None:
    process = processes(timing=replace(STILL, rights=0.1))
    watch = await Listener(process).hello(secrets["bob"])
    await in_thread(User.objects.filter(pk=bob.pk).update, is_active=False)  # without a word
    assert (await watch.next())["code"] == "unauthenticated"
