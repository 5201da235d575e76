"""GET /api/v1/documents/{id}/events as server-sent events."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from channels.layers import InMemoryChannelLayer

from accounts.models import User
from collab import process as processes_module
from collab.drain import drain
from collab.process import Process
from collab.timing import Timing
from documents import acts
from documents.models import Document
from protocol.limits import LIMITS
from tests.collab.conftest import Join
from tests.collab.listen import Live, Within
from tests.collab.signing_in import session_cookie
from tests.collab.talk import PATIENCE, Table
from tests.documents.conftest import typed
from tests.live import LiveServer

Listen = Callable[..., Awaitable[Within]]


@pytest.fixture
async def here(processes: Callable[..., Process], monkeypatch: pytest.MonkeyPatch) -> Process:
    """A process that hears what happens in this program."""
    process = processes()
    monkeypatch.setattr(processes_module, "_current", process)
    return process


@pytest.fixture
async def listen(document: Document, secrets: dict[str, str], here: Process) -> AsyncIterator[Listen]:
    """`await listen("carol")`: carol listens to `document`."""
    made: list[Within] = []

    async def listen(name: str, process: Process | None = None, query: str = "", **headers: str) -> Within:
        made.append(Within())
        headers = {"authorization": f"Bearer {secrets[name]}", **headers}
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return await made[-1].open(process or here, document.pk, headers, query)

    yield listen
    for ear in made:
        await ear.close()


async def ear(live: LiveServer, document: str, name: str, query: str = "", **headers: str) -> Live:
    authorization = {"Authorization": f"Bearer {live.people[name].token}"}
    return await Live(live).open(document, authorization | headers, query)


async def test_it_tells_what_happens_as_it_does(live: LiveServer, table: Table) -> None:
    alice = await table.joins("alice")
    await alice.reaches(await alice.types("before "))
    carol = await ear(live, table.document, "carol")
    assert (carol.status, carol.headers["content-type"]) == (200, "text/event-stream")
    await alice.reaches(await alice.types("typed "))
    assert (await carol.message())["revisions"][0]["delta"] == [{"insert": "typed "}]
    await asyncio.to_thread(live.rest, "alice", "PATCH", f"/api/v1/documents/{table.document}", {"title": "Plans"})
    assert await carol.message() == {"type": "document", "title": "Plans"}
    change = {"client_id": "a-program", "seq": 1, "base_version": 2, "delta": [{"insert": "by REST "}]}
    await asyncio.to_thread(live.rest, "bob", "POST", f"/api/v1/documents/{table.document}/revisions", change)
    await carol.reaches(3)
    await carol.close()


async def test_it_goes_on_where_one_was(live: LiveServer, table: Table) -> None:
    alice = await table.joins("alice")
    carol = await ear(live, table.document, "carol")
    await alice.types("heard ")
    await carol.reaches(1)
    await carol.close()
    await alice.reaches(await alice.types("missed "))
    again = await ear(live, table.document, "carol", "after=0", **{"Last-Event-ID": carol.last_id})
    await again.reaches(2)
    assert [told["message"]["revisions"][0]["version"] for told in again.told] == [2]
    await again.close()


async def test_a_page_of_ones_own_listens_by_its_cookie_and_no_other(live: LiveServer, table: Table) -> None:
    cookie = await asyncio.to_thread(session_cookie, live, "bob")
    own = await Live(live).open(table.document, {"Cookie": cookie})
    assert own.status == 200
    foreign = await Live(live).open(table.document, {"Cookie": cookie, "Origin": "https://elsewhere.example"})
    assert foreign.problem == (403, "origin_not_allowed")
    for one in (own, foreign):
        await one.close()


async def test_who_asks_for_json_gets_a_page(live: LiveServer, table: Table) -> None:
    page = await asyncio.to_thread(live.rest, "alice", "GET", f"/api/v1/documents/{table.document}/events?after=0")
    assert page["events"] == [] or page["events"][0]["message"]["type"] == "member"


async def test_each_process_tells_what_happens_at_another(
    document: Document, join: Join, processes: Callable[..., Process], listen: Listen
) -> None:
    layer = InMemoryChannelLayer(capacity=10_000)
    there, elsewhere = processes(layer=layer), processes(layer=layer)
    carol = await listen("carol", there)
    alice = await join("alice", process=elsewhere)
    await alice.types("typed elsewhere ")
    await carol.reaches(1)


async def test_what_no_message_tells_of_is_read_some_time(
    document: Document, alice: User, processes: Callable[..., Process], listen: Listen
) -> None:
    deaf = processes(timing=Timing(heads=0.05, rights=3600, attendance=3600, sweep=3600))
    carol = await listen("carol", deaf)
    await deaf.database.write(typed, document, alice, "unheard of")
    await carol.reaches(1)


async def test_many_at_one_place_share_what_is_read(
    document: Document, alice: User, here: Process, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    ears = [await listen("bob") for _ in range(3)]
    asked: list[object] = []
    read = here.streams._read

    async def counted(place: object) -> object:
        asked.append(place)
        return await read(place)  # type: ignore[arg-type]

    monkeypatch.setattr(here.streams, "_read", counted)
    await here.database.read(typed, document, alice, "once")
    for one in ears:
        await one.reaches(1)
    assert len(asked) <= 4  # for the news, and then that there are no more; a ring may come in between


async def test_how_much_changed_may_be_told_instead_of_what(
    document: Document, alice: User, here: Process, listen: Listen
) -> None:
    bob = await listen("bob", query="deltas=false&after=0")
    await here.database.read(typed, document, alice, "secret")
    assert (await bob.message())["revisions"][0]["inserted"] == 6
    assert "secret" not in bob.said


# Bounds


async def test_a_quiet_stream_shows_that_it_is_there(processes: Callable[..., Process], listen: Listen) -> None:
    quick = processes(
        limits=LIMITS.model_copy(update={"heartbeat_timeout": 0.01}),
        timing=Timing(heads=0.01, rights=3600, attendance=3600, sweep=3600),
    )
    carol = await listen("carol", quick)
    async with asyncio.timeout(PATIENCE):
        while ": still here" not in carol.said:
            await asyncio.sleep(0.01)


async def test_one_person_has_so_many(here: Process, listen: Listen) -> None:
    here.limits = LIMITS.model_copy(update={"streams": 2})
    first, _ = await listen("bob"), await listen("bob")
    assert (await listen("bob")).problem == (429, "rate_limited")
    assert (await listen("alice")).status == 200
    await first.close()
    assert (await listen("bob")).status == 200


async def test_a_stream_ends_after_so_many_bytes_and_goes_on_in_the_next(
    document: Document, alice: User, here: Process, listen: Listen
) -> None:
    here.limits = LIMITS.model_copy(update={"stream_bytes": 500})
    await here.database.read(typed, document, alice, "a", "b", "c", "d")
    versions: list[int] = []
    place, streams = "0", 0
    while len(versions) < 4:
        bob = await listen("bob", last_event_id=place)
        while (told := await bob.next()) is not None and len(versions) < 4:
            versions.append(told["message"]["revisions"][0]["version"])
        place, streams = bob.last_id, streams + 1
    assert versions == [1, 2, 3, 4]
    assert streams > 1


async def test_who_does_not_read_is_cut(document: Document, alice: User, here: Process, listen: Listen) -> None:
    here.limits = LIMITS.model_copy(update={"seen_timeout": 0.05})
    bob = await listen("bob")
    bob.reads.clear()
    await here.database.read(typed, document, alice, "unread")
    async with asyncio.timeout(PATIENCE):
        while len(here.streams):
            await asyncio.sleep(0.01)


async def test_who_goes_is_forgotten(here: Process, document: Document, listen: Listen) -> None:
    bob = await listen("bob")
    assert (len(here.streams), document.pk in here.streams) == (1, True)
    await bob.close()
    assert (len(here.streams), document.pk in here.streams) == (0, False)


async def test_a_process_that_ends_asks_everyone_to_come_back(here: Process, listen: Listen) -> None:
    bob = await listen("bob")
    await drain(here)
    assert await bob.last_word() == "draining"
    assert bob.retry <= 2000
    assert (await listen("alice")).problem == (503, "draining")


# Rights


async def test_a_reader_hears_what_goes_on_and_not_what_was(
    document: Document, alice: User, here: Process, listen: Listen
) -> None:
    await here.database.read(typed, document, alice, "draft")
    for past in ("0", "0-0", "1"):
        assert (await listen("carol", query=f"after={past}")).problem == (409, "history_gone")
    carol = await listen("carol")
    await here.database.read(typed, document, alice, "news")
    await carol.reaches(2)
    assert "draft" not in carol.said
    await carol.close()
    again = await listen("carol", last_event_id=carol.last_id)
    assert again.status == 200


async def test_it_is_there_for_those_alone_who_may_read(document: Document, here: Process, listen: Listen) -> None:
    assert (await listen("mallory")).problem == (404, "not_found")
    assert (await listen("bob", authorization="Bearer dp_wrong")).problem == (401, "unauthenticated")


async def test_other_rights_are_told_of(document: Document, bob: User, here: Process, listen: Listen) -> None:
    ear = await listen("bob")
    await here.database.read(acts.change_role, document.pk, None, bob.pk, "viewer")
    messages = [await ear.message(), await ear.message()]
    assert {message["type"] for message in messages} == {"access", "member"}
    assert all(message["role"] == "viewer" for message in messages)


# Bad input


@pytest.mark.parametrize("query", ["after=x", "after=-1", "deltas=perhaps"])
async def test_what_means_nothing_is_refused(listen: Listen, query: str) -> None:
    assert (await listen("bob", query=query)).problem == (422, "invalid_field")


async def test_history_that_goes_meanwhile_ends_it(
    document: Document, alice: User, here: Process, listen: Listen
) -> None:
    def gone() -> None:
        typed(document, alice, "a", "b")
        document.revisions.update(delta=None)

    bob = await listen("bob")
    await here.database.write(gone)  # which nothing tells of
    here.streams.ring(document.pk)
    assert await bob.last_word() == "history_gone"
