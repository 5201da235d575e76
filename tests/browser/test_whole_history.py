"""What an owner does with a document's history as a whole: says how long it is kept, and takes it along."""

import asyncio

from playwright.async_api import FilePayload, expect

from tests.browser.conftest import LogIn, NewDocument, Open


async def test_drafts_are_kept_as_long_as_the_owner_says(window: Open, new_document: NewDocument) -> None:
    document = await new_document()
    alice, bob = await window("alice", document), await window("bob", document)
    await alice.page.click("#file")
    await alice.page.get_by_role("button", name="Keep drafts…").click()
    dialog = alice.page.get_by_role("dialog", name="Keep drafts")
    await dialog.get_by_label("For how long").select_option("A year")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()
    await alice.page.click("#file")
    await alice.page.get_by_role("button", name="Keep drafts…").click()
    await expect(dialog.get_by_label("For how long")).to_have_value("365")
    await bob.page.click("#file")
    await expect(bob.page.get_by_role("button", name="Keep drafts…")).to_be_hidden()


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
