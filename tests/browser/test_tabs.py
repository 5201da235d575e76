"""Several tabs of one person: no character is lost and none is doubled, whatever becomes of the tabs."""

import asyncio

from tests.browser.conftest import LogIn, NewDocument, Open
from tests.browser.window import Window, settled
from tests.line import Line
from tests.live import LiveServer


async def test_two_tabs_of_one_person_write_as_two_hands(log_in: LogIn, new_document: NewDocument) -> None:
    document, alice = await new_document(), await log_in("alice")
    first = await (await Window.new(alice)).open(document)
    second = await (await Window.new(alice)).open(document)
    await (await first.editor()).type("left right")
    await settled(first, second)
    await second.editor()
    await first.press("Control+Home")
    await first.page.bring_to_front()
    await asyncio.gather(first.type("1234567890", delay=15), second.type("abcdefghij", delay=15))
    assert await settled(first, second) == "1234567890left rightabcdefghij"


async def test_a_duplicated_tab_writes_under_a_name_of_its_own(log_in: LogIn, new_document: NewDocument) -> None:
    document, alice = await new_document(), await log_in("alice")
    first = await (await Window.new(alice)).open(document)
    await (await first.editor()).type("first ")
    async with first.page.expect_popup() as opening:  # a tab opened by a tab takes a copy of its storage with it
        await first.page.evaluate("window.open(location.href)")
    second = Window(await opening.value)
    await second.open(document)
    await (await second.editor()).type("second ")
    await settled(first, second)
    await (await first.editor()).type("third")
    assert await settled(first, second) == "first second third"


async def test_a_reloaded_tab_goes_on_where_it_was(window: Open, new_document: NewDocument) -> None:
    alice = await window("alice", document := await new_document())
    for word in ("one ", "two ", "three"):
        await (await alice.editor()).type(word)
        await alice.state("committed")
        await alice.open(document)
    assert await settled(alice) == "one two three"


async def test_what_a_closed_tab_had_not_sent_the_next_one_sends_once(
    log_in: LogIn, site: LiveServer, new_document: NewDocument
) -> None:
    document, alice = await new_document(), await log_in("alice")
    async with Line(site.port) as line:
        closed = await (await Window.new(alice)).open(document, line.url)
        await (await closed.editor()).type("committed, ")
        await closed.state("committed")
        line.cut()
        await closed.type("kept 😀")
        await closed.says("Offline, 6 changes kept")
        await closed.page.close()
        line.mend()
        after = await (await Window.new(alice)).open(document, line.url)
        await after.page.locator(".ql-editor", has_text="kept").wait_for()
        assert await settled(after) == "committed, kept 😀"
        again = await (await Window.new(alice)).open(document, line.url)
        assert await settled(after, again) == "committed, kept 😀"
