"""The clients' examples for the command line run, and do what they say.

Those for web pages run in the TypeScript client's own tests.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from deltapad_client import DocumentClient
from tests.live import LiveServer

pytestmark = pytest.mark.live

Run = Callable[..., AbstractAsyncContextManager[asyncio.StreamReader]]


@pytest.fixture(scope="module")
def server(live_servers: Callable[[str], LiveServer]) -> LiveServer:
    """One of the two will do."""
    return live_servers("uvicorn")


@pytest.fixture
def url(server: LiveServer) -> str:
    """A document of alice's."""
    return server.ws_url(server.document())


@pytest.fixture
async def bob(server: LiveServer, url: str) -> AsyncIterator[DocumentClient]:
    """Bob, in the document."""
    async with asyncio.timeout(60), DocumentClient(url, token=server.people["bob"].token) as bob:
        bob.insert(0, "😀 Hello, you")
        await bob.committed()
        yield bob


@pytest.fixture(params=["python", "typescript"])
def example(request: pytest.FixtureRequest, root: Path, server: LiveServer, url: str) -> Run:
    """`async with example("bot")` runs that example in the document as alice, in each language."""
    folder = root / "clients" / request.param / "examples"
    if request.param == "python":
        names = {"bot": "bot.py", "word count": "word_count.py", "mirror": "mirror.py"}
        program = sys.executable
    else:
        names = {"bot": "bot.mjs", "word count": "word-count.mjs", "mirror": "mirror.mjs"}
        program = request.getfixturevalue("node")

    @asynccontextmanager
    async def run(name: str, *arguments: str) -> AsyncIterator[asyncio.StreamReader]:
        process = await asyncio.create_subprocess_exec(
            program,
            str(folder / names[name]),
            *arguments,
            env=os.environ | {"DOCUMENT": url, "TOKEN": server.people["alice"].token},
            stdout=asyncio.subprocess.PIPE,
            cwd=root,
        )
        assert process.stdout is not None
        try:
            yield process.stdout
        finally:
            process.kill()
            await process.wait()

    return run


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.01)


async def test_a_bot(bob: DocumentClient, example: Run) -> None:
    async with example("bot") as said:
        assert await said.readline() == b"in A document\n"
        bob.insert(3, "(c) Bob, ")
        await until(lambda: bob.text == "😀 © Bob, Hello, you\n")


async def test_a_word_count(bob: DocumentClient, example: Run) -> None:
    async with example("word count") as said:
        assert await said.readline() == b"3 words\n"
        bob.insert(3, "one more ")
        assert await said.readline() == b"5 words\n"


async def test_a_file_that_mirrors_a_document(bob: DocumentClient, example: Run, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    async with example("mirror", str(file)):
        await until(lambda: file.exists() and file.read_text() == bob.text)
        bob.delete(0, 3)
        await until(lambda: file.read_text() == "Hello, you\n")
