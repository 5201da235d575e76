"""A server, and people of the cast logged in at windows of a real browser."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext

from tests.browser.window import Window
from tests.live import LiveServer

LogIn = Callable[..., Awaitable[BrowserContext]]
Open = Callable[..., Awaitable[Window]]


@pytest.fixture(scope="session")
def site() -> Iterator[LiveServer]:
    """The server that the windows look at; shared, so each test makes a document of its own."""
    with LiveServer() as server:
        yield server
        assert "Traceback" not in server.log, server.log


@pytest.fixture(scope="session")
def cookies() -> dict[str, Any]:
    """Who has logged in already, and by which cookies."""
    return {}


@pytest.fixture
async def log_in(chromium: Browser, site: LiveServer, cookies: dict[str, Any]) -> AsyncIterator[LogIn]:
    """`await log_in("alice")`: a browser of alice's own, logged in; the first time through the page."""

    async def log_in(name: str) -> BrowserContext:
        context = await chromium.new_context(base_url=site.url, storage_state=cookies.get(name))
        if name not in cookies:
            page = await context.new_page()
            await page.goto("/accounts/login/")
            await page.fill("input[name=login]", site.people[name].email)
            await page.fill("input[name=password]", site.people[name].password)
            await page.press("input[name=password]", "Enter")
            await page.wait_for_url("/")
            cookies[name] = await context.storage_state()
            await page.close()
        return context

    yield log_in


@pytest.fixture
async def window(log_in: LogIn) -> AsyncIterator[Open]:
    """`await window("alice", document)`: alice with the document open before her, the caret at its end."""
    opened: list[Window] = []

    async def window(name: str, document: str, url: str = "") -> Window:
        page = await Window.new(await log_in(name))
        opened.append(page)
        return await page.open(document, url)

    yield window
    for page in opened:
        assert page.problems == []
