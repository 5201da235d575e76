"""The Ruby client, which was written from the specification alone: its own tests, and beside the Python client."""

import asyncio
import json
import os
import pty
import shutil
import subprocess
import termios
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from deltapad_client import DocumentClient
from tests.installed import missing
from tests.line import Line
from tests.live import LiveServer

CLIENT = Path(__file__).parents[2] / "clients" / "ruby"


@pytest.fixture(scope="module")
def ruby() -> str:
    found = shutil.which("ruby")
    if found is None:
        missing("Ruby", "apt-get install ruby")
    return found


@pytest.mark.parametrize("file", sorted(CLIENT.glob("test/test_*.rb")), ids=lambda file: file.stem)
def test_what_ruby_tests_itself_holds_without_a_warning(ruby: str, file: Path) -> None:
    ran = subprocess.run([ruby, "-w", file], capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr == ""


@pytest.fixture(scope="module")
def live(live_servers: Callable[[str], LiveServer]) -> LiveServer:
    """One kind of server is enough for a client that knows none of them."""
    return live_servers("uvicorn")


class Driven:
    """The Ruby client behind lines of JSON, as the conformance kit drives it too."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ask(self, what: str, **given: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what} | given).encode() + b"\n")
        async with asyncio.timeout(20):
            answer = json.loads(await self._process.stdout.readline())
        assert "error" not in answer
        return answer

    async def type(self, index: int, text: str) -> None:
        await self.ask("edit", delta=[*([{"retain": index}] if index else []), {"insert": text}])

    async def until(self, condition: Callable[[Any], bool]) -> Any:
        async with asyncio.timeout(20):
            while not condition(state := await self.ask("state")):
                await asyncio.sleep(0.02)
        return state

    async def connected(self) -> Any:
        return await self.until(lambda state: state["connection"] == "online")


@asynccontextmanager
async def driven(ruby: str, url: str, token: str, storage: Path) -> AsyncIterator[Driven]:
    pipe = asyncio.subprocess.PIPE
    command = [ruby, "-w", str(CLIENT / "bin" / "deltapad"), "--pipe"]
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    client = Driven(process)
    await client.ask("open", url=url, token=token, storage=str(storage))
    try:
        yield client
    finally:
        assert process.stdin is not None
        process.stdin.close()
        ended = await process.wait()
    assert ended == 0


async def same(client: Driven, python: DocumentClient) -> None:
    """Both hold the same, and all of it is committed."""

    def agreed(state: Any) -> bool:
        return not state["unsent"] and (state["version"], state["contents"]) == (
            python.version,
            python.contents.to_json(),
        )

    await python.committed()
    await client.until(agreed)


async def test_it_types_with_the_python_client_and_comes_back_over_a_cut_line(
    ruby: str, live: LiveServer, tmp_path: Path
) -> None:
    document = live.document()
    alice, bob = (live.people[name].token for name in ("alice", "bob"))
    async with Line(live.port) as line, DocumentClient(live.ws_url(document), token=bob) as python:
        url = f"ws://127.0.0.1:{line.port}/ws/documents/{document}/"
        async with driven(ruby, url, alice, tmp_path) as client:
            await client.connected()
            for number, (small, large) in enumerate(zip("abcdef", "ABCDEF", strict=True)):
                await client.type(number, small)
                python.insert(0, large)
            await same(client, python)
            line.cut()
            await client.type(0, "offline 😀 ")
            python.insert(0, "meanwhile ")
            await python.committed()
            assert (await client.until(lambda state: state["connection"] == "offline"))["unsent"]
            line.mend()
            await same(client, python)
        assert sorted(python.text) == sorted("abcdefABCDEFoffline 😀 meanwhile \n")


async def test_what_was_not_sent_outlives_the_program(ruby: str, live: LiveServer, tmp_path: Path) -> None:
    document = live.document()
    alice = live.people["alice"].token
    async with Line(live.port) as line:
        url = f"ws://127.0.0.1:{line.port}/ws/documents/{document}/"
        async with driven(ruby, url, alice, tmp_path) as client:
            await client.connected()
            line.cut()
            await client.type(0, "kept")
        line.mend()
        async with driven(ruby, url, alice, tmp_path) as client:
            state = await client.until(lambda state: not state["unsent"] and state["connection"] == "online")
    assert (state["contents"], state["version"]) == ([{"insert": "kept\n"}], 1)


async def test_who_may_not_is_told_why(ruby: str, live: LiveServer, tmp_path: Path) -> None:
    document = live.document()
    async with driven(ruby, live.ws_url(document), live.people["mallory"].token, tmp_path) as client:
        state = await client.until(lambda state: state["connection"] == "closed")
        assert state["reason"] == "not_found"


class TerminalEditor:
    """The editor in a terminal of ten rows: what is written to it, and all that it has shown."""

    def __init__(self) -> None:
        self._ours, self.theirs = pty.openpty()
        termios.tcsetwinsize(self.theirs, (10, 80))
        self._seen = bytearray()
        asyncio.get_running_loop().add_reader(self._ours, lambda: self._seen.extend(os.read(self._ours, 65_536)))

    def press(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    async def shows(self, text: str) -> None:
        async with asyncio.timeout(20):
            while text.encode() not in self._seen:
                await asyncio.sleep(0.02)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._ours)
        os.close(self._ours)
        os.close(self.theirs)


@asynccontextmanager
async def editor(ruby: str, url: str, token: str, state: Path) -> AsyncIterator[TerminalEditor]:
    given = {"DELTAPAD_TOKEN": token, "DELTAPAD_STATE": str(state), "LANG": "C.UTF-8"}
    command = [ruby, "-w", str(CLIENT / "bin" / "deltapad"), url]
    terminal = TerminalEditor()
    process = await asyncio.create_subprocess_exec(
        *command, stdin=terminal.theirs, stdout=terminal.theirs, env=os.environ | given, start_new_session=True
    )
    try:
        yield terminal
        async with asyncio.timeout(10):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        terminal.close()


async def test_people_type_in_a_terminal(ruby: str, live: LiveServer, tmp_path: Path) -> None:
    document = live.document()
    alice, bob = (live.people[name].token for name in ("alice", "bob"))
    async with (
        DocumentClient(live.ws_url(document), token=bob) as python,
        editor(ruby, live.ws_url(document), alice, tmp_path) as terminal,
    ):
        await terminal.shows("Saved")
        left, backspace, quit_key = b"\x1b[D", b"\x7f", b"\x11"
        terminal.press("Hello 😀!".encode() + left + backspace)
        async with asyncio.timeout(20):
            while python.text != "Hello !\n":
                await asyncio.sleep(0.02)
        python.insert(0, "Bob says: ")
        await terminal.shows("Bob says: Hello !")
        terminal.press(quit_key)


def test_the_readme_example_runs(ruby: str, root: Path, live: LiveServer) -> None:
    example = (CLIENT / "README.md").read_text().split("```ruby\n")[1].split("```")[0]
    given = {"DOCUMENT": live.ws_url(live.document()), "TOKEN": live.people["alice"].token}
    command = [ruby, "-w", "-I", str(root), "-e", example.replace("require_relative", "require")]
    ran = subprocess.run(command, env=os.environ | given, capture_output=True, text=True, timeout=30, check=False)
    assert (ran.stdout, ran.stderr) == ("1\nHello from Ruby. \n", "")
