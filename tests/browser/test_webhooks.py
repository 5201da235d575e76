"""Someone has what happens to a document sent somewhere, from the account page."""

import os

from playwright.async_api import expect

from tests.browser.conftest import LogIn, NewDocument
from tests.browser.window import Window


async def test_it_works(log_in: LogIn, new_document: NewDocument) -> None:
    document = await new_document("Plans")
    context = await log_in("alice")
    window = await Window.new(context)
    page = window.page
    await page.goto(f"/accounts/webhooks/?document={document}")
    await page.get_by_label("Address").fill("https://127.0.0.1/hook")
    await page.get_by_role("button", name="Make the webhook").click()
    await expect(page.get_by_text("public Internet")).to_be_visible()
    await page.get_by_label("Address").fill("https://127.0.0.2/hook")
    await page.get_by_label("Who has access").uncheck()
    await page.get_by_role("button", name="Make the webhook").click()
    await expect(page.get_by_text("It is not shown again")).to_be_visible()
    await page.get_by_role("button", name="Turn off").click()
    await expect(page.get_by_text("The webhook is off.")).to_be_visible()
    if folder := os.environ.get("SCREENSHOTS"):
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            for width in (1280, 390):
                await page.set_viewport_size({"width": width, "height": 900})
                await page.screenshot(path=f"{folder}/{scheme}-{width}.png", full_page=True)
    assert window.problems == []
    await context.close()
