"""The console: what goes over the socket is seen, said by hand, and taken away as a program that works."""

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from playwright.async_api import Page, expect

from collab.config import ROOT
from tests.browser.conftest import LogIn, NewDocument
from tests.browser.window import Window
from tests.installed import missing
from tests.live import LiveServer

ESBUILD = ROOT / "node_modules" / ".bin" / "esbuild"


async def program(page: Page, language: str) -> str:
    await page.select_option("#code-language", language)
    return await page.locator("#code-text").inner_text()


def says(site: LiveServer, *command: str, text: str | None = None) -> str:
    environment = os.environ | {"TOKEN": site.people["alice"].token}
    ran = subprocess.run(command, input=text, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


async def test_it_works(log_in: LogIn, new_document: NewDocument, site: LiveServer, tmp_path: Path) -> None:
    document = await new_document("For the console")
    window = await Window.new(await log_in("alice"))
    page = window.page
    await page.goto(f"/console?document={document}")
    for way in ("token", "ticket", "cookie"):
        await _comes_in(page, site, way)
    await _says(page)
    await _filters(page)
    await _refuses(page)
    await _gives_programs(page, site, tmp_path, document)
    assert window.problems == []
    await page.context.close()


async def _comes_in(page: Page, site: LiveServer, way: str) -> None:
    if await page.locator("#console-state").get_attribute("data-state") == "open":
        await page.click("#console-connect")
        await expect(page.locator("#console-state")).to_have_attribute("data-state", "closed")
        await page.click("#frames-clear")
    await page.select_option("#console-way", way)
    if way == "token":
        await page.fill("#console-token", site.people["alice"].token)
    await page.click("#console-connect")
    await expect(page.locator(".frame-type", has_text="welcome")).to_be_visible()
    assert site.people["alice"].token not in await page.inner_text("#frames")


async def _says(page: Page) -> None:
    await expect(page.locator("#frame-verdict")).to_have_attribute("data-state", "good")
    delta = [{"insert": "By hand: it's \\n.\n"}]
    await page.fill("#frame-text", json.dumps({"type": "submit", "seq": 1, "base_version": 0, "delta": delta}))
    await page.press("#frame-text", "Control+Enter")
    await expect(page.locator(".frame-type", has_text="revisions")).to_be_visible()
    await expect(page.locator("#frame-text")).to_have_value(re.compile(r'"seq": 2,\s+"base_version": 1,'))


async def _filters(page: Page) -> None:
    await page.fill("#filter-words", "welcome capabilities")
    await expect(page.locator(".frame:visible")).to_have_count(1)
    await page.locator(".frame:visible summary").click()
    await expect(page.locator(".frame:visible pre")).to_contain_text('"type": "welcome"')
    await page.fill("#filter-words", "")
    await page.select_option("#filter-direction", "sent")
    await expect(page.locator(".frame:visible")).to_have_count(2)
    await page.select_option("#filter-direction", "both")


async def _refuses(page: Page) -> None:
    verdict = page.locator("#frame-verdict")
    await page.fill("#frame-text", '{"type": "fetch", "after": "1"}')
    await expect(verdict).to_have_text("after: integer")
    await page.fill("#frame-text", "{")
    await expect(verdict).to_have_attribute("data-state", "bad")


async def _gives_programs(page: Page, site: LiveServer, tmp_path: Path, document: str) -> None:
    websocat = await program(page, "websocat")
    assert shlex.split(websocat, comments=True)[-1].endswith(f"/ws/documents/{document}/")
    python = await asyncio.to_thread(says, site, sys.executable, "-", text=await program(page, "python"))
    assert [json.loads(line)["type"] for line in python.splitlines() if "welcome" in line or "revisions" in line]
    typescript = tmp_path / "session.ts"
    typescript.write_text(await program(page, "typescript"))
    if not ESBUILD.exists():
        missing("esbuild", "make setup")
    built = str(tmp_path / "session.mjs")
    await asyncio.to_thread(says, site, str(ESBUILD), str(typescript), f"--outfile={built}", "--log-level=warning")
    flag = ["--experimental-websocket", "--no-warnings"]
    said = await asyncio.to_thread(says, site, "node", *flag, built)
    assert '"type":"welcome"' in said
    answer = site.rest("alice", "GET", f"/api/v1/documents/{document}/contents")
    assert "".join(op["insert"] for op in answer["contents"]) == "By hand: it's \\n.\n" * 3 + "\n"
