"""hello: who asks, for which document, holding what."""

import asyncio
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from websockets.exceptions import InvalidStatus

from collab.join import Guest, admit
from collab.process import Process
from documents.models import Document
from tests.collab.conftest import Join
from tests.collab.signing_in import session_cookie
from tests.collab.talk import Closed, Inside, Socket, Table
from tests.live import LiveServer


async def test_it_works(table: Table) -> None:
    alice = await table.joins("alice")
    welcome = alice.welcome
    assert welcome["protocol"] == 1
    assert welcome["role"] == "owner"
    assert {"read", "edit", "history"} <= set(welcome["capabilities"])
    assert welcome["document"] == {"id": table.document, "title": "A document", "version": 0, "state": "open"}
    assert welcome["contents"] == [{"insert": "\n"}]
    assert welcome["acked_seq"] == 0
    assert welcome["limits"]["frame_in"] == 4 * 1024 * 1024
    assert [one["session_id"] for one in welcome["participants"]] == [welcome["session_id"]]
    assert "resync" not in welcome
    assert "durability" not in welcome
    assert alice.socket.subprotocol == "deltapad.v1"


async def test_a_document_larger_than_any_frame_a_server_takes(table: Table) -> None:
    alice = await table.joins("alice")
    third = 3 * 1024 * 1024
    for _ in range(3):
        await alice.types("x" * third)
    carol = await table.joins("carol")
    assert carol.welcome["contents"] == [{"insert": "x" * 3 * third + "\n"}]


async def test_no_subprotocol_is_served_version_one(table: Table) -> None:
    plain = await table.sits("alice", subprotocols=None)
    assert (await plain.hello(token=table.server.people["alice"].token))["protocol"] == 1
    assert plain.socket.subprotocol is None


async def test_unknown_subprotocols_alone_are_refused(table: Table) -> None:
    stranger = await table.sits("alice", subprotocols=["deltapad.v9", "chat"])
    refused = await stranger.refused()
    assert (refused.code, refused.error and refused.error["code"]) == (4406, "unsupported_protocol")


async def test_one_known_subprotocol_is_enough(table: Table) -> None:
    newer = await table.sits("alice", subprotocols=["deltapad.v9", "deltapad.v1"])
    await newer.hello(token=table.server.people["alice"].token)
    assert newer.socket.subprotocol == "deltapad.v1"


async def test_unknown_fields_are_ignored(table: Table) -> None:
    await table.joins("alice", favourite_color="green", client={"name": "test", "version": "1", "os": "any"})


async def test_the_program_is_told_to_others(table: Table) -> None:
    alice = await table.joins("alice")
    await table.joins("bob", client={"name": "test"})
    joined = (await alice.next("joined"))["participant"]
    assert (joined["user"]["name"], joined["role"], joined["client"]) == ("Bob", "editor", {"name": "test"})


# -- credentials --


async def test_a_bearer_token_of_the_handshake(table: Table) -> None:
    token = table.server.people["bob"].token
    bob = await table.sits("bob", headers={"Authorization": f"Bearer {token}"})
    assert (await bob.hello())["user"]["name"] == "Bob"


async def test_the_token_in_hello_goes_before_the_handshake(table: Table) -> None:
    people = table.server.people
    someone = await table.sits("alice", headers={"Authorization": f"Bearer {people['bob'].token}"})
    assert (await someone.hello(token=people["alice"].token))["user"]["name"] == "Alice"


async def test_a_bad_token_is_not_saved_by_a_good_one(table: Table) -> None:
    token = table.server.people["alice"].token
    someone = await table.sits("alice", headers={"Authorization": f"Bearer {token}"})
    with pytest.raises(Closed) as closed:
        await someone.hello(token="dp_00000000_" + "0" * 48)
    assert closed.value.code == 4401


@pytest.fixture(scope="module")
def cookie(live: LiveServer) -> str:
    return session_cookie(live, "alice")


async def test_the_session_of_a_page_of_this_server(table: Table, cookie: str) -> None:
    page = await table.sits("alice", headers={"Cookie": cookie}, origin=table.server.url)
    assert (await page.hello())["user"]["name"] == "Alice"


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://evil.example",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://localhost:{port}",
        "http://127.0.0.1.evil.example:{port}",
        "http://127.0.0.1:{port}@evil.example",
        "http://evil@127.0.0.1:{port}",
        "http://127.0.0.1:{port}/",
    ],
)
async def test_a_cookie_with_a_missing_or_foreign_origin_is_refused(
    table: Table, cookie: str, origin: str | None
) -> None:
    origin = origin and origin.format(port=table.server.port)
    page = await table.sits("alice", headers={"Cookie": cookie}, origin=origin)
    assert (await page.refused_hello()).code == 4411


@pytest.mark.parametrize("origin", ["http://[", "http://127.0.0.1:abc", "http://127.0.0.1:80.evil.example"])
async def test_a_malformed_origin_lets_nobody_in(table: Table, cookie: str, origin: str) -> None:
    try:
        page = await table.sits("alice", headers={"Cookie": cookie}, origin=origin)
    except InvalidStatus:  # Daphne refuses the handshake itself
        pass
    else:
        assert (await page.refused_hello()).code == 4411
    assert "Traceback" not in table.server.log


async def test_a_page_that_is_not_listed_may_not_come_with_a_token_either(table: Table) -> None:
    page = await table.sits("alice", origin="https://elsewhere.example")
    refused = await page.refused_hello(token=table.server.people["alice"].token)
    assert (refused.code, refused.error and refused.error["code"]) == (4411, "origin_not_allowed")


# -- rights --


@pytest.mark.parametrize("token", [None, "undefined", "null", "dp_", "Bearer x", "dp_00000000_" + "0" * 48])
async def test_nobody_comes_in_without_a_valid_credential(table: Table, token: str | None) -> None:
    someone = await table.sits("alice")
    with pytest.raises(Closed) as closed:
        await someone.hello(**({} if token is None else {"token": token}))
    assert closed.value.code == 4401
    assert closed.value.error == {
        "type": "error",
        "code": "unauthenticated",
        "message": "Sign in, or give a valid token.",
        "retry": "never",
    }


async def test_a_token_in_the_url_is_not_read(table: Table) -> None:
    token = table.server.people["alice"].token
    alice = await Socket.open(f"{table.server.ws_url(table.document)}?token={token}")
    with pytest.raises(Closed) as closed:
        await alice.hello()
    assert closed.value.code == 4401


async def test_somebody_elses_document_is_not_there(table: Table) -> None:
    mallory = await table.sits("mallory")
    with pytest.raises(Closed) as closed:
        await mallory.hello(token=table.server.people["mallory"].token)
    assert closed.value.code == 4404
    theirs = closed.value.error
    elsewhere = await Socket.open(table.server.ws_url("12345678-1234-4321-8765-123456789abc"))
    with pytest.raises(Closed) as closed:
        await elsewhere.hello(token=table.server.people["mallory"].token)
    assert (closed.value.code, closed.value.error) == (4404, theirs)


async def test_another_persons_client_id_tells_nothing(table: Table) -> None:
    alice = await table.joins("alice", "shared-0001")
    await alice.types("mine")
    bob = await table.joins("bob", "shared-0001")
    assert bob.welcome["acked_seq"] == 0
    assert not [frame for frame in await alice.quiet() if frame["type"] == "error"]


# -- the same client twice --


async def test_a_second_hello_of_a_live_client_replaces_the_first(table: Table) -> None:
    first = await table.joins("alice", "tab-000001")
    second = await table.joins("alice", "tab-000001")
    refused = await first.refused()
    assert (refused.code, refused.error and refused.error["retry"]) == (4409, "never")
    await second.types("still here")


async def test_the_welcome_comes_first(table: Table) -> None:
    """Also to one who replaces another, of whom everyone else hears that they left."""
    await table.joins("alice", "tab-000001")
    second = await table.joins("alice", "tab-000001")
    await second.quiet()
    assert [frame["type"] for frame in second.heard] == ["welcome", "pong"]


async def test_a_clock_that_is_set_back_turns_nobody_away(
    processes: Callable[..., Process], join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, ahead = processes(), timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: ahead)
    first = await join("alice", "tab-000001", process)
    monkeypatch.undo()
    second = await join("alice", "tab-000001", process)
    assert (await first.refused()).code == 4409
    await second.types("still here")


async def test_a_first_hello_that_the_second_overtakes_is_replaced_all_the_same(
    document: Document,
    secrets: dict[str, str],
    processes: Callable[..., Process],
    join: Join,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    process, waits, goes_on = processes(), threading.Event(), threading.Event()

    def held_up(*asked: Any) -> Guest:
        monkeypatch.undo()
        waits.set()
        assert goes_on.wait(60)
        return admit(*asked)

    monkeypatch.setattr("collab.consumer.admit", held_up)
    first = await Inside("tab-000001", process, document.pk).open()
    await first.send("hello", client_id="tab-000001", token=secrets["alice"])
    await asyncio.to_thread(waits.wait, 60)
    second = await join("alice", "tab-000001", process)
    goes_on.set()
    assert (await first.refused()).code == 4409
    await second.types("still here")
    await first.close()


async def test_two_clients_of_one_person_live_side_by_side(table: Table) -> None:
    first = await table.joins("alice", "tab-000001")
    second = await table.joins("alice", "tab-000002")
    await second.types("b")
    await first.reaches(1)
    await first.types("a")


# -- bad input --


@pytest.mark.parametrize(
    "place", ["not-a-uuid", "12345678123443218765123456789abc", "%2e%2e", "1", "{document}%00", "Ⅷ"]
)
async def test_an_id_that_is_no_uuid_is_not_there(table: Table, place: str) -> None:
    await _is_not_there(table, table.server.ws_url(place.format(document=table.document)))


async def test_an_id_has_one_form(table: Table) -> None:
    await _is_not_there(table, table.server.ws_url(table.document.upper()))


@pytest.mark.parametrize("path", ["", "ws/", "ws/documents/a/b/", "elsewhere"])
async def test_an_unknown_address_is_not_there(table: Table, path: str) -> None:
    await _is_not_there(table, f"{table.server.url.replace('http', 'ws')}/{path}")


async def _is_not_there(table: Table, url: str) -> None:
    socket = await Socket.open(url)
    with pytest.raises(Closed) as closed:
        await socket.hello(token=table.server.people["alice"].token)
    assert closed.value.code == 4404
    assert "Traceback" not in table.server.log


@pytest.mark.parametrize("client_id", ["", "short", "x" * 65, "@restore-0001", "with space", "ünïcödë-1", 7, None])
async def test_client_ids_have_a_form(table: Table, client_id: object) -> None:
    someone = await table.sits("alice")
    await someone.send("hello", client_id=client_id, token=table.server.people["alice"].token)
    refused = await someone.refused()
    assert refused.code == 4400


@pytest.mark.parametrize("fields", [{"version": -1}, {"version": "1"}, {"version": 2**53}, {"last": {"seq": 1}}])
async def test_wrong_fields_are_refused(table: Table, fields: dict[str, object]) -> None:
    someone = await table.sits("alice")
    with pytest.raises(Closed) as closed:
        await someone.hello(token=table.server.people["alice"].token, **fields)
    assert closed.value.code == 4400


async def test_a_first_frame_is_short(table: Table) -> None:
    hello = {"type": "hello", "client_id": "client-0001", "token": table.server.people["alice"].token, "pad": ""}
    pad = 4096 - len(json.dumps(hello))
    exact, longer = (json.dumps(hello | {"pad": "x" * length}) for length in (pad, pad + 1))
    allowed = await table.sits("alice")
    await allowed.send_text(exact)
    await allowed.next("welcome")
    refused = await table.sits("alice")
    await refused.send_text(longer)
    assert (await refused.refused()).code == 4413


async def test_a_change_before_hello_is_refused(table: Table) -> None:
    someone = await table.sits("alice", headers={"Authorization": f"Bearer {table.server.people['alice'].token}"})
    await someone.submit({"insert": "x"})
    assert (await someone.refused()).code == 4401
    assert table.contents()["version"] == 0


async def test_a_second_hello_is_refused(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.send("hello", client_id="other-0001", token=table.server.people["bob"].token)
    refused = await alice.refused()
    assert (refused.code, refused.error and refused.error["code"]) == (4400, "bad_message")


async def test_what_follows_hello_at_once_is_served_after_it(table: Table) -> None:
    alice = await table.sits("alice")
    await alice.send("hello", client_id="client-0001", token=table.server.people["alice"].token)
    await alice.send("ping", id=1)
    await alice.next("welcome")
    assert (await alice.next("pong"))["id"] == 1


async def test_a_flood_before_the_welcome_is_refused(table: Table) -> None:
    alice = await table.sits("alice")
    await alice.send("hello", client_id="client-0001", token=table.server.people["alice"].token)
    for number in range(2000):
        await alice.send("ping", id=number)
    assert (await alice.refused()).code == 4529


async def test_a_token_that_only_writes_reads_nothing(table: Table) -> None:
    email = table.server.people["alice"].email
    token = table.server.manage("create_token", email, "--scope", "write").strip()
    writer = await table.sits("alice")
    await writer.send("hello", client_id="writer-0001", token=token)
    refused = await writer.refused()
    assert (refused.code, refused.error and refused.error["code"]) == (4404, "not_found")


@pytest.mark.live
async def test_a_server_that_may_lose_what_it_acknowledged_says_so() -> None:
    with LiveServer("uvicorn", environment={"DURABILITY": "relaxed"}) as server:
        relaxed = await Table(server, server.document()).joins("alice")
        assert relaxed.welcome["durability"] == "relaxed"
        await relaxed.close()
