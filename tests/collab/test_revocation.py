"""access, document, and the closes: what people may do changes while they are connected."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from collab.portions import PORTION
from tests.collab.signing_in import Browser
from tests.collab.talk import Closed, Socket, Table
from tests.live import LiveServer

# Seconds within which everyone must know; the rights are read again only every twenty.
BOUND = 2.0


async def rest(table: Table, method: str, path: str, body: object = None, name: str = "alice") -> Any:
    return await asyncio.to_thread(table.server.rest, name, method, f"/api/v1/documents/{table.document}{path}", body)


async def closes(socket: Socket) -> Closed:
    """How the connection ends, which happens soon."""
    async with asyncio.timeout(BOUND):
        return await socket.refused()


async def test_a_role_that_grows(table: Table) -> None:
    carol = await table.joins("carol")
    await rest(table, "PATCH", f"/members/{table.server.people['carol'].id}", {"role": "editor"})
    access = await carol.next("access")
    assert (access["role"], "edit" in access["capabilities"]) == ("editor", True)
    await carol.types("now I may")


async def test_a_role_that_shrinks(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    await rest(table, "PATCH", f"/members/{table.server.people['bob'].id}", {"role": "viewer"})
    assert (await bob.next("access"))["role"] == "viewer"
    await bob.submit({"insert": "x"})
    assert (await bob.next("rejected"))["code"] == "not_allowed"
    await alice.types("and reads on")
    await bob.reaches(1)
    joined = [frame["participant"]["role"] for frame in alice.heard if frame["type"] == "joined"]
    assert joined == ["editor", "viewer"]


async def test_a_member_who_is_removed_is_out(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    await rest(table, "DELETE", f"/members/{table.server.people['bob'].id}")
    closed = await closes(bob)
    assert (closed.code, closed.error and closed.error["code"]) == (4403, "forbidden")
    await alice.types("without bob")
    assert bob.revisions == []
    with pytest.raises(Closed) as refused:
        await table.joins("bob")
    assert refused.value.code == 4404


async def test_however_many_connections_they_have(table: Table) -> None:
    bobs = [await table.joins("bob", f"bobs-window-{number}") for number in range(PORTION + 1)]
    await rest(table, "DELETE", f"/members/{table.server.people['bob'].id}")
    assert {(await closes(bob)).code for bob in bobs} == {4403}


async def test_a_group_lets_people_in_and_its_end_takes_them_out(table: Table) -> None:
    people = table.server.people

    async def groups(method: str, path: str = "", body: object = None) -> Any:
        return await asyncio.to_thread(table.server.rest, "alice", method, f"/api/v1/groups{path}", body)

    group = (await groups("POST", "", {"name": "Friends"}))["id"]
    for name in ("carol", "mallory"):
        await groups("PUT", f"/{group}/members", {"email": people[name].email})
    await rest(table, "PUT", f"/groups/{group}", {"role": "editor"})
    carol, mallory = await table.joins("carol"), await table.joins("mallory")
    await mallory.types("by a group")
    await groups("DELETE", f"/{group}/members/{people['mallory'].id}")
    assert (await closes(mallory)).code == 4403
    await carol.reaches(1)
    await carol.types("on")
    await groups("DELETE", f"/{group}")
    assert (await carol.next("access"))["role"] == "viewer"


async def test_what_is_sent_while_it_happens_is_before_or_after(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")

    async def types_on() -> None:
        while True:
            await bob.types("x")

    typing = asyncio.create_task(types_on())
    await asyncio.sleep(0.2)
    await rest(table, "DELETE", f"/members/{table.server.people['bob'].id}")
    head = table.contents()["version"]
    with pytest.raises((Closed, AssertionError)):  # told of the close, or rejected first
        await typing
    await alice.types("after")
    assert alice.version == head + 1


async def test_a_token_that_is_revoked(table: Table) -> None:
    made = await asyncio.to_thread(table.server.rest, "bob", "POST", "/api/v1/tokens", {"name": "short-lived"})
    by_token = await table.sits("bob", "bob-token1")
    await by_token.hello(token=made["token"])
    other = await table.joins("bob", "bob-token2")
    await asyncio.to_thread(table.server.rest, "bob", "DELETE", f"/api/v1/tokens/{made['id']}")
    assert (await closes(by_token)).code == 4401
    await other.types("another token is another matter")


async def logged_in(table: Table, name: str) -> tuple[Browser, Socket]:
    browser = Browser(table.server)
    await asyncio.to_thread(browser.log_in, name)
    headers = {"Cookie": browser.cookie}
    socket = await table.sits(name, f"{name}-page1", headers=headers, origin=table.server.url)
    await socket.hello()
    return browser, socket


async def test_logging_out_ends_that_session_alone(table: Table) -> None:
    browser, page = await logged_in(table, "bob")
    _, elsewhere = await logged_in(table, "alice")
    by_token = await table.joins("bob", "bob-token1")
    await asyncio.to_thread(browser.post, "/accounts/logout/")
    assert (await closes(page)).code == 4401
    await by_token.types("still here")
    await elsewhere.reaches(1)


async def came_by_link(table: Table, link: Any) -> Socket:
    await asyncio.to_thread(table.server.rest, "mallory", "POST", "/api/v1/join", {"link": link["url"]})
    return await table.joins("mallory")


async def test_a_link_that_is_revoked_or_narrowed(table: Table) -> None:
    link = await rest(table, "POST", "/links", {"role": "editor"})
    alice, mallory = await table.joins("alice"), await came_by_link(table, link)
    await mallory.types("by the link")
    await rest(table, "PATCH", f"/links/{link['id']}", {"role": "viewer"})
    assert (await mallory.next("access"))["role"] == "viewer"
    await rest(table, "DELETE", f"/links/{link['id']}")
    assert (await closes(mallory)).code == 4403
    await alice.types("alice stays")


async def test_the_trash_is_for_the_owner_to_look_at(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    await rest(table, "DELETE", "")
    assert (await closes(bob)).code == 4403
    assert (await alice.next("document"))["state"] == "trashed"
    assert "edit" not in (await alice.next("access"))["capabilities"]
    await alice.submit({"insert": "x"})
    assert (await alice.next("rejected"))["code"] == "document_trashed"


async def test_a_new_title_is_told(table: Table) -> None:
    alice = await table.joins("alice")
    await rest(table, "PATCH", "", {"title": "Another title"})
    assert await alice.next("document") == {"type": "document", "title": "Another title"}
    assert (await table.joins("bob")).welcome["document"]["title"] == "Another title"


async def test_freezing_and_thawing_is_told(table: Table) -> None:
    alice = await table.joins("alice")
    for state in ("frozen", "open"):
        await rest(table, "PATCH", "", {"state": state})
        assert await alice.next("document") == {"type": "document", "state": state}
    await alice.types("thawed")


async def test_what_rest_commits_is_told(table: Table) -> None:
    alice = await table.joins("alice")
    change = {"client_id": "rest-00001", "seq": 1, "base_version": 0, "delta": [{"insert": "by REST"}]}
    await rest(table, "POST", "/revisions", change, name="bob")
    async with asyncio.timeout(BOUND):
        await alice.reaches(1)


# -- without a message --


@pytest.fixture
def attentive() -> Iterator[LiveServer]:
    """A server that reads the rights again every half second, and hears of nothing that commands do."""
    with LiveServer(environment={"ACCESS_CHECK_SECONDS": "0.5", "HEAD_CHECK_SECONDS": "0.5"}) as server:
        yield server
        assert "Traceback" not in server.log


@pytest.fixture
async def far_table(attentive: LiveServer) -> AsyncIterator[Table]:
    made = Table(attentive, await asyncio.to_thread(attentive.document))
    yield made
    await made.close()


async def test_what_no_message_told_of_is_seen_all_the_same(far_table: Table) -> None:
    alice, bob, carol = [await far_table.joins(name) for name in ("alice", "bob", "carol")]

    async def behind_its_back(code: str) -> None:
        await asyncio.to_thread(far_table.server.manage, "shell", "--verbosity", "0", "-c", code)

    await behind_its_back("from accounts.models import User; User.objects.filter(name='Bob').update(is_active=False)")
    assert (await bob.refused()).code == 4401
    await behind_its_back(
        "from documents.models import Membership; Membership.objects.filter(user__name='Carol').delete()"
    )
    assert (await carol.refused()).code == 4403
    link = await rest(far_table, "POST", "/links", {"role": "editor"})
    mallory = await came_by_link(far_table, link)
    await behind_its_back(
        "from documents.sharing.models import ShareLink; from django.utils import timezone;"
        "ShareLink.objects.update(expires_at=timezone.now())"
    )
    assert (await mallory.refused()).code == 4403, "it expired"
    await behind_its_back("from documents.models import Document; Document.objects.update(title='Behind its back')")
    assert (await alice.next("document"))["title"] == "Behind its back"
    await behind_its_back("from documents.models import Document; Document.objects.all().delete()")
    assert (await alice.refused()).code == 4404


async def test_damage_is_told_and_what_is_sound_again_is_read_anew(far_table: Table) -> None:
    alice = await far_table.joins("alice")
    await alice.types("a")

    async def verified(**fields: int) -> None:
        code = (
            "from documents.models import Document; from documents.integrity.verify import verify;"
            f"Document.objects.update(**{fields}); verify(Document.objects.get().pk)"
        )
        await asyncio.to_thread(far_table.server.manage, "shell", "--verbosity", "0", "-c", code)

    await verified(length=7)
    assert await alice.next("document") == {"type": "document", "state": "frozen", "damaged": True}
    assert (await far_table.joins("bob")).welcome["document"]["damaged"] is True
    await alice.submit({"insert": "b"})
    assert (await alice.next("rejected"))["code"] == "document_frozen"
    await verified(length=2)
    assert await alice.next("document") == {"type": "document", "damaged": False}
    assert (await alice.refused()).code == 4500


async def test_what_no_message_told_of_is_shown_all_the_same(far_table: Table) -> None:
    alice = await far_table.joins("alice")
    code = (
        "from documents.submit import write; from protocol.delta import Delta; from documents.models import Document;"
        "write(Document.objects.get().pk, None, 'seed', lambda content: Delta([{'insert': 'from afar'}]))"
    )
    await asyncio.to_thread(far_table.server.manage, "shell", "--verbosity", "0", "-c", code)
    await alice.reaches(1)
    await alice.types("and on")
    assert far_table.text() == "and onfrom afar\n"
