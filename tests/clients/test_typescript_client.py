"""The TypeScript client, built and run in Node, against a real server and beside the Python client."""

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from deltapad_client import DocumentClient
from tests.collab.talk import PATIENCE
from tests.live import LiveServer

SCRIPT = Path(__file__).parent / "typescript_client.mjs"


class Browser:
    """One person's browser: tabs of the document come and go in it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ask(self, command: str, **given: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"command": command} | given).encode() + b"\n")
        async with asyncio.timeout(PATIENCE):
            return json.loads(await self._process.stdout.readline())

    async def type(self, text: str, index: int = 0) -> None:
        retain = [{"retain": index}] if index else []
        await self.ask("edit", ops=[*retain, {"insert": text}])

    async def until(self, condition: Callable[[Any], bool]) -> Any:
        """The state, once it is as wanted; its screen is what the client says that it is."""
        async with asyncio.timeout(PATIENCE):
            while not condition(state := await self.ask("state")):
                await asyncio.sleep(0.02)
        assert state["screen"] == state["contents"]
        return state

    async def committed(self) -> Any:
        return await self.until(lambda state: state["save"] == "committed" and state["connection"] == "online")


@pytest.fixture
def document(live: LiveServer) -> str:
    return live.document()


Open = Callable[[str], Awaitable[Browser]]


@pytest.fixture
async def browser(node: str, live: LiveServer, document: str) -> AsyncIterator[Open]:
    """`await browser("alice")` is a browser of alice's with the document open in it."""
    async with browsers(node, live, document) as open_browser:
        yield open_browser


@asynccontextmanager
async def browsers(node: str, server: LiveServer, document: str) -> AsyncIterator[Open]:
    started: list[asyncio.subprocess.Process] = []

    async def open_browser(name: str) -> Browser:
        person = server.people[name]
        command = [node, str(SCRIPT), server.ws_url(document), person.token, person.id]
        pipe = asyncio.subprocess.PIPE
        started.append(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe))
        browser = Browser(started[-1])
        if "error" in (answer := await browser.ask("join")):
            raise PermissionError(answer["error"])
        return browser

    yield open_browser
    for process in started:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


def text_of(state: Any) -> str:
    return "".join(op["insert"] for op in state["contents"])


async def test_it_works(browser: Open, live: LiveServer, document: str) -> None:
    alice = await browser("alice")
    async with DocumentClient(live.ws_url(document), token=live.people["bob"].token) as bob:
        await alice.type("Hello 😀")
        await alice.committed()
        async with asyncio.timeout(PATIENCE):
            while bob.text != "Hello 😀\n":
                await asyncio.sleep(0.01)
        bob.insert(8, "!", {"bold": True})
        bob.delete(0, 5)
        await bob.committed()
        state = await alice.until(lambda state: state["version"] == bob.version)
        assert state["contents"] == bob.contents.to_json()


async def test_both_type_at_once_and_keep_their_words(browser: Open, live: LiveServer, document: str) -> None:
    alice = await browser("alice")
    async with DocumentClient(live.ws_url(document), token=live.people["bob"].token) as bob:
        for number, (small, large) in enumerate(zip("abcdefghij", "ABCDEFGHIJ", strict=True)):
            await alice.type(small, number)
            bob.insert(bob.text.index("\n") if number else 0, large)
        await bob.committed()
        await alice.committed()
        state = await alice.until(lambda state: state["version"] == bob.version)
        async with asyncio.timeout(PATIENCE):
            while bob.version != state["version"]:
                await asyncio.sleep(0.01)
        assert state["contents"] == bob.contents.to_json()
        assert sorted(text_of(state)) == sorted("abcdefghijABCDEFGHIJ\n")


async def test_each_sees_where_the_other_is(browser: Open, live: LiveServer, document: str) -> None:
    alice = await browser("alice")
    async with DocumentClient(live.ws_url(document), token=live.people["bob"].token) as bob:
        await alice.type("Hello")
        await alice.committed()
        await alice.ask("select", index=1, length=3)
        async with asyncio.timeout(PATIENCE):
            while not bob.presence:
                await asyncio.sleep(0.01)
        (where,) = bob.presence
        assert where.selection is not None
        assert (where.selection.index, where.selection.length) == (1, 3)
        bob.select(5, 0)
        state = await alice.until(lambda state: bool(state["presence"]))
        assert state["presence"][0]["selection"] == {"index": 5, "length": 0}
        assert state["presence"][0]["user"]["name"] == "Bob"


async def test_a_cut_connection_loses_nothing(browser: Open) -> None:
    alice, bob = await browser("alice"), await browser("bob")
    for word in ("one ", "two ", "three "):
        await alice.type(word)
        await alice.ask("cut")
        await alice.type("more ")
        await bob.type("bob ")
    await alice.committed()
    state = await alice.until(lambda state: text_of(state).count("bob ") == 3)
    words = ("one ", "two ", "three ", "more ")
    assert [text_of(state).count(word) for word in words] == [1, 1, 1, 3]
    assert (await bob.until(lambda other: other["version"] == state["version"]))["contents"] == state["contents"]


async def test_the_next_tab_commits_what_a_crashed_one_left(browser: Open) -> None:
    alice, bob = await browser("alice"), await browser("bob")
    await alice.type("abcdef")
    await alice.committed()
    await bob.until(lambda state: state["version"] == 1)
    await alice.ask("cut")
    await alice.type("X", 3)
    await alice.type("Y", 6)
    await alice.ask("crash")
    await bob.type("123")
    await bob.ask("edit", ops=[{"retain": 4}, {"delete": 1}])
    await bob.committed()
    await alice.ask("join")
    state = await alice.committed()
    assert text_of(state) == "123acXdeYf\n"
    assert state["kept"] == []


async def test_a_reader_is_told_no_and_keeps_the_text(browser: Open) -> None:
    carol = await browser("carol")
    await carol.type("mine")
    state = await carol.until(lambda state: state["save"] == "rejected")
    assert text_of(state) == "\n"
    assert [(kept["code"], kept["delta"]) for kept in state["kept"]] == [("not_allowed", [{"insert": "mine"}])]


async def test_who_may_not_is_turned_away(browser: Open) -> None:
    with pytest.raises(PermissionError, match="not_found"):
        await browser("mallory")


async def test_edits_wait_for_a_server_that_is_gone(node: str) -> None:
    with LiveServer() as mortal:
        async with browsers(node, mortal, mortal.document()) as open_browser:
            alice = await open_browser("alice")
            await alice.type("before ")
            await alice.committed()
            mortal.kill()
            await alice.until(lambda state: state["connection"] != "online")
            await alice.type("meanwhile", 7)
            assert (await alice.ask("state"))["unsent"]
            await asyncio.to_thread(mortal.start)
            assert text_of(await alice.committed()) == "before meanwhile\n"


async def test_the_readme_example_runs(node: str, live: LiveServer, document: str, root: Path) -> None:
    package = root / "clients" / "typescript"
    example = (package / "README.md").read_text().split("```js\n")[1].split("```")[0]
    environment = os.environ | {"DOCUMENT": live.ws_url(document), "TOKEN": live.people["alice"].token}
    command = [node, "--input-type=module", "--eval", example]
    ran = await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, text=True, cwd=package, timeout=30
    )
    assert (ran.stdout, ran.stderr) == ("Hello from TypeScript\n\n", "")
