"""Images in the editor."""

from base64 import b64encode
from io import BytesIO

from PIL import Image
from playwright.async_api import expect

from tests.browser.conftest import NewDocument, Open

DROP = """([data, type]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], 'picture', { type }));
  const editor = document.querySelector('.ql-editor');
  const { left, top } = editor.querySelector('p').getBoundingClientRect();
  const about = { dataTransfer: carried, clientX: left + 30, clientY: top + 25, bubbles: true, cancelable: true };
  editor.dispatchEvent(new DragEvent('drop', about));
}"""
PASTE = """([data, type]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], 'picture', { type }));
  const about = { clipboardData: carried, bubbles: true, cancelable: true };
  document.querySelector('.ql-editor').dispatchEvent(new ClipboardEvent('paste', about));
}"""


def picture(width: int) -> list[str]:
    file = BytesIO()
    Image.new("RGB", (width, 40), "#c33").save(file, "PNG")
    return [b64encode(file.getvalue()).decode(), "image/png"]


async def test_what_bob_drops_and_pastes_alice_sees(window: Open, new_document: NewDocument) -> None:
    document = await new_document()
    alice = await (await window("alice", document)).editor()
    bob = await (await window("bob", document)).editor()
    await bob.type("Look: ")
    await bob.page.evaluate(PASTE, picture(60))
    await expect(bob.page.locator(".ql-editor img")).to_have_count(1)
    await bob.page.evaluate(DROP, picture(80))
    shown = alice.page.locator(".ql-editor img")
    await expect(shown).to_have_count(2)
    await expect(shown.first).to_have_js_property("naturalWidth", 80)
    await expect(shown.last).to_have_js_property("naturalWidth", 60)

    await bob.page.locator(".ql-editor img").last.click()
    await bob.page.get_by_role("button", name="Describe…").click()
    await bob.page.get_by_label("What someone who cannot see it should know").fill("A red field")
    await bob.page.get_by_role("button", name="Save", exact=True).click()
    await expect(alice.page.get_by_role("img", name="A red field")).to_be_visible()

    await bob.page.locator(".ql-editor img").first.click()
    await bob.press("Delete")
    await expect(shown).to_have_count(1)
    await bob.press("Control+z")
    await expect(shown).to_have_count(2)


async def test_what_is_no_image_is_told_to_be_none(window: Open, new_document: NewDocument) -> None:
    bob = await (await window("bob", await new_document())).editor()
    html = b64encode(b"<script>alert(1)</script>").decode()
    await bob.page.evaluate(PASTE, [html, "image/png"])
    await expect(bob.page.locator("#notices")).to_contain_text("This file cannot be read")
    await expect(bob.page.locator(".ql-editor img")).to_have_count(0)
    bob.problems.clear()  # the browser's own word on the refusal
