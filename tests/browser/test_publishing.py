"""A document that anyone may read."""

import re

from playwright.async_api import Browser, expect

from tests.browser.conftest import NewDocument, Open
from tests.browser.window import Window, settled
from tests.live import LiveServer


async def test_a_document_is_published_embedded_and_taken_back(
    window: Open, new_document: NewDocument, chromium: Browser, site: LiveServer
) -> None:
    alice = await (await window("alice", await new_document("Plans"))).editor()
    await alice.page.select_option("#block-style", "header:1")
    await alice.type("For everyone")
    await settled(alice)
    await alice.page.click("#share")
    await alice.page.get_by_role("button", name="Publish").click()
    url = alice.page.locator("#publication-url")
    await expect(url).to_have_value(re.compile(f"^{site.url}/p/[0-9a-f]{{24}}/$"))
    await alice.page.fill("#publication-slug", "plans-for-all")
    await alice.page.fill("#publication-embedders", "https://blog.example.org")
    await alice.page.get_by_role("button", name="Save").click()
    snippet = alice.page.locator("#publication-snippet")
    await expect(snippet).to_have_value(re.compile("^<iframe src=.*/embed/plans-for-all/"))
    context = await chromium.new_context()
    stranger = await Window.new(context)
    await stranger.page.goto(await url.input_value())
    await expect(stranger.page.locator("h1")).to_have_text("For everyone")
    assert stranger.problems == []
    await alice.page.get_by_role("button", name="Take it back").click()
    await alice.page.get_by_role("button", name="Publish").wait_for()
    gone = await stranger.page.reload()
    assert gone is not None
    assert gone.status == 404
    await context.close()
