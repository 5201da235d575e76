"""A server, and people of the cast logged in at windows of a real browser."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext

from tests.browser.window import Window
from tests.cast import MEMBERS
from tests.live import LiveServer

LogIn = Callable[..., Awaitable[BrowserContext]]
NewDocument = Callable[..., Awaitable[str]]
Open = Callable[..., Awaitable[Window]]


@pytest.fixture(scope="session")
def site() -> Iterator[LiveServer]:
    """The server that the windows look at; shared, so each test makes a document of its own."""
    with LiveServer() as server:
        yield server
        assert "Traceback" not in server.log, server.log


@pytest.fixture
async def new_document(site: LiveServer) -> AsyncIterator[NewDocument]:
    """`await new_document()`: an empty document of alice's, made over REST, which is quick."""
    headers = {"Authorization": f"Bearer {site.people['alice'].token}"}
    async with httpx.AsyncClient(base_url=site.url, headers=headers) as rest:

        async def new_document(title: str = "A document", members: Mapping[str, str] = MEMBERS) -> str:
            made = (await rest.post("/api/v1/documents", json={"title": title})).raise_for_status().json()
            for name, role in members.items():
                member = {"email": site.people[name].email, "role": role}
                (await rest.put(f"/api/v1/documents/{made['id']}/members", json=member)).raise_for_status()
            return str(made["id"])

        yield new_document


@pytest.fixture(scope="session")
def cookies() -> dict[str, Any]:
    """Who has logged in already, and by which cookies."""
    return {}


@pytest.fixture
async def log_in(chromium: Browser, site: LiveServer, cookies: dict[str, Any]) -> LogIn:
    """`await log_in("alice")`: a browser of alice's own, logged in; the first time at a server through its page."""

    async def log_in(name: str, server: LiveServer = site) -> BrowserContext:
        known = cookies.get(f"{name} {server.url}")
        context = await chromium.new_context(base_url=server.url, storage_state=known)
        if known is None:
            page = await context.new_page()
            await page.goto("/accounts/login/")
            await page.fill("input[name=login]", server.people[name].email)
            await page.fill("input[name=password]", server.people[name].password)
            await page.press("input[name=password]", "Enter")
            await page.wait_for_url("/")
            cookies[f"{name} {server.url}"] = await context.storage_state()
            await page.close()
        return context

    return log_in


@pytest.fixture
async def window(log_in: LogIn) -> AsyncIterator[Open]:
    """`await window("alice", document)`: alice with the document before her. The browser may complain of nothing."""
    opened: list[Window] = []

    async def window(name: str, document: str, url: str = "", **server: LiveServer) -> Window:
        page = await Window.new(await log_in(name, **server))
        opened.append(page)
        return await page.open(document, url)

    yield window
    for page in opened:
        assert page.problems == []
