"""A server, and people of the cast logged in at windows of a real browser."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from tests.browser.window import SETTLE_SECONDS, Window
from tests.cast import MEMBERS
from tests.installed import chromium_binary, missing
from tests.live import LiveServer

CHROMIUM_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]

expect.set_options(timeout=SETTLE_SECONDS * 1000)

LogIn = Callable[..., Awaitable[BrowserContext]]
NewDocument = Callable[..., Awaitable[str]]
Open = Callable[..., Awaitable[Window]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all tests here: the browser that they share lives in it."""
    for item in items:
        if Path(__file__).parent in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_chromium() -> AsyncIterator[Browser]:
    """The system's Chromium (or CHROMIUM), headless."""
    binary = chromium_binary()
    if binary is None:
        missing("Chromium", "apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=binary, args=CHROMIUM_FLAGS, chromium_sandbox=os.geteuid() != 0
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def chromium(running_chromium: Browser) -> AsyncIterator[Browser]:
    """A browser without a window; what a test opens in it is closed after the test."""
    yield running_chromium
    for context in running_chromium.contexts:
        await context.close()


@pytest.fixture(scope="session")
def site() -> Iterator[LiveServer]:
    """The server that the windows look at; shared, so each test makes a document of its own."""
    with LiveServer(environment={"WEBHOOK_HOSTS": "127.0.0.2"}) as server:
        yield server
        assert "Traceback" not in server.log, server.log


@pytest_asyncio.fixture(loop_scope="session")
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


@pytest_asyncio.fixture(loop_scope="session")
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


@pytest_asyncio.fixture(loop_scope="session")
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
