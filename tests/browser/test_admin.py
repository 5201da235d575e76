"""An administrator at work while somebody writes."""

from playwright.async_api import Page, expect

from tests.browser.conftest import LogIn, NewDocument, Open
from tests.live import LiveServer


async def _office(site: LiveServer, log_in: LogIn) -> Page:
    """Carol's desk, who is an administrator."""
    make = (
        "from accounts.models import User; User.objects.filter(name='Carol').update(is_staff=True, is_superuser=True)"
    )
    site.manage("shell", "-v", "0", "-c", make)
    return await (await log_in("carol")).new_page()


async def test_open_editors_follow_what_an_administrator_does(
    site: LiveServer, log_in: LogIn, window: Open, new_document: NewDocument
) -> None:
    document = await new_document("Under watch")
    bob = await (await (await window("bob", document)).editor()).type("Here I am")
    await bob.state("committed")
    office = await _office(site, log_in)

    await office.goto(f"/admin/documents/document/{document}/change/")
    await expect(office.locator("#preview")).to_have_text("Here I am")
    await office.get_by_role("button", name="Freeze").press("Enter")
    await expect(bob.page.get_by_text("This document is frozen")).to_be_visible()
    await expect(bob.page.locator(".ql-editor")).to_have_attribute("contenteditable", "false")
    await office.get_by_role("button", name="Thaw").press("Enter")
    await expect(bob.page.locator(".ql-editor")).to_have_attribute("contenteditable", "true")

    await office.goto("/admin/operations/")
    await office.get_by_label("What everyone is told").fill("Down at noon")
    await office.keyboard.press("Enter")
    await expect(bob.page.locator("#banner")).to_have_text("Down at noon")
    await bob.page.reload()
    await expect(bob.page.locator("#banner")).to_have_text("Down at noon")
    await office.get_by_role("button", name="Withdraw").press("Enter")
    await expect(bob.page.locator("#banner")).to_be_hidden()

    await office.get_by_role("button", name="Disconnect Bob from Under watch").press("Enter")
    await expect(bob.page.get_by_text("An administrator has ended this connection")).to_be_visible()
    await bob.page.get_by_role("button", name="Load again").click()
    await expect(bob.page.locator(".ql-editor")).to_have_text("Here I am")
