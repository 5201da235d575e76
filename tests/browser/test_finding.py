"""Finding and replacing in the text, and the outline beside it."""

from playwright.async_api import expect

from tests.browser.conftest import NewDocument, Open
from tests.browser.window import Window, settled


async def found(person: Window, count: str) -> None:
    """Waits until the person reads `count` beside what is looked for."""
    await expect(person.page.locator("#find [data-part=count]")).to_have_text(count)


async def test_find_and_replace_while_someone_types(window: Open, new_document: NewDocument) -> None:
    document = await new_document()
    alice = await (await window("alice", document)).editor()
    bob = await (await window("bob", document)).editor()
    await alice.type("one two one\nOne cone")
    await settled(alice, bob)
    await alice.press("Control+Home", "Control+f")
    await alice.type("one")
    await found(alice, "1 of 4")
    await alice.press("Enter")
    await found(alice, "2 of 4")
    await bob.press("Control+Home")
    await bob.type("one ")
    await found(alice, "3 of 5")
    assert await settled(alice, bob) == "one one two one\nOne cone"  # finding changes nothing
    await alice.page.check("#find [data-part=words]")
    await found(alice, "3 of 4")
    await alice.page.check("#find [data-part=case]")
    await found(alice, "3 of 3")
    await alice.page.fill("#find [data-part=replacement]", "1")
    await alice.press("Enter")
    assert await settled(alice, bob) == "one one two 1\nOne cone"
    await alice.page.click("#find [data-part=all]")
    assert await settled(alice, bob) == "1 1 two 1\nOne cone"
    await found(alice, "No match")
    await alice.press("Escape", "Control+z")
    assert await settled(alice, bob) == "one one two 1\nOne cone"  # all were one step


async def test_a_reader_finds_and_does_not_replace(window: Open, new_document: NewDocument) -> None:
    document = await new_document()
    alice = await (await window("alice", document)).editor()
    await alice.type("word")
    carol = await window("carol", document)
    await settled(alice, carol)
    await carol.page.locator(".ql-editor").click()
    await carol.press("Control+h")
    await carol.type("WORD")
    await found(carol, "1 of 1")
    assert await carol.page.locator("#find [data-part=replace]").is_hidden()


async def test_the_outline_follows_the_text_and_leads_through_it(window: Open, new_document: NewDocument) -> None:
    alice = await (await window("alice", await new_document())).editor()
    outline = alice.page.locator("#outline")
    assert await outline.is_hidden()
    await alice.page.select_option("#block-style", "header:1")
    await alice.type("Plan\n" + 40 * "text\n")
    await alice.page.select_option("#block-style", "header:2")
    await alice.type("Part")
    await expect(outline.locator("button")).to_have_text(["Plan", "Part"])
    await outline.get_by_text("Plan").click()
    await expect(outline.locator("[aria-current]")).to_have_text("Plan")
    await alice.press("End")
    await alice.type(" B")
    await expect(outline.locator("button")).to_have_text(["Plan B", "Part"])
    await alice.page.set_viewport_size({"width": 400, "height": 700})
    await expect(outline).to_be_hidden()
    await alice.page.click("#outline-button")
    await alice.press("ArrowDown", "Enter")
    await alice.type("The ")
    assert (await settled(alice)).endswith("The Part")
