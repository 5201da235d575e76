"""What the papers show is true: frames are those of a real conversation, commands run, links lead somewhere."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from websockets.asyncio.client import ClientConnection, connect

from collab.config import ROOT, Config
from protocol.errors import ERRORS
from protocol.limits import Limits
from tests import protocol_reference
from tests.installed import missing
from tests.live import LiveServer
from tests.scale import rounds
from tests.specification.fitting import misfit

BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
SETTING = re.compile(r"(?:`|^|\s)([A-Z]+(?:_[A-Z]+)+)\b")
# Variables of other programs.
ELSEWHERE = {"ETHERPAD_DIR"}
FILE_NAME = re.compile(r"`([a-z_]+/[\w./-]*)`")
# What a person of a page says or hears, by its name in the schema.
DOES = {"sends": "ClientMessage", "gets": "ServerMessage", "gets at the list": "ListServerMessage"}
# Made anew for each document, person, connection and moment.
EACH_TIME_ANEW = {"session_id", "id", "user_id", "at", "color"}
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") or part in ("node_modules", "var", "dist") for part in path.relative_to(ROOT).parts)
)
README = ROOT / "README.md"
PROTOCOL = ROOT / "docs" / "protocol"
OVERVIEW = PROTOCOL / "overview.md"


class Block(NamedTuple):
    """A fenced block: its language, what else stands on that line, and its text."""

    language: str
    about: str
    text: str


def blocks(page: Path) -> list[Block]:
    found = []
    for opening, text in BLOCK.findall(page.read_text()):
        language, _, about = opening.partition(" ")
        found.append(Block(language, about, text))
    return found


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


# What can be told without running anything


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_to_something(page: Path) -> None:
    links = [link.partition("#")[0] for link in LINK.findall(page.read_text())]
    inside = [link for link in links if link and "://" not in link]
    assert [link for link in inside if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", [ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"], ids=name)
def test_the_files_that_a_paper_names_exist(page: Path) -> None:
    names = FILE_NAME.findall(page.read_text())
    assert names
    assert [named for named in names if not list(ROOT.glob(named))] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_has_the_targets_that_papers_name(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"\bmake ([a-z-]+)`|^make ([a-z-]+)$", page.read_text(), re.MULTILINE)
    assert {one or other for one, other in named} <= set(targets)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_settings_that_a_guide_names_exist(page: Path) -> None:
    if page.parent.name == "guides":
        named = set(SETTING.findall(page.read_text())) - ELSEWHERE
        assert named <= {field.upper() for field in Config.model_fields}


@pytest.mark.parametrize("page", [README, *sorted(PROTOCOL.glob("*.md"))], ids=name)
def test_frames_are_of_the_protocol(page: Path) -> None:
    for block in blocks(page):
        if block.language == "json":
            _, _, does = block.about.partition(" ")
            assert misfit(json.loads(block.text), DOES[does]) == "", block.text


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_json_is_json(page: Path) -> None:
    for block in blocks(page):
        if block.language == "json":
            json.loads(block.text)


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    assert {block.language for page in PAGES for block in blocks(page)} <= {
        "json",
        "sh",
        "python",
        "js",
        "ruby",
        "text",
    }


def test_the_references_of_the_protocol_are_what_the_code_says() -> None:
    stale = [path.name for path, text in protocol_reference.pages().items() if path.read_text() != text]
    assert stale == [], "run: python -m tests.protocol_reference"


def test_the_close_codes_that_papers_name_are_those_of_the_table() -> None:
    text = "".join(page.read_text() for page in (ROOT / "docs" / "protocol").glob("*.md"))
    named = {code: int(close) for code, close in re.findall(r"`(\w+)` \((4\d{3})\)", text)}
    assert named
    assert named == {code: ERRORS[code].close for code in named}


def test_limits_md_names_limits_and_codes_that_exist() -> None:
    named = re.findall(r"`([a-z]+_[a-z_]+)`", (ROOT / "docs" / "protocol" / "limits.md").read_text())
    known = set(Limits.model_fields) | set(ERRORS) | {"slow_down", "retry_after"}
    assert named
    assert set(named) <= known


def test_the_index_lists_every_decision() -> None:
    folder = ROOT / "docs" / "decisions"
    records = sorted(path for path in folder.glob("0*.md"))
    listed = [f"{number}. [{title}]({path.name})" for path in records for number, title in [_heading(path)]]
    index = (folder / "README.md").read_text()
    assert [line for line in index.splitlines() if line[:1].isdigit()] == listed


def _heading(record: Path) -> tuple[int, str]:
    number, _, title = record.read_text().splitlines()[0].removeprefix("# ").partition(". ")
    assert record.name.startswith(f"{int(number):04}-")
    return int(number), title


# One edit, frame by frame


class Conversation:
    """People of the cast on one document, who say what a page has them say."""

    def __init__(self, live: LiveServer, stack: AsyncExitStack) -> None:
        self._live = live
        self._stack = stack
        self._sockets: dict[str, ClientConnection] = {}
        self._document = live.document(title="Plans")
        beginning = {"client_id": "the-beginning", "seq": 1, "base_version": 0, "delta": [{"insert": "Hello world"}]}
        live.rest("alice", "POST", f"/api/v1/documents/{self._document}/revisions", beginning)

    async def says(self, who: str, frame: dict[str, Any]) -> None:
        if frame["type"] == "hello":
            self._sockets[who] = await self._stack.enter_async_context(connect(self._live.ws_url(self._document)))
            frame = frame | {"token": self._live.people[who].token}
        await self._sockets[who].send(json.dumps(frame))

    async def hears(self, who: str, kind: str) -> dict[str, Any]:
        """The next frame of this type."""
        async with asyncio.timeout(20):
            while True:
                frame: dict[str, Any] = json.loads(await self._sockets[who].recv())
                if frame["type"] == kind:
                    return frame


@asynccontextmanager
async def conversation(live: LiveServer) -> AsyncIterator[Conversation]:
    async with AsyncExitStack() as stack:
        yield await asyncio.to_thread(Conversation, live, stack)


def alike(shown: Any, real: Any) -> Any:
    """`real`, with what is made anew each time, and what the page leaves out of the limits, as it is shown."""
    if isinstance(shown, dict) and isinstance(real, dict):
        return {key: _as_shown(key, shown[key], value) if key in shown else value for key, value in real.items()}
    if isinstance(shown, list) and isinstance(real, list) and len(shown) == len(real):
        return [alike(one, other) for one, other in zip(shown, real, strict=True)]
    return real


def _as_shown(key: str, shown: Any, real: Any) -> Any:
    if key in EACH_TIME_ANEW and type(shown) is type(real):
        return shown
    if key == "limits":
        return {limit: value for limit, value in real.items() if limit in shown}
    return alike(shown, real)


@pytest.mark.parametrize("page", [README, OVERVIEW], ids=name)
async def test_what_a_page_walks_through_really_goes_so(live: LiveServer, page: Path) -> None:
    async with conversation(live) as talk:
        for block in blocks(page):
            if block.language != "json":
                continue
            who, does = block.about.split()
            shown = json.loads(block.text)
            if does == "sends":
                await talk.says(who, shown)
            else:
                assert shown == alike(shown, await talk.hears(who, shown["type"]))


# Commands

# What a command does is the same under either server.
one_server = pytest.mark.parametrize("live", rounds(["daphne"], ["daphne", "uvicorn"]), indirect=True)

WEBSOCAT = '''#!{python}
"""What papers ask of websocat: lines of standard input become frames, frames become lines of standard output."""
import sys
import threading
from websockets.sync.client import connect

header, value = sys.argv[1].removeprefix("-H=").split(": ", 1)
options = dict(origin=value) if header == "Origin" else dict(additional_headers=[(header, value)])
with connect(sys.argv[2], **options) as socket:
    sent = [socket.send(line.rstrip("\\n")) for line in sys.stdin]
    # One answer to each line, however slow the machine.
    for _ in sent:
        print(socket.recv(timeout=20))
'''


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with what the papers' commands need and few machines have."""
    if shutil.which("curl") is None:
        missing("curl", "apt-get install curl")
    program = tmp_path / "websocat"
    program.write_text(WEBSOCAT.format(python=sys.executable))
    program.chmod(0o755)
    return tmp_path


def script(page: Path) -> Iterator[str]:
    """A page's commands in their order, as one shell script; setting up by make is what has happened already."""
    yield "set -euo pipefail"
    for block in blocks(page):
        if block.language == "sh" and not block.text.startswith("make "):
            yield block.text
        elif block.language == "python":
            yield f".venv/bin/python - <<'END'\n{block.text}END\n"


def run(page: Path, live: LiveServer, path: Path, **environment: str) -> str:
    text = "\n".join(script(page)).replace("127.0.0.1:8000", f"127.0.0.1:{live.port}")
    text = text.replace("benchmarks.replay generated", "benchmarks.replay generated --limit 20")
    ran = subprocess.run(
        ["bash", "-c", text.replace(".venv/bin/python", sys.executable)],
        cwd=ROOT,
        env=live.environment | {"PATH": f"{path}:{os.environ['PATH']}"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout + ran.stderr
    return ran.stdout


@one_server
def test_the_commands_of_readme_run(live: LiveServer, programs: Path) -> None:
    live.manage("seed")
    said = run(README, live, programs)
    assert '"type":"welcome"' in said
    assert '"delta":[{"insert":"Hello from a terminal. "}]' in said
    assert "2 Hello from Python. Hello from a terminal. \n" in said
    assert '{"version":2,"contents":[{"insert":"Hello from Python. Hello from a terminal. \\n"}]}' in said
    assert "20 submissions by 3" in said


@one_server
def test_the_commands_of_import_and_export_run(live: LiveServer, programs: Path) -> None:
    document = live.document(title="Plans")
    change = {"client_id": "the-beginning", "seq": 1, "base_version": 0, "delta": [{"insert": "# no heading"}]}
    live.rest("alice", "POST", f"/api/v1/documents/{document}/revisions", change)
    page = ROOT / "docs" / "guides" / "import-export.md"
    said = run(page, live, programs, TOKEN=live.people["alice"].token, ID=str(document), FOLDER=str(programs))
    assert said == '\\# no heading\n{"version": 2}'
    newest = live.rest("alice", "GET", f"/api/v1/documents/{document}/contents")
    assert newest["contents"][1:] == [{"insert": "\n", "attributes": {"header": 2}}, {"insert": "By a program.\n"}]


@one_server
def test_the_commands_of_retention_run(live: LiveServer, programs: Path) -> None:
    document = live.document(title="Plans")
    change = {"client_id": "the-beginning", "seq": 1, "base_version": 0, "delta": [{"insert": "secret"}]}
    live.rest("alice", "POST", f"/api/v1/documents/{document}/revisions", change)
    page = ROOT / "docs" / "guides" / "retention.md"
    said = run(page, live, programs, TOKEN=live.people["alice"].token, ID=str(document))
    assert said == '{"keep_days": 90}{"removed": 1, "still_there": 6}'


@one_server
def test_the_commands_of_sharing_run(live: LiveServer, programs: Path) -> None:
    document = live.document(title="Plans")
    page = ROOT / "docs" / "guides" / "sharing.md"
    assert run(page, live, programs, TOKEN=live.people["alice"].token, ID=str(document)) == "owner\n"
    [invited] = live.rest("alice", "GET", f"/api/v1/documents/{document}/invitations")
    [link] = live.rest("alice", "GET", f"/api/v1/documents/{document}/links")
    assert (invited["email"], link["label"]) == ("dave@example.com", "for the class")


@one_server
def test_the_commands_of_events_run(live: LiveServer, programs: Path) -> None:
    page = ROOT / "docs" / "guides" / "events.md"
    document = live.document(title="Plans", members={})
    said = run(page, live, programs, TOKEN=live.people["alice"].token, ID=str(document))
    assert said == '[\'document\']\n"title":"Plans, again"\n'


@one_server
def test_the_commands_of_getting_in_run(live: LiveServer, programs: Path) -> None:
    page = ROOT / "docs" / "guides" / "getting-in.md"
    said = run(page, live, programs, TOKEN=live.people["alice"].token, ID=str(live.document(title="Plans")))
    assert said == "['history', 'presence', 'read']\n"
