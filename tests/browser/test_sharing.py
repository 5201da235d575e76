"""The sharing dialog: links and the guests who come in by them, invitations, and people who ask for access."""

import re
from contextlib import suppress

from playwright.async_api import Browser, Page, Response, expect

from tests.browser.conftest import LogIn, NewDocument, Open
from tests.browser.window import Window, settled
from tests.live import LiveServer


def _is_made(answer: Response) -> bool:
    """Of a new link, and not the list of all."""
    return answer.request.method == "POST" and answer.url.endswith("/links")


async def made_link(alice: Window) -> str:
    """Makes a link for guests who edit, by keyboard, and tells its address."""
    page = alice.page
    await page.get_by_role("button", name="Share").click()
    await page.get_by_role("button", name="New link").press("Enter")
    await page.get_by_label("Whoever has it").select_option("editor")
    await page.get_by_label("Label, for you").fill("For the class")
    await page.get_by_label("People without an account").press("Space")
    async with page.expect_response(_is_made) as made:
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
    alice.page.once("dialog", lambda dialog: dialog.accept())
    await alice.page.get_by_role("button", name="Revoke the link: For the class").click()
    await expect(alice.page.locator(".share-link")).to_have_count(0)
    await expect(here).to_have_count(0)
    await private.set_offline(False)
    await expect(guest.page.locator("#page-state h2")).to_have_text("You no longer have access")
    await expect(guest.page.locator("#save-text")).to_have_text(re.compile(r"\d+ changes kept"))
    assert await guest.text() == "by a guest, unsent"
    assert await alice.text() == "by a guest"


async def test_a_link_is_given_a_password_and_loses_it_again(window: Open, new_document: NewDocument) -> None:
    alice = await window("alice", await new_document())
    await made_link(alice)
    settings = alice.page.get_by_role("button", name="Settings of the link: For the class")
    await settings.click()
    await expect(alice.page.get_by_label("None any more")).to_be_hidden()
    await alice.page.get_by_label("Password").fill("rosebud")
    await alice.page.get_by_role("button", name="Save").click()
    await expect(alice.page.locator(".share-link")).to_contain_text("with a password")
    await settings.click()
    await alice.page.get_by_label("None any more").check()
    await expect(alice.page.get_by_label("Password")).to_be_disabled()
    await alice.page.get_by_role("button", name="Save").click()
    await expect(alice.page.locator(".share-link")).not_to_contain_text("with a password")


async def test_who_asks_is_let_in_and_who_has_no_account_is_invited(
    window: Open, new_document: NewDocument, log_in: LogIn
) -> None:
    document = await new_document(members={})
    outside = await (await log_in("mallory")).new_page()
    await outside.goto(f"/documents/{document}/")
    await outside.get_by_role("button", name="Ask for access").click()
    await expect(outside.get_by_role("status")).to_contain_text("have been asked")
    alice = (await window("alice", document)).page
    await asked_shows(alice)
    await alice.get_by_role("region", name="Asking for access").get_by_label("Role").select_option("editor")
    await alice.get_by_role("button", name="Let in").press("Enter")
    people = alice.get_by_label("People with access")
    await expect(people).to_contain_text("mallory@example.com")
    await expect(alice.get_by_role("region", name="Asking for access")).to_have_count(0)
    await alice.get_by_label("Add someone by e-mail address").fill("dave@example.com")
    await alice.get_by_label("Add someone by e-mail address").press("Enter")
    await expect(people).to_contain_text("Invited, until")
    await alice.get_by_role("button", name="Withdraw the invitation of dave@example.com").click()
    await expect(people).not_to_contain_text("dave")
    await (await window("mallory", document)).editor()


async def asked_shows(page: Page) -> None:
    """Opens the dialog until someone who asked is there: a request is noted by a job."""
    row = page.get_by_role("region", name="Asking for access").get_by_text("Mallory", exact=True)
    for _ in range(20):
        async with page.expect_response(re.compile("/access-requests$")):
            await page.get_by_role("button", name="Share").click()
        with suppress(AssertionError):
            return await expect(row).to_be_visible(timeout=1000)
        await page.get_by_role("button", name="Close").click()
    raise AssertionError("nobody asks")
