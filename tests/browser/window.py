"""The editor as a person has it before them: one page of a real browser."""

import asyncio
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, Page, expect

SETTLE_SECONDS = 60.0
LOOK_EVERY = 0.05

READING = (Path(__file__).parent / "reading.js").read_text().rstrip(";\n")


class Window:
    """One page with a document open in it. `problems` collects what the browser complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        self.asked_to_stay = 0
        self._document = ""
        page.on("pageerror", lambda error: self.problems.append(error.stack or str(error)))
        page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(message.text)

    @classmethod
    async def new(cls, context: BrowserContext) -> "Window":
        return cls(await context.new_page())

    async def open(self, document: str, url: str = "") -> "Window":
        """Opens the document and waits until it can be read; `url` is another way to the server."""
        self._document = document
        await self.page.goto(f"{url}/documents/{document}/")
        await self.state("committed", "reading")
        return self

    async def editor(self) -> "Window":
        """Puts the caret at the end of the text."""
        await self.page.locator(".ql-editor").focus()
        return await self.press("Control+End")

    async def type(self, text: str, delay: float = 0) -> "Window":
        """Types as a person does, `delay` milliseconds from key to key."""
        await self.page.keyboard.type(text, delay=delay)
        return self

    async def press(self, *keys: str) -> "Window":
        for key in keys:
            await self.page.keyboard.press(key)
        return self

    async def state(self, *wanted: str) -> None:
        """Waits until the save state is one of `wanted`."""
        states = ", ".join(f"#save-state[data-state={state}]" for state in wanted)
        await self.page.locator(states).wait_for(timeout=SETTLE_SECONDS * 1000)

    async def says(self, text: str) -> None:
        """Waits until the person reads `text` as the save state."""
        await expect(self.page.locator("#save-text")).to_have_text(text, timeout=SETTLE_SECONDS * 1000)

    async def text(self) -> str:
        """The text on the screen, without its last newline."""
        return str(await self.page.evaluate(f"{READING}.text()"))

    async def formats(self) -> str:
        """The text on the screen with its formats, in a form that is equal where they are."""
        return str(await self.page.evaluate(f"{READING}.formats()"))

    async def stored(self) -> list[dict[str, Any]]:
        """The contents that the server has, as Delta operations."""
        url = f"/api/v1/documents/{self._document}/contents"
        answer = await self.page.evaluate("(url) => fetch(url).then((response) => response.json())", url)
        return list(answer["contents"])

    async def stay(self) -> None:
        """Answers “stay” whenever the page asks whether to leave."""

        async def answer(dialog: Any) -> None:
            self.asked_to_stay += dialog.type == "beforeunload"
            await dialog.dismiss()

        self.page.on("dialog", answer)


def plain(operations: list[dict[str, Any]]) -> str:
    """The text of stored contents, without its last newline."""
    return "".join(operation["insert"] for operation in operations).removesuffix("\n")


async def settled(*windows: Window) -> str:
    """Waits until all is committed and every window shows what the server has; the text."""
    deadline = asyncio.get_running_loop().time() + SETTLE_SECONDS
    while True:
        await asyncio.gather(*(window.state("committed", "reading") for window in windows))
        texts = [plain(await windows[0].stored()), *[await window.text() for window in windows]]
        formats = {await window.formats() for window in windows}
        if len(set(texts)) == 1 and len(formats) == 1:
            return texts[0]
        assert asyncio.get_running_loop().time() < deadline, f"no agreement: {texts} {formats}"
        await asyncio.sleep(LOOK_EVERY)
