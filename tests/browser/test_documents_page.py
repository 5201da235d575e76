"""The documents page: what is there, who is in it, and what can be done to it."""

import re

from playwright.async_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import LogIn, NewDocument, Open
from tests.browser.window import settled
from tests.live import LiveServer


def row(page: Page, title: str) -> Locator:
    return page.locator("#documents .document-row", has_text=title)


async def choose(page: Page, title: str, entry: str) -> None:
    """Opens the menu of a document, and presses an entry."""
    await page.get_by_role("button", name=f"More for “{title}”").first.click()
    await page.locator("#row-menu").get_by_role("button", name=entry).click()


async def test_a_document_is_made_renamed_searched_trashed_and_brought_back(log_in: LogIn) -> None:
    page = await (await log_in("mallory")).new_page()
    await page.goto("/")
    await page.get_by_text("Nothing here yet").wait_for()
    await page.get_by_role("button", name="Start a document").click()
    await page.wait_for_url("**/documents/*/")
    await page.locator("#toolbar").wait_for()
    await page.fill("#title", "Minutes of Friday")
    await page.press("#title", "Enter")
    await expect(page).to_have_title("Minutes of Friday · Deltapad")
    await page.goto("/")
    await choose(page, "Minutes of Friday", "Rename")
    await page.keyboard.type("Őszi <b>terv</b>")
    await page.keyboard.press("Enter")
    await page.fill("#search", "őszi")
    await row(page, "Őszi <b>terv</b>").wait_for()
    await page.fill("#search", "friday")
    await page.get_by_text("Nothing was found.").wait_for()
    await page.fill("#search", "")
    await choose(page, "Őszi <b>terv</b>", "Move to the trash")
    await page.get_by_text("Nothing here yet").wait_for()
    await page.get_by_role("button", name="Undo").click()
    await row(page, "Őszi").wait_for()


async def test_a_document_is_found_by_its_text(log_in: LogIn, window: Open, new_document: NewDocument) -> None:
    document, _ = await new_document(title="Of plants"), await new_document(title="Of stones")
    page = await (await log_in("carol")).new_page()
    await page.goto("/")
    await page.fill("#search", "tomat")
    await page.get_by_text("Nothing was found.").wait_for()
    alice = await window("alice", document)
    await (await alice.editor()).type("Tomatoes want <b>sun</b>.")
    # As soon as it is known, without asking again; other work of the server's may come first.
    await row(page, "Tomatoes want <b>sun</b>.").wait_for(timeout=90_000)
    assert await page.locator("#documents mark").all_inner_texts() == ["Tomat"]
    assert await row(page, "Of stones").count() == 0
    await page.fill("#search", "")
    await row(page, "Of stones").wait_for()
    await expect(page.locator("#documents mark")).to_have_count(0)


async def test_what_is_in_the_trash_can_be_brought_back_until_it_is_deleted(
    log_in: LogIn, new_document: NewDocument, site: LiveServer
) -> None:
    document, _ = await new_document(title="Not yet finished"), await new_document(title="Finished")
    site.rest("alice", "DELETE", f"/api/v1/documents/{document}")
    alice, bob = await (await log_in("alice")).new_page(), await (await log_in("bob")).new_page()
    for page in (alice, bob):
        await page.goto("/")
    await alice.get_by_role("button", name="Trash", exact=True).click()
    await alice.get_by_text("deleted for good 30 days after it was put there").wait_for()
    await row(bob, "Finished").wait_for()
    assert await bob.get_by_text("Not yet finished").count() == 0
    await alice.get_by_role("button", name="Restore “Not yet finished”").click()
    await row(bob, "Not yet finished").wait_for()
    await alice.get_by_text("The trash is empty.").wait_for()
    await alice.get_by_role("button", name="All", exact=True).click()
    await row(alice, "Not yet finished").wait_for()


async def test_the_list_says_who_is_in_a_document_and_what_one_may_do(
    log_in: LogIn, window: Open, new_document: NewDocument
) -> None:
    document = await new_document(title="With company")
    await window("bob", document)
    carol = await (await log_in("carol")).new_page()
    await carol.goto("/")
    shared = row(carol, "With company")
    await shared.get_by_label("Bob").wait_for()
    assert await shared.locator("[data-part=role]").inner_text() == "Can read"
    assert await shared.locator("[data-part=owner]").inner_text() == "Alice"
    await carol.get_by_role("button", name="More for “With company”").click()
    await expect(carol.locator("#row-menu button")).to_have_text(["Move to a folder…", "Make a copy", "Leave…"])


async def test_the_list_is_parted_and_ordered(log_in: LogIn, new_document: NewDocument) -> None:
    await new_document(title="Ant"), await new_document(title="Zebra")
    page = await (await log_in("carol")).new_page()
    await page.goto("/")
    both = page.locator("#documents .document-name a", has_text=re.compile("^(Ant|Zebra)$"))
    await expect(both).to_have_text(["Zebra", "Ant"])
    await page.select_option("#order", "title")
    await expect(both).to_have_text(["Ant", "Zebra"])
    await page.get_by_role("button", name="Star “Zebra”").click()
    await expect(page.get_by_role("button", name="Star “Zebra”")).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="Starred", exact=True).click()
    await expect(both).to_have_text(["Zebra"])
    await page.get_by_role("button", name="Star “Zebra”").click()
    await page.get_by_text("Star a document, and it will be here.").wait_for()
    await page.get_by_role("button", name="Shared with me").click()
    await expect(both).to_have_text(["Ant", "Zebra"])


async def test_the_list_follows_what_others_do(log_in: LogIn, window: Open, new_document: NewDocument) -> None:
    bob = await (await log_in("bob")).new_page()
    async with bob.expect_websocket() as socket:
        await bob.goto("/")
    await (await socket.value).wait_for_event(
        "framereceived"
    )  # it is watched; without rings nothing comes for a minute
    document = await new_document(title="Before")
    await row(bob, "Before").wait_for()
    alice = await window("alice", document)
    await row(bob, "Before").get_by_label("Alice").wait_for()
    await alice.page.fill("#title", "Afterwards")
    await alice.page.press("#title", "Enter")
    await row(bob, "Afterwards").wait_for()
    await alice.page.close()
    await expect(row(bob, "Afterwards").get_by_label("Alice")).to_have_count(0)


async def test_documents_are_put_into_folders(log_in: LogIn, new_document: NewDocument) -> None:
    await new_document(title="Of summer"), await new_document(title="Of winter")
    page = await (await log_in("carol")).new_page()
    await page.goto("/")
    await choose(page, "Of summer", "Move to a folder…")
    await page.select_option("#ask-folder", "new")
    await page.fill("#ask-name", "Seasons")
    await page.keyboard.press("Enter")
    folder = page.locator("#folders").get_by_role("button", name="Seasons")
    await row(page, "Of winter").drag_to(folder)
    await page.get_by_text("Moved to “Seasons”.").wait_for()
    await folder.click()
    titles = page.locator("#documents .document-name a")
    await expect(titles).to_have_text(["Of winter", "Of summer"])
    await page.fill("#search", "summ")
    await expect(titles).to_have_text(["Of summer"])
    await page.reload()  # the address keeps the view
    await expect(titles).to_have_text(["Of winter", "Of summer"])
    await page.get_by_role("button", name="Delete", exact=True).click()
    await page.get_by_role("button", name="Delete the folder").click()
    await expect(page.get_by_role("heading", name="Documents")).to_be_visible()
    await expect(folder).to_have_count(0)
    await row(page, "Of summer").wait_for()


async def test_documents_begin_with_templates_copies_and_files(
    log_in: LogIn, window: Open, new_document: NewDocument
) -> None:
    document = await new_document(title="Invitation")
    alice = await window("alice", document)
    await (await alice.editor()).type("Dear ")
    await settled(alice)
    page = await (await log_in("alice")).new_page()
    text = page.locator(".ql-editor")
    await page.goto("/")
    await choose(page, "Invitation", "Make it a template")
    await row(page, "Invitation").get_by_text("Template").wait_for()
    await page.click("#begin")
    await page.locator("#beginnings").get_by_role("button", name="Invitation").click()
    await expect(text).to_have_text("Dear ")
    await page.goto("/?view=templates")
    await choose(page, "Invitation", "Make a copy")
    await page.get_by_text("“Copy of Invitation” was made.").wait_for()
    await page.click("#begin")
    await page.get_by_role("button", name="To-do list").click()
    await expect(text).to_contain_text("This week")
    await page.goto("/")
    await page.click("#begin")
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Import a file…").click()
    await (await chooser.value).set_files(
        FilePayload(name="Plans.md", mimeType="text/plain", buffer=b"# Plans\n\nFirst")
    )
    await expect(text).to_have_text("PlansFirst")
    await expect(page.locator("#title")).to_have_value("Plans")


async def test_a_file_is_inserted_where_the_caret_is_and_all_of_it_copied(
    window: Open, new_document: NewDocument
) -> None:
    alice = await (await window("alice", await new_document())).editor()
    await alice.type("before after")
    for _ in "after":
        await alice.press("ArrowLeft")
    await alice.page.click("#file")
    async with alice.page.expect_file_chooser() as chooser:
        await alice.page.get_by_role("button", name="Insert a file…").click()
    await (await chooser.value).set_files(FilePayload(name="a.txt", mimeType="text/plain", buffer=b"one\ntwo"))
    await expect(alice.page.locator(".ql-editor")).to_contain_text("two")
    assert await settled(alice) == "before one\ntwo\nafter"
    await alice.page.click("#file")
    await alice.page.get_by_role("button", name="Make a copy").click()
    await expect(alice.page.locator("#title")).to_have_value("Copy of A document")
    await expect(alice.page.locator(".ql-editor")).to_contain_text("after")


async def test_someone_is_invited_and_finds_the_document(
    log_in: LogIn, window: Open, site: LiveServer, new_document: NewDocument
) -> None:
    document = await new_document(title="For mallory too", members={})
    alice = await window("alice", document)
    await alice.page.click("#share")
    await alice.page.fill("#invite-email", site.people["mallory"].email)
    await alice.page.select_option("#invite-role", "viewer")
    await alice.page.press("#invite-email", "Enter")
    await alice.page.locator(".member", has_text="Mallory").wait_for()
    mallory = await window("mallory", document)
    await mallory.says("Read only")


async def test_a_group_comes_in_and_the_document_is_handed_on(
    log_in: LogIn, window: Open, site: LiveServer, new_document: NewDocument
) -> None:
    document = await new_document(title="For the band", members={"bob": "editor"})
    groups = await (await log_in("alice")).new_page()
    await groups.goto("/accounts/groups/")
    await groups.fill("#group-name", "The band")
    await groups.press("#group-name", "Enter")
    await groups.get_by_label("Add someone by e-mail address").fill(site.people["mallory"].email)
    await groups.get_by_role("button", name="Add", exact=True).click()
    await groups.get_by_text("Mallory is in the group.").wait_for()
    alice = await window("alice", document)
    await alice.page.click("#share")
    await alice.page.fill("#group-name", "the band")
    await alice.page.press("#group-name", "Enter")
    await alice.page.locator(".member", has_text="The band").wait_for()
    mallory = await window("mallory", document)
    await (await mallory.editor()).type("by a group")
    await expect(alice.page.locator(".ql-editor")).to_contain_text("by a group")
    alice.page.on("dialog", lambda dialog: dialog.accept())
    await alice.page.locator(".member", has_text="Bob").get_by_label("Role").select_option("owner")
    await alice.page.locator(".member", has_text="Alice").get_by_role("button", name="Leave").click()
    await alice.page.wait_for_url("**/")


async def test_someone_leaves(log_in: LogIn, new_document: NewDocument) -> None:
    await new_document(title="To be left")
    page = await (await log_in("carol")).new_page()
    await page.goto("/")
    await choose(page, "To be left", "Leave…")
    await page.locator("#ask").get_by_role("button", name="Leave").click()
    await expect(row(page, "To be left")).to_have_count(0)


async def test_a_document_of_others_is_not_there(log_in: LogIn, new_document: NewDocument) -> None:
    page = await (await log_in("mallory")).new_page()
    answer = await page.goto(f"/documents/{await new_document()}/")
    assert answer is not None
    assert answer.status == 404
    await page.get_by_text("There is no such page or document").wait_for()
