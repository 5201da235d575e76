"""A link is made in the sharing dialog, a guest comes in by it, and is out when it is revoked."""

import re

from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import NewDocument, Open
from tests.browser.window import Window, settled
from tests.live import LiveServer


async def made_link(alice: Window) -> str:
    """Makes a link for guests who edit, by keyboard, and tells its address."""
    page = alice.page
    await page.get_by_role("button", name="Share").click()
    await page.get_by_role("button", name="New link").press("Enter")
    await page.get_by_label("Whoever has it").select_option("editor")
    await page.get_by_label("Label, for you").fill("For the class")
    await page.get_by_label("People without an account").press("Space")
    async with page.expect_response(re.compile("/links$")) as made:
        await page.get_by_label("Label, for you").press("Enter")
    url = str((await (await made.value).json())["url"])
    await expect(page.locator(".share-link")).to_contain_text("For the class")
    await expect(page.locator(".share-link")).to_contain_text("Can edit · guests too")
    return url


async def come_in(page: Page, url: str, document: str, name: str) -> Window:
    await page.goto(url)
    await page.get_by_label("Your name").fill(name)
    await page.get_by_role("button", name="Open the document").click()
    await page.wait_for_url(f"**/documents/{document}/")
    return await Window(page).open(document)


async def test_a_guest_comes_in_by_a_link_and_is_out_when_it_is_revoked(
    window: Open, new_document: NewDocument, chromium: Browser, site: LiveServer
) -> None:
    document = await new_document()
    alice = await window("alice", document)
    url = await made_link(alice)
    private = await chromium.new_context(base_url=site.url)
    guest = await come_in(await private.new_page(), url, document, "Grace <b>Hopper</b>")
    await expect(guest.page.locator(".site-header .badge")).to_have_text("Guest")
    await (await guest.editor()).type("by a guest")
    assert await settled(alice, guest) == "by a guest"
    here = alice.page.locator("#people [role=img]")
    await expect(here).to_have_attribute("aria-label", "Grace <b>Hopper</b> (guest)")
    await private.set_offline(True)
    await guest.type(", unsent")
    await alice.page.get_by_role("button", name="Revoke the link: For the class").click()
    await expect(alice.page.locator(".share-link")).to_have_count(0)
    await expect(here).to_have_count(0)
    await private.set_offline(False)
    await expect(guest.page.locator("#page-state h2")).to_have_text("You no longer have access")
    await expect(guest.page.locator("#save-text")).to_have_text(re.compile(r"\d+ changes kept"))
    assert await guest.text() == "by a guest, unsent"
    assert await alice.text() == "by a guest"
