"""Someone looks back in a document: who wrote what, what changed, a name for a version, and back to it."""

import re

from playwright.async_api import expect

from tests.browser.conftest import NewDocument, Open
from tests.browser.window import settled


async def test_a_version_is_found_compared_named_and_restored_while_someone_types(
    window: Open, new_document: NewDocument
) -> None:
    document = await new_document()
    alice, bob = await window("alice", document), await window("bob", document)
    await (await alice.editor()).type("Alice wrote this.")
    await settled(alice, bob)
    await (await bob.editor()).type(" Bob wrote that.")
    await settled(alice, bob)

    page = alice.page
    await page.get_by_role("link", name="History").click()
    text = page.locator("#past-text")
    await expect(text).to_have_text("Alice wrote this. Bob wrote that.")
    rows = page.locator(".stretch")
    await expect(rows.locator("[data-part=name]")).to_have_text(["Bob", "Alice"])

    await page.get_by_label("Who wrote what").check()
    await expect(text.locator(".by-author")).to_have_text(["Alice wrote this.", " Bob wrote that."])
    await page.get_by_label("Compare with").select_option("before")
    await expect(text.locator("ins")).to_have_text(" Bob wrote that.")

    await rows.nth(1).get_by_role("button").click()
    await expect(text.locator("ins")).to_have_text("Alice wrote this.")
    await page.get_by_role("button", name="Name this version").click()
    await page.get_by_label("Name", exact=True).fill("First <b>draft</b>")
    await page.keyboard.press("Enter")
    await page.get_by_label("Named versions only").check()
    await expect(rows.locator("[data-part=name]")).to_have_text(["First <b>draft</b>"])

    await bob.type("..")
    await page.get_by_role("button", name="Restore this version").click()
    await expect(page.locator("#announcer")).to_have_text(re.compile("Done"))
    await expect(page.locator("#version")).to_have_text(re.compile(r"Version (\d+) of \1"))
    await bob.page.wait_for_function("document.querySelector('.ql-editor').textContent.startsWith('Alice wrote this.')")
    await expect(bob.page.locator(".ql-editor")).not_to_contain_text("Bob wrote that")

    await page.get_by_label("Compare with").select_option("")
    await page.get_by_label("Named versions only").uncheck()
    await rows.nth(0).get_by_role("button", name=re.compile("restored")).click()
    await page.get_by_role("button", name="Undo this change").click()
    await expect(text).to_contain_text("Bob wrote that.")


async def test_it_follows_what_is_done_meanwhile_and_purges_a_change(window: Open, new_document: NewDocument) -> None:
    document = await new_document()
    alice, bob = await window("alice", document), await window("bob", document)
    await (await alice.editor()).type("A secret. ")
    await settled(alice, bob)
    page = alice.page
    await page.get_by_role("link", name="History").click()
    text = page.locator("#past-text")
    await expect(text).to_have_text("A secret.")
    await (await bob.editor()).type("Bob answers. ")
    await expect(text).to_contain_text("Bob answers.")
    rows = page.locator(".stretch")
    await expect(rows.locator("[data-part=name]")).to_have_text(["Bob", "Alice"])

    await rows.nth(1).get_by_role("button").click()
    await expect(page.locator("#version-by")).to_contain_text("Alice")
    page.once("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Purge this change").click()
    await expect(page.locator("#announcer")).to_have_text(re.compile(r"removed.*10 characters of it still stand"))
    await expect(page.get_by_role("button", name="Purge this change")).to_be_disabled()


async def test_a_reader_is_not_offered_it(window: Open, new_document: NewDocument) -> None:
    document = await new_document()
    carol = await window("carol", document)
    await expect(carol.page.locator("#history")).to_be_hidden()
