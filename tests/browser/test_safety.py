"""What comes from elsewhere: pasted pages, hostile links, and requests that no page may make."""

from typing import Any

from tests.browser.conftest import LogIn, NewDocument, Open
from tests.browser.window import Window, settled
from tests.live import LiveServer

PASTE = """([html, text]) => {
  const data = new DataTransfer();
  if (html) data.setData('text/html', html);
  data.setData('text/plain', text);
  const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
  document.querySelector('.ql-editor').dispatchEvent(event);
}"""

COPY = """() => {
  const data = new DataTransfer();
  const event = new ClipboardEvent('copy', {clipboardData: data, bubbles: true, cancelable: true});
  document.querySelector('.ql-editor').dispatchEvent(event);
  return data.getData('text/html');
}"""

HOSTILE = """<h2 onclick="window.hit=1">Title</h2><p style="color: #cc0000; font-family: Papyrus">red
<b>bold</b> <a href="javascript:window.hit=1">bad</a> <a href="https://example.org/">good</a></p>
<img src="x" onerror="window.hit=1"><svg onload="window.hit=1"></svg><iframe src="javascript:window.hit=1"></iframe>
<script>window.hit=1</script><ul><li>item</li></ul>"""


async def test_a_pasted_page_keeps_its_formats_and_nothing_that_runs(window: Open, new_document: NewDocument) -> None:
    document = await new_document()
    alice = await (await window("alice", document)).editor()
    bob = await window("bob", document)
    await alice.page.evaluate(PASTE, [HOSTILE, "plain"])
    assert await settled(alice, bob) == "Title\nred bold bad good\nitem\n"
    red = {"color": "#cc0000"}
    assert await alice.stored() == [
        {"insert": "Title"},
        {"insert": "\n", "attributes": {"header": 2}},
        {"insert": "red ", "attributes": red},
        {"insert": "bold", "attributes": {"bold": True} | red},
        {"insert": " bad ", "attributes": red},
        {"insert": "good", "attributes": {"link": "https://example.org/"} | red},
        {"insert": "\nitem"},
        {"insert": "\n", "attributes": {"list": "bullet"}},
        {"insert": "\n"},
    ]
    assert await alice.page.evaluate("window.hit") is None
    assert all("Content Security Policy" in problem for problem in alice.problems)  # a second lock, that reports
    alice.problems.clear()


async def test_what_is_copied_can_be_pasted_again_and_runs_nowhere(window: Open, new_document: NewDocument) -> None:
    alice = await (await window("alice", await new_document())).editor()
    await alice.type("<img src=x onerror=alert(1)> and ")
    await alice.press("Control+b")
    await alice.type("bold")
    await alice.press("Control+a")
    html = await alice.page.evaluate(COPY)
    assert html == "<p>&lt;img src=x onerror=alert(1)&gt; and <strong>bold</strong></p>"
    await alice.press("Control+End", "Control+b", "Enter")
    await alice.page.evaluate(PASTE, [html, ""])
    line = "<img src=x onerror=alert(1)> and bold"
    assert await settled(alice) == f"{line}\n{line}"


async def test_only_web_and_mail_addresses_become_links(window: Open, new_document: NewDocument) -> None:
    alice = await (await window("alice", await new_document())).editor()
    await alice.type("link")
    await alice.press("Shift+Home", "Control+k")
    await alice.page.fill("#link-address", "javascript:alert(1)")
    await alice.press("Enter")
    await alice.page.get_by_text("This is not a web or e-mail address.").wait_for()
    await alice.page.fill("#link-address", "example.org/page")
    await alice.press("Enter")
    await settled(alice)
    link = {"insert": "link", "attributes": {"link": "https://example.org/page"}}
    assert await alice.stored() == [link, {"insert": "\n"}]


async def test_no_page_loads_anything_from_elsewhere(
    log_in: LogIn, site: LiveServer, new_document: NewDocument
) -> None:
    context = await log_in("alice")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = await Window.new(context)
    await page.open(await new_document())
    for path in ("/", "/accounts/email/", "/accounts/login/", "/api/docs"):
        await page.page.goto(path)
    elsewhere: list[Any] = [url for url in asked if not url.startswith((site.url, "data:"))]
    assert elsewhere == []
    assert page.problems == []
