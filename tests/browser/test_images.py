"""Images in the editor."""

from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path

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


PASTE_HTML = """(html) => {
  const carried = new DataTransfer();
  carried.setData('text/html', html);
  const about = { clipboardData: carried, bubbles: true, cancelable: true };
  document.querySelector('.ql-editor').dispatchEvent(new ClipboardEvent('paste', about));
}"""


async def test_text_of_another_document_is_pasted_with_its_images(window: Open, new_document: NewDocument) -> None:
    alice = await (await window("alice", await new_document(members={}))).editor()
    await alice.page.evaluate(PASTE, picture(60))
    image = alice.page.locator(".ql-editor img")
    await expect(image).to_have_js_property("naturalWidth", 60)
    taken = f'<p>Taken: <img src="{await image.get_attribute("src")}" alt="A red field"></p>'
    held = f'<img src="data:image/png;base64,{picture(80)[0]}" alt="Another">'

    shared = await new_document()
    await alice.page.goto(f"/documents/{shared}/")
    alice = await alice.editor()
    bob = await (await window("bob", shared)).editor()
    await alice.page.evaluate(PASTE_HTML, taken + held)
    shown = bob.page.locator(".ql-editor img")
    await expect(shown).to_have_count(2)
    await expect(shown.first).to_have_js_property("naturalWidth", 60)
    await expect(shown.last).to_have_js_property("naturalWidth", 80)
    await expect(bob.page.get_by_role("img", name="A red field")).to_be_visible()

    await bob.page.keyboard.press("Control+a")
    await bob.page.evaluate(PASTE_HTML, taken)
    await expect(bob.page.locator(".ql-editor")).to_have_text("Taken: A red field")
    bob.problems.clear()  # the browser's own word on the refusal


async def test_a_file_that_is_dropped_on_a_caret_lands_in_the_text(
    window: Open, new_document: NewDocument, tmp_path: Path
) -> None:
    document = await new_document()
    alice = await (await window("alice", document)).editor()
    bob = await (await window("bob", document)).editor()
    await alice.type("Here")
    caret = bob.page.locator(".caret")
    await expect(caret).to_be_visible()
    box = await caret.bounding_box()
    assert box
    file = tmp_path / "picture.png"
    file.write_bytes(b64decode(picture(60)[0]))
    about = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
    chromium = await bob.page.context.new_cdp_session(bob.page)
    for kind in ("dragEnter", "dragOver", "dragOver", "drop"):
        place = {"x": box["x"] + 1, "y": box["y"] - 1}
        await chromium.send("Input.dispatchDragEvent", {"type": kind, "data": about, **place})
    await expect(alice.page.locator(".ql-editor img")).to_have_js_property("naturalWidth", 60)
