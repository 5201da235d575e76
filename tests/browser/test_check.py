"""A page whose text is not the document's finds that out, and mends it without losing what was typed."""

from playwright.async_api import WebSocketRoute, expect

from tests.browser.conftest import LogIn, NewDocument, Open
from tests.browser.window import SETTLE_SECONDS, Window, settled


def garble(frame: str | bytes) -> str | bytes:
    return frame.replace("Hello", "Jello") if isinstance(frame, str) and '"type":"welcome"' in frame else frame


async def garbled(line: WebSocketRoute) -> None:
    """Carries a document's frames, but for what the welcome says of Hello."""
    server = line.connect_to_server()
    server.on_message(lambda frame: line.send(garble(frame)))


async def test_it_works(window: Open, log_in: LogIn, new_document: NewDocument) -> None:
    document = await new_document()
    bob = await (await window("bob", document)).editor()
    await bob.type("Hello")
    await settled(bob)
    alice = await Window.new(await log_in("alice"))
    warnings: list[str] = []
    alice.page.on("console", lambda message: warnings.append(message.text) if message.type == "warning" else None)
    await alice.page.route_web_socket("**/ws/documents/**", garbled)
    await (await alice.open(document)).editor()
    assert await alice.text() == "Jello"
    await alice.type(", Bob")
    notice = alice.page.get_by_text("It was loaded anew, with what you typed.")
    await expect(notice).to_be_visible(timeout=SETTLE_SECONDS * 1000)
    assert await settled(alice, bob) == "Hello, Bob"
    await alice.type("!")
    assert await settled(alice, bob) == "Hello, Bob!"
    assert any("was not the document's" in text for text in warnings)
    assert alice.problems == []
