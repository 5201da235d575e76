"""The operations page of the admin: who is where, and what administrators do about it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, User
from collab.models import Banner
from collab.operations import acts, live
from collab.process import Process
from documents import acts as document_acts
from documents import connections
from documents.models import Connection, Document
from documents.models import Process as Row
from protocol.errors import ProtocolError
from tests.accounts.conftest import log_in
from tests.collab.conftest import Join, in_thread
from tests.collab.signing_in import Browser
from tests.collab.talk import Closed, Table
from tests.live import LiveServer, eventually

PAGE = "/admin/operations/"
Messages = list[dict[str, Any]]


@pytest.fixture
def root(db: None) -> Client:
    """Where a superuser sits."""
    browser = Client()
    browser.force_login(User.objects.create_superuser("root@example.com", "x", name="Root"))
    return browser


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Messages:
    """What the processes are told; at once, for a test's transaction is not committed."""
    messages: Messages = []
    monkeypatch.setattr("collab.announcements.tell", messages.append)
    monkeypatch.setattr("django.db.transaction.on_commit", lambda work, **_: work())
    return messages


def sits(document: Document, user: User, process: str = "one") -> Connection:
    """A live session of someone's."""
    connections.beat(process, 60)
    now = timezone.now()
    row = Connection(document=document, user=user, process=process, client_id="x" * 8, since=now)
    row.lease = now + timedelta(minutes=1)
    row.save()
    return row


def page(browser: Client, **query: Any) -> str:
    answer = browser.get(PAGE, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_who_is_where(root: Client, document: Document, alice: User, bob: User) -> None:
    sits(document, alice, "process-one")
    sits(document, bob, "process-two")
    shown = page(root)
    for said in ("Alice", "Bob", "A document", "<code>process-</code>"):
        assert said in shown
    assert "Disconnect Bob" not in page(root, user=alice.pk)
    assert "Disconnect Alice" not in page(root, process="process-two")
    assert "Disconnect Alice" in page(root, document=document.pk)


def test_it_costs_the_same_for_many(root: Client, document: Document, alice: User, bob: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(root)
        return len(captured)

    sits(document, alice)
    page(root)
    few = cost()
    for number in range(20):
        sits(document_acts.create(alice.pk, f"document {number}"), bob, f"process {number}")
    assert cost() == few


def test_it_ends_one_session_or_all_of_someone(
    root: Client, told: Messages, document: Document, alice: User, bob: User
) -> None:
    first, second, other = sits(document, bob), sits(document, bob), sits(document, alice)
    root.post(f"{PAGE}disconnect/", {"session": other.pk})
    root.post(f"{PAGE}disconnect/", {"user": bob.pk})
    ended = [set(message["session_ids"]) for message in told if message["type"] == "disconnect"]
    assert ended == [{str(other.pk)}, {str(first.pk), str(second.pk)}]
    kept = AuditEntry.objects.filter(act="connections.end").values_list("user_id", "document_id", "by_name", "way")
    assert sorted(kept) == sorted(
        [(alice.pk, document.pk, "Root", "admin"), *[(bob.pk, document.pk, "Root", "admin")] * 2]
    )


async def test_a_process_that_nobody_is_connected_to_lives_all_the_same(
    join: Join, processes: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    process = processes()
    bob = await join("bob", process=process)
    await bob.close()
    await in_thread(Row.objects.filter(name=process.id).update, lease=timezone.now())
    monkeypatch.setattr("collab.process.running", lambda: process)
    assert [(known.name, known.alive) for known in await in_thread(live.processes)] == [(process.id, True)]


def test_it_drains_a_process(root: Client, told: Messages, document: Document, bob: User) -> None:
    sits(document, bob, "process-one")
    root.post(f"{PAGE}drain/", {"process": "process-one"})
    assert {"type": "drain", "process": "process-one"} in told
    assert AuditEntry.objects.get(act="processes.drain").about == {"process": "process-one"}


def test_it_tells_everybody_until_it_is_withdrawn(root: Client, told: Messages, alice: User) -> None:
    root.post(f"{PAGE}banner/", {"text": "  Down at  <b>noon</b> "})
    for path in (PAGE, "/", "/accounts/profile/"):
        assert "Down at &lt;b&gt;noon&lt;/b&gt;" in root.get(path).content.decode()
    assert "Down at" in Client().get("/accounts/login/").content.decode()
    root.post(f"{PAGE}banner/", {"text": "ignored", "withdraw": "1"})
    assert "Down at" not in root.get("/").content.decode()
    assert told == [{"type": "banner"}] * 2
    assert list(AuditEntry.objects.filter(act__startswith="banner.").values_list("act", flat=True).order_by("pk")) == [
        "banner.put",
        "banner.withdraw",
    ]


def test_it_shows_what_failed_its_verification(root: Client, document: Document) -> None:
    assert "No document is damaged" in page(root)
    document_acts.note_damage(document.pk, "revision at version 1: it is missing")
    assert f"/admin/documents/document/{document.pk}/change/" in page(root)


def test_refusals_are_added_up() -> None:
    told = [{"rate_limited": 2.0, "forbidden": 1.0}, {"forbidden": 3.0}]
    assert list(live.added_up(told).items()) == [("forbidden", 4.0), ("rate_limited", 2.0)]


def test_the_overview_counts_what_matters(root: Client, document: Document, alice: User) -> None:
    sits(document, alice)
    document_acts.note_damage(document.pk, "revision at version 1: it is missing")
    shown = root.get("/admin/").content.decode()
    assert (
        shown.count('<span class="figure">1</span>') == 5
    )  # a person, a session, a document, a process; one is damaged
    assert "sessions.begin" in shown


# Who may


@pytest.mark.parametrize("act", ["", "disconnect/", "drain/", "banner/"])
def test_each_act_has_its_permission(document: Document, alice: User, carol: User, act: str) -> None:
    row = sits(document, alice, "process-one")
    User.objects.filter(pk=carol.pk).update(is_staff=True)
    others = {"": "view_connection", "disconnect/": "delete_connection", "drain/": "delete_process"}
    own = others.get(act, "change_banner")
    mine = ["view_connection", "delete_connection", "delete_process", "change_banner"]
    carol.user_permissions.set(Permission.objects.filter(codename__in=set(mine) - {own}))
    browser = log_in(User.objects.get(pk=carol.pk))
    form = {"session": str(row.pk), "process": "process-one", "text": "x"}
    answer = browser.post(PAGE + act, form) if act else browser.get(PAGE)
    assert answer.status_code == 403
    assert not Banner.objects.exists()
    assert not AuditEntry.objects.filter(act__in=["connections.end", "processes.drain"]).exists()


def test_people_have_no_business_here(alice: User) -> None:
    assert log_in(alice).get(PAGE).status_code == 302


# Bad input


@pytest.mark.parametrize("form", [{}, {"session": "x"}, {"user": "1"}, {"document": ""}])
def test_whom_to_disconnect_has_to_be_said(root: Client, told: Messages, form: dict[str, str]) -> None:
    assert root.post(f"{PAGE}disconnect/", form).status_code == 400
    assert told == []


def test_what_is_no_id_is_refused(root: Client) -> None:
    assert root.get(PAGE, {"user": "nobody"}).status_code == 400


def test_a_process_that_is_not_there(root: Client, told: Messages) -> None:
    assert "no such process" in root.post(f"{PAGE}drain/", {"process": "x"}, follow=True).content.decode()
    assert told == []


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["x" * 301, "a\x00b"])
def test_a_banner_is_a_short_line(text: str) -> None:
    with pytest.raises(ProtocolError, match="invalid_field"):
        acts.put_banner(text)


def test_one_is_sent_back_to_our_own_pages_alone(root: Client) -> None:
    answer = root.post(f"{PAGE}banner/", {"text": "x", "next": "https://example.com/"})
    assert answer.headers["Location"] == PAGE


# On the wire


async def test_an_ended_session_is_closed_on_whichever_process(join: Join, processes: Callable[..., Process]) -> None:
    layer = InMemoryChannelLayer(capacity=10_000)
    one, other = processes(layer=layer), processes(layer=layer)
    alice, bob = await join("alice", process=one), await join("bob", process=other)
    one.notice({"type": "disconnect", "session_ids": [bob.welcome["session_id"]]}, None)
    closed: Closed = await bob.refused()
    assert (closed.code, closed.error and closed.error["code"]) == (4410, "disconnected")
    await alice.types("and stays")


async def test_a_banner_is_heard_at_once_and_by_those_who_come(join: Join, processes: Callable[..., Process]) -> None:
    process = processes()
    alice = await join("alice", process=process)
    assert "banner" not in alice.welcome
    await sync_to_async(acts.put_banner)("Down at noon")
    process.notice({"type": "banner"}, None)
    assert (await alice.next("banner"))["text"] == "Down at noon"
    assert (await join("bob", process=process)).welcome["banner"] == "Down at noon"
    await sync_to_async(acts.put_banner)("")
    process.notice({"type": "banner"}, None)
    assert (await alice.next("banner"))["text"] == ""


async def test_a_drained_process_is_replaced_by_its_parent() -> None:
    with LiveServer() as server:
        server.manage(
            "shell", "-c", "from accounts.models import User; User.objects.update(is_staff=True, is_superuser=True)"
        )
        table = Table(server, server.document())
        bob = await table.joins("bob")
        [before] = server.workers()
        name = server.manage(
            "shell", "-v", "0", "-c", "from documents.models import Process; print(Process.objects.get().name)"
        )
        browser = Browser(server)
        await asyncio.to_thread(browser.log_in, "alice")
        await asyncio.to_thread(browser.post, PAGE, to="drain/", process=name.strip())
        assert (await bob.refused()).code == 4503
        assert await asyncio.to_thread(
            eventually, lambda: before not in server.workers() and len(server.workers()) == 1
        )
        await table.close()
