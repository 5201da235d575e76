"""Cut off, killed, refused: the page says what it knows, and nothing typed is lost or doubled."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import NewDocument, Open
from tests.browser.window import Window, settled
from tests.line import Line
from tests.live import LiveServer


@pytest_asyncio.fixture(loop_scope="session")
async def line(site: LiveServer) -> AsyncIterator[Line]:
    """To be named before `window`, so that it still stands when that looks what the browsers complained of."""
    async with Line(site.port) as line:
        yield line


def forget_the_line(*windows: Window) -> None:
    """The browser reports each try that found the line cut; those reports are expected."""
    for window in windows:
        window.problems[:] = [text for text in window.problems if "ERR_" not in text and "WebSocket" not in text]


async def test_after_a_while_apart_both_have_everything(line: Line, window: Open, new_document: NewDocument) -> None:
    document = await new_document()
    alice = await (await window("alice", document, line.url)).editor()
    bob = await (await window("bob", document)).editor()
    await alice.type("common\n")
    await settled(alice, bob)
    line.cut()
    await bob.press("Control+Home")
    await alice.type("- alice alone 🦊")
    await alice.state("offline")
    await bob.type("bob alone ")
    await alice.press("Control+a", "Control+b", "ArrowRight")
    line.mend()
    assert await settled(alice, bob) == "bob alone common\nalice alone 🦊"
    forget_the_line(alice)


async def test_the_server_is_killed_and_started_again(window: Open) -> None:
    with LiveServer("uvicorn") as server:
        document = server.document()
        alice, bob = await asyncio.gather(*(_own_window(window, server, who, document) for who in ("alice", "bob")))
        await alice.type("before\n")
        await settled(alice, bob)
        typing = asyncio.gather(alice.type("alice types on and on", delay=60), bob.type("so does bob", delay=100))
        await asyncio.sleep(0.4)
        server.kill()
        await typing
        await alice.state("offline")
        server.start()
        text = await settled(alice, bob)
        assert sorted(text.replace("before\n", "")) == sorted("alice types on and on" + "so does bob")
        forget_the_line(alice, bob)


async def _own_window(window: Open, server: LiveServer, who: str, document: str) -> Window:
    """A window of someone not logged in at this server yet."""
    return await (await window(who, document, server=server)).editor()


async def test_the_save_state_tells_the_truth(line: Line, window: Open, new_document: NewDocument) -> None:
    alice = await (await window("alice", await new_document(), line.url)).editor()
    await alice.says("Saved")
    line.cut()
    await alice.state("offline")
    await alice.says("Offline")
    await alice.type("ab")
    await alice.says("Offline, 2 changes kept")
    line.mend()
    await alice.says("Saved")
    line.stall()
    await alice.type("cde")
    await alice.says("No answer, 3 changes kept")
    line.mend()
    await alice.says("Saved")
    assert await settled(alice) == "abcde"
    forget_the_line(alice)


async def test_leaving_asks_with_unsent_changes_and_only_then(
    line: Line, window: Open, new_document: NewDocument
) -> None:
    alice = await (await window("alice", document := await new_document(), line.url)).editor()
    await alice.stay()
    await alice.type("saved")
    await alice.state("committed")
    await alice.page.goto(f"{line.url}/")
    assert alice.asked_to_stay == 0
    await (await alice.open(document, line.url)).editor()
    line.cut()
    await alice.type(" unsaved")
    await alice.state("offline")
    async with alice.page.expect_event("dialog"):
        await alice.page.evaluate("location.assign('/')")
    assert alice.asked_to_stay == 1
    assert await alice.text() == "saved unsaved"
    line.mend()
    await alice.state("committed")
    await alice.page.goto(f"{line.url}/")
    assert alice.asked_to_stay == 1
    forget_the_line(alice)


async def test_text_that_is_refused_is_shown_with_the_reason_and_can_be_inserted_again(
    line: Line, window: Open, new_document: NewDocument
) -> None:
    document = await new_document()
    bob = await (await window("bob", document, line.url)).editor()
    alice = await (await window("alice", document)).editor()
    await bob.type("common ")
    await settled(alice, bob)
    line.cut()
    await bob.type("too late")
    await bob.state("offline")
    await _freeze(alice, document)
    line.mend()
    await bob.state("rejected")
    await bob.says("Refused, because the document is frozen")
    assert await bob.text() == "common "
    kept = bob.page.locator(".kept")
    assert await kept.locator("[data-part=text]").inner_text() == "too late"
    assert await kept.locator("[data-part=insert]").is_disabled()
    await alice.page.get_by_role("button", name="Open it for editing").click()
    await kept.locator("[data-part=insert]").click()
    await kept.wait_for(state="detached")
    assert await settled(alice, bob) == "common too late"
    forget_the_line(bob)


async def _freeze(window: Window, document: str) -> None:
    """Freezes the document, as its owner over REST."""
    status = await window.page.evaluate(
        """async (document) => {
          const token = globalThis.document.querySelector('[name=csrfmiddlewaretoken]').value;
          const headers = {'Content-Type': 'application/json', 'X-CSRFToken': token};
          const body = JSON.stringify({state: 'frozen'});
          return (await fetch(`/api/v1/documents/${document}`, {method: 'PATCH', headers, body})).status;
        }""",
        document,
    )
    assert status == 200


async def test_losing_access_closes_the_page_and_keeps_what_was_read(window: Open, new_document: NewDocument) -> None:
    document = await new_document()
    alice = await (await window("alice", document)).editor()
    bob = await (await window("bob", document)).editor()
    await alice.type("shared once")
    await settled(alice, bob)
    await alice.page.click("#share")
    alice.page.once("dialog", lambda dialog: dialog.accept())
    await alice.page.get_by_role("button", name="Remove Bob").click()
    await bob.page.get_by_text("You no longer have access").wait_for()
    assert await bob.text() == "shared once"
    assert await bob.page.locator("#toolbar").is_hidden()
    await expect(bob.page.locator("#title")).to_have_attribute("readonly", "")
