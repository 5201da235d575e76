"""A document is taken along with its whole history."""

import asyncio

from playwright.async_api import FilePayload, expect

from tests.browser.conftest import LogIn, NewDocument, Open


async def test_an_archive_becomes_a_document_again(log_in: LogIn, window: Open, new_document: NewDocument) -> None:
    document = await new_document(title="Plans")
    alice = await window("alice", document)
    await (await alice.editor()).type("First words.")
    await alice.state("committed")
    await alice.page.click("#file")
    async with alice.page.expect_download() as downloading:
        await alice.page.get_by_role("link", name="All versions (archive)").click()
    data = await asyncio.to_thread((await (await downloading.value).path()).read_bytes)
    page = await (await log_in("bob")).new_page()
    await page.goto("/")
    payload: FilePayload = {"name": "Plans.zip", "mimeType": "application/zip", "buffer": data}
    await page.set_input_files("#file-input", payload)
    await page.wait_for_url("**/documents/*/")
    await expect(page.locator(".ql-editor")).to_contain_text("First words.")
    await expect(page).to_have_title("Plans · Deltapad")
