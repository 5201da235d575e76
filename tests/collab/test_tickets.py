"""Tickets: for a page of another origin, one connection to one document; and which pages may use what."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import tickets, tokens
from accounts.jobs import purge
from accounts.models import Ticket, Token, User
from collab.process import Process
from documents.models import Document
from tests.accounts.conftest import log_in
from tests.collab.conftest import in_thread
from tests.collab.talk import Closed, Inside, Socket
from tests.live import LiveServer

MakeProcess = Callable[..., Process]
ELSEWHERE = "https://elsewhere.example"


def ask(headers: dict[str, str], document: Document, **body: Any) -> Any:
    whole = {"document_id": str(document.pk), **body}
    return Client().post("/api/v1/tickets", whole, "application/json", headers=headers)


@pytest.fixture
def bearer(transactional_db: None, bob: User) -> dict[str, str]:
    """The headers of a program of bob's."""
    return {"Authorization": f"Bearer {tokens.create(bob.pk, 'a program')[1]}"}


@pytest.fixture
def ticket(bearer: dict[str, str], document: Document) -> str:
    """One that this program made."""
    made = ask(bearer, document)
    assert made.status_code == 201
    return str(made.json()["ticket"])


@pytest.fixture
async def comes(
    document: Document, processes: Callable[..., Process]
) -> AsyncIterator[Callable[..., Awaitable[Inside]]]:
    """`await comes(ticket)` opens a socket by it, on a process of its own."""
    made: list[Inside] = []

    async def comes(ticket: str, at: object = None, **headers: str) -> Inside:
        talker = Inside("bobs-page-1", processes(), at or document.pk, headers, f"?ticket={ticket}")
        made.append(await talker.open())
        return talker

    yield comes
    for talker in made:
        await talker.close()


Comes = Callable[..., Awaitable[Inside]]


async def test_it_works_for_a_page_that_is_listed(ticket: str, comes: Comes, settings: Settings) -> None:
    settings.ALLOWED_ORIGINS = [ELSEWHERE]
    page = await comes(ticket, Origin=ELSEWHERE)
    assert (await page.hello())["user"]["name"] == "Bob"
    await page.types("from elsewhere")


async def test_it_may_stand_where_a_token_does(ticket: str, document: Document, processes: MakeProcess) -> None:
    page = await Inside("bobs-page-1", processes(), document.pk).open()
    assert (await page.hello(token=ticket))["user"]["name"] == "Bob"
    await page.close()
    again = await Inside("bobs-page-1", processes(), document.pk).open()
    assert (await again.refused_hello(token=ticket)).code == 4412
    await again.close()


async def test_once(ticket: str, comes: Comes) -> None:
    first, second = await comes(ticket), await comes(ticket)
    await first.hello()
    refused = await second.refused_hello()
    assert (refused.code, refused.error and refused.error["code"]) == (4412, "bad_ticket")


async def test_once_of_many_who_come_together(ticket: str, comes: Comes) -> None:
    pages = [await comes(ticket) for _ in range(4)]
    answers = await asyncio.gather(*(page.hello() for page in pages), return_exceptions=True)
    assert sum(isinstance(answer, dict) for answer in answers) == 1
    assert all(answer.code == 4412 for answer in answers if isinstance(answer, Closed))


# -- rights --


def test_only_to_what_one_may_read(transactional_db: None, document: Document, mallory: User) -> None:
    headers = {"Authorization": f"Bearer {tokens.create(mallory.pk, 'nosy')[1]}"}
    assert ask(headers, document).json()["code"] == "not_found"
    assert Client().post("/api/v1/tickets", {}, "application/json").status_code == 401


async def test_it_may_be_one_to_read(bearer: dict[str, str], document: Document, comes: Comes) -> None:
    made = await in_thread(ask, bearer, document, scopes=["read"])
    page = await comes(made.json()["ticket"])
    assert "edit" not in (await page.hello())["capabilities"]


def test_it_does_no_more_than_what_made_it(transactional_db: None, document: Document, bob: User) -> None:
    headers = {"Authorization": f"Bearer {tokens.create(bob.pk, 'reads', ['read'])[1]}"}
    assert ask(headers, document, scopes=["write"]).json()["code"] == "forbidden"


async def test_it_is_good_for_its_document_alone(ticket: str, comes: Comes, bob: User, document: Document) -> None:
    other = await in_thread(Document.objects.create, title="Another", owner=bob)
    page = await comes(ticket, other.pk)
    assert (await page.refused_hello()).code == 4412
    assert (await (await comes(ticket)).refused_hello()).code == 4412, "used up by that"


async def test_it_ends_after_a_while(ticket: str, comes: Comes) -> None:
    await in_thread(Ticket.objects.update, expires_at=timezone.now() - timedelta(seconds=1))
    assert (await (await comes(ticket)).refused_hello()).code == 4412


async def test_it_ends_with_what_made_it(ticket: str, comes: Comes) -> None:
    await in_thread(lambda: tokens.revoke(Token.objects.get()))
    assert (await (await comes(ticket)).refused_hello()).code == 4412


async def test_a_token_goes_before_it(ticket: str, comes: Comes, alice: User) -> None:
    _, raw = await in_thread(tokens.create, alice.pk, "hers")
    assert (await (await comes(ticket)).hello(token=raw))["user"]["name"] == "Alice"


# -- bad input --


@pytest.mark.parametrize("bad", ["", "x", "dt_" + "0" * 43, "dt_%00", "a&ticket=b"])
async def test_none_that_was_made(bad: str, ticket: str, comes: Comes) -> None:
    assert (await (await comes(bad)).refused_hello()).code == 4412


@pytest.mark.parametrize(
    "body", [{"scopes": []}, {"scopes": ["all"]}, {"document_id": "x"}, {"document_id": None}, {"more": 1}]
)
def test_what_is_no_request_for_one(bearer: dict[str, str], document: Document, body: dict[str, Any]) -> None:
    assert ask(bearer, document, **body).json()["code"] == "invalid_field"


def test_there_are_only_so_many(bearer: dict[str, str], document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets, "MOST_OPEN", 2)
    answers = [ask(bearer, document).status_code for _ in range(3)]
    assert answers == [201, 201, 429]


def test_only_its_hash_is_kept_and_not_for_long(ticket: str) -> None:
    assert ticket not in str(list(Ticket.objects.values()))
    Ticket.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    purge()
    assert not Ticket.objects.exists()


async def test_it_stands_in_no_log(ticket: str, comes: Comes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await (await comes(ticket)).hello()
    await (await comes(ticket)).refused_hello()
    assert ticket not in caplog.text


async def test_nor_in_that_of_a_whole_server(live: LiveServer) -> None:
    document = await asyncio.to_thread(live.document)
    made = await asyncio.to_thread(live.rest, "alice", "POST", "/api/v1/tickets", {"document_id": document})
    page = await Socket.open(f"{live.ws_url(document)}?ticket={made['ticket']}")
    assert (await page.hello())["user"]["name"] == "Alice"
    await page.close()
    assert made["ticket"] not in live.log


# -- pages of other origins, over REST --


def preflight(origin: str) -> Any:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return Client().options("/api/v1/tickets", headers=headers)


def test_a_listed_page_may_ask_and_read(bearer: dict[str, str], document: Document, settings: Settings) -> None:
    settings.ALLOWED_ORIGINS = [ELSEWHERE]
    asked = preflight(ELSEWHERE)
    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, ELSEWHERE)
    assert "Authorization" in asked["Access-Control-Allow-Headers"]
    answer = ask({**bearer, "Origin": ELSEWHERE}, document)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (201, ELSEWHERE)
    assert "Origin" in answer["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer, "never with a cookie"


def test_so_may_an_application_that_runs_there(db: None, settings: Settings) -> None:
    settings.ALLOWED_ORIGINS = [ELSEWHERE]
    headers = {"Origin": ELSEWHERE, "Access-Control-Request-Method": "GET"}
    asked = Client().options("/identity/o/api/userinfo", headers=headers)
    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, ELSEWHERE)


def test_others_are_told_nothing(bearer: dict[str, str], document: Document, settings: Settings) -> None:
    settings.ALLOWED_ORIGINS = ["https://elsewhere.example:8443"]
    assert (preflight(ELSEWHERE).status_code, preflight(ELSEWHERE).json()["code"]) == (403, "origin_not_allowed")
    assert "Access-Control-Allow-Origin" not in ask({**bearer, "Origin": ELSEWHERE}, document)


@pytest.mark.usefixtures("document")
def test_a_cookie_counts_only_on_pages_of_this_server(alice: User, settings: Settings) -> None:
    settings.ALLOWED_ORIGINS = [ELSEWHERE]
    browser = log_in(alice)
    assert browser.get("/api/v1/me", headers={"Origin": "http://testserver"}).status_code == 200
    answer = browser.get("/api/v1/me", headers={"Origin": ELSEWHERE})
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_allowed")
