"""The MCP server, asked as a model's program asks it: by the SDK's own client, about a real server."""

import asyncio
import json
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client, StdioServerParameters
from mcp_types import TextContent

from deltapad_client import DocumentClient
from deltapad_mcp.__main__ import main
from deltapad_mcp.rest import Deltapad
from deltapad_mcp.server import server
from tests.cast import Person
from tests.collab.talk import PATIENCE
from tests.live import LiveServer

HEADING = {"insert": "\n", "attributes": {"header": 1}}
PLAN = {"insert": "plan", "attributes": {"italic": True}}
PLANS = [{"insert": "Plans"}, HEADING, {"insert": "We "}, PLAN, {"insert": ".\nCosts"}, HEADING, {"insert": "None.\n"}]
MARKDOWN = "# Plans\n\nWe *plan*.\n\n# Costs\n\nNone.\n"


@pytest.fixture(scope="module")
def live(live_servers: Callable[[str], LiveServer]) -> LiveServer:
    return live_servers("uvicorn")


@pytest.fixture(scope="module")
def robot(live: LiveServer) -> Person:
    """An agent that alice keeps."""
    made = live.rest("alice", "POST", "/api/v1/agents", {"name": "Proofreader"})
    token = live.rest("alice", "POST", f"/api/v1/agents/{made['id']}/tokens", {"name": "test"})["token"]
    return Person(made["id"], made["name"], made["address"], token)


@pytest.fixture
def document(live: LiveServer, robot: Person) -> str:
    """Alice's, which bob and the agent edit and carol reads."""
    return _document(live, robot)


@pytest.fixture
def plans(live: LiveServer, document: str) -> str:
    """The same, at version 1, with two headings in it."""
    return _with_plans(live, document)


@pytest.fixture(scope="module")
def plans_that_stay(live: LiveServer, robot: Person) -> str:
    """The same, for all that changes nothing."""
    return _with_plans(live, _document(live, robot))


def _document(live: LiveServer, robot: Person) -> str:
    made = live.document(title="Plans of the robot")
    live.rest("alice", "PUT", f"/api/v1/documents/{made}/members", {"email": robot.email, "role": "editor"})
    return made


def _with_plans(live: LiveServer, document: str) -> str:
    live.rest("alice", "PUT", f"/api/v1/documents/{document}/contents", {"contents": PLANS})
    return document


class Refused(Exception):
    """What the model reads of a tool that failed."""


class Model:
    """What a model does with the tools."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def __call__(self, tool: str, **arguments: Any) -> dict[str, Any]:
        result = await self.client.call_tool(tool, arguments)
        if result.is_error:
            [said] = result.content
            assert isinstance(said, TextContent)
            raise Refused(said.text)
        assert isinstance(result.structured_content, dict)
        return result.structured_content


Modelled = Callable[..., AbstractAsyncContextManager[Model]]


@asynccontextmanager
async def model_of(deltapad: Deltapad) -> AsyncIterator[Model]:
    async with aclosing(deltapad), asyncio.timeout(PATIENCE), Client(server(deltapad)) as client:
        yield Model(client)


@pytest.fixture
def model(live: LiveServer, robot: Person) -> Modelled:
    """`model()` acts as the agent, `model("carol")` as carol."""
    return lambda name=None: model_of(Deltapad.at(live.url, (live.people[name] if name else robot).token))


# It works


async def test_documents_are_found_and_read(model: Modelled, plans: str) -> None:
    async with model() as do:
        listed = await do("list_documents", title="plans of the robot", limit=1)
        assert listed["documents"][0] | {"updated_at": ""} == {
            "id": plans, "title": "Plans of the robot", "state": "open", "role": "editor", "can_edit": True,
            "can_see_history": True, "version": 1, "owner": "Alice", "updated_at": "", "people_in_it": [],
        }  # fmt: skip
        whole = await do("read_document", document=plans)
        assert whole == {"version": 1, "text": "Plans\nWe plan.\nCosts\nNone.\n", "length": 27, "next_offset": None}
        marked = await do("read_document", document=plans, form="markdown")
        assert (marked["version"], marked["text"]) == (1, MARKDOWN)
        outline = await do("outline", document=plans)
        assert [(row["text"], row["offset"]) for row in outline["headings"]] == [("Plans", 0), ("Costs", 15)]


async def test_texts_are_searched(model: Modelled, live: LiveServer, document: str) -> None:
    live.rest("bob", "POST", f"/api/v1/documents/{document}/text/append", {"text": "A platypus swims here."})
    async with model() as do:
        while not (found := (await do("search", words="platypus"))["found"]):
            await asyncio.sleep(0.05)
        assert (found[0]["document"]["id"], "platypus" in found[0]["passage"]) == (document, True)


async def test_a_long_document_comes_in_pieces_that_end_with_lines(
    model: Modelled, live: LiveServer, document: str
) -> None:
    text = "".join(f"Line {number}, with a 😀.\n" for number in range(40))
    live.rest("bob", "POST", f"/api/v1/documents/{document}/text/append", {"text": text})
    pieces, offset = [], 0
    async with model() as do:
        while offset is not None:
            piece = await do("read_document", document=document, version=1, offset=offset, size=100)
            pieces.append(piece["text"])
            offset = piece["next_offset"]
    assert "".join(pieces) == text
    assert {piece[-1] for piece in pieces} == {"\n"}
    assert max(map(len, pieces)) <= 100


async def test_changes_merge_with_one_who_types_and_bear_the_agents_name(
    model: Modelled, live: LiveServer, plans: str
) -> None:
    async with model() as do, DocumentClient(live.ws_url(plans), token=live.people["bob"].token) as bob:
        for number, letter in enumerate(" s'boB"):
            bob.insert(0, letter)
            await do("append", document=plans, text=str(number))
        await bob.committed()
        await do("insert_under_heading", document=plans, heading="Bob's Plans", text="Soon.")
        await do("replace_text", document=plans, find="We plan", replacement="We act")
        last = await do("append", document=plans, text="**The end.**", form="markdown")
        while bob.version < last["version"]:
            await asyncio.sleep(0.01)
        assert bob.text == "Bob's Plans\nWe act.\nSoon.\nCosts\nNone.\n0\n1\n2\n3\n4\n5\nThe end.\n"
        assert {"insert": "The end.", "attributes": {"bold": True}} in bob.contents.to_json()
        stretches = (await do("history", document=plans))["stretches"]
        assert {row["author"] for row in stretches} == {"Proofreader", "Bob", "Alice"}
    newest = live.rest("alice", "GET", f"/api/v1/documents/{plans}/timeline")["stretches"][0]
    assert (newest["user"]["kind"], newest["user"]["on_behalf_of"]) == ("agent", "Alice")


async def test_contents_that_are_set_leave_what_others_wrote_since(
    model: Modelled, live: LiveServer, plans: str
) -> None:
    async with model() as do:
        read = await do("read_document", document=plans, form="markdown")
        live.rest("bob", "POST", f"/api/v1/documents/{plans}/text/append", {"text": "Bob was here."})
        rewritten = read["text"].replace("None.", "*Few.*")
        made = await do("set_contents", document=plans, contents=rewritten, base_version=read["version"])
        assert made == {"version": 3, "changed": True}
        assert (await do("read_document", document=plans))["text"] == "Plans\nWe plan.\nCosts\nFew.\nBob was here.\n"
        now = await do("read_document", document=plans, form="markdown")
        again = await do("set_contents", document=plans, contents=now["text"], base_version=now["version"])
        assert again == {"version": 3, "changed": False}


async def test_a_change_is_taken_back_and_what_others_did_stays(model: Modelled, live: LiveServer, plans: str) -> None:
    async with model() as do:
        made = await do("replace_text", document=plans, find="an", replacement="AN", which="all")
        live.rest("bob", "POST", f"/api/v1/documents/{plans}/text/append", {"text": "Bob was here."})
        undone = await do("undo", document=plans, version=made["version"])
        now = await do("read_document", document=plans)
        assert (now["version"], now["text"]) == (undone["version"], "Plans\nWe plan.\nCosts\nNone.\nBob was here.\n")
        with pytest.raises(Refused, match="not_yours"):
            await do("undo", document=plans, version=3)


async def test_a_request_that_may_have_been_lost_is_done_once(live: LiveServer, robot: Person, document: str) -> None:
    class Lossy(httpx.AsyncHTTPTransport):
        """Loses the first answer to each change, and says in its place to come again."""

        lost: set[str] = set()  # noqa: RUF012

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await super().handle_async_request(request)
            key = request.headers["Idempotency-Key"]
            if key in self.lost:
                return answer
            self.lost.add(key)
            await answer.aread()
            return httpx.Response(429, headers={"Retry-After": "0"}, request=request)

    headers = {"Authorization": f"Bearer {robot.token}"}
    http = httpx.AsyncClient(base_url=f"{live.url}/api/v1", headers=headers, transport=Lossy())
    async with model_of(Deltapad(http)) as do:
        assert await do("append", document=document, text="once") == {"version": 1, "changed": True}
    assert live.rest("bob", "GET", f"/api/v1/documents/{document}/contents")["contents"] == [{"insert": "once\n"}]


async def test_it_is_started_as_its_readme_says(live: LiveServer, robot: Person, root: Path, document: str) -> None:
    readme = (root / "clients" / "mcp" / "README.md").read_text()
    [block] = re.findall(r"^```json\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    configured = json.loads(block)["mcpServers"]["deltapad"]
    assert set(configured["env"]) == {"DELTAPAD_URL", "DELTAPAD_TOKEN"}
    program = Path(sys.executable).with_name(configured["command"])
    environment = {"DELTAPAD_URL": live.url, "DELTAPAD_TOKEN": robot.token}
    parameters = StdioServerParameters(command=str(program), args=configured.get("args", []), env=environment)
    async with asyncio.timeout(PATIENCE), Client(parameters) as client:
        told = await client.list_tools()
        assert {tool.name for tool in told.tools} == set(re.findall(r"^\| `([a-z_]+)`", readme, re.MULTILINE))
        assert await Model(client)("append", document=document, text="By stdio.") == {"version": 1, "changed": True}


async def test_it_is_reached_over_http_too(live: LiveServer, robot: Person, document: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    environment = {"DELTAPAD_URL": live.url, "DELTAPAD_TOKEN": robot.token}
    command = [sys.executable, "-m", "deltapad_mcp", "--http", str(port)]
    program = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        async with asyncio.timeout(PATIENCE):
            while not await listens(port):
                assert program.returncode is None
                await asyncio.sleep(0.05)
            async with Client(f"http://127.0.0.1:{port}/mcp") as client:
                assert await Model(client)("append", document=document, text="x") == {"version": 1, "changed": True}
        program.send_signal(signal.SIGINT)
        assert await program.wait() == 0
    finally:
        with suppress(ProcessLookupError):
            program.kill()
        await program.wait()


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def test_each_tool_says_what_it_and_its_arguments_are_for(model: Modelled) -> None:
    async with model() as do:
        tools = (await do.client.list_tools()).tools
    for tool in tools:
        assert tool.description
        assert all(field.get("description") for field in tool.input_schema["properties"].values()), tool.name
    reading = {tool.name for tool in tools if tool.annotations and tool.annotations.read_only_hint}
    assert reading == {"list_documents", "search", "read_document", "outline", "history"}
    adding = {tool.name for tool in tools if tool.annotations and tool.annotations.destructive_hint is False}
    assert adding == {"append", "insert_under_heading"}


# Rights


async def test_a_reader_reads_and_writes_nothing(model: Modelled, plans_that_stay: str) -> None:
    async with model("carol") as do:
        assert (await do("read_document", document=plans_that_stay, form="markdown"))["version"] == 1
        with pytest.raises(Refused, match="forbidden: You may not do this"):
            await do("append", document=plans_that_stay, text="x")
        with pytest.raises(Refused, match="forbidden"):
            await do("set_contents", document=plans_that_stay, contents="x", base_version=1)
        with pytest.raises(Refused, match="forbidden"):
            await do("undo", document=plans_that_stay, version=1)
        with pytest.raises(Refused, match="forbidden"):
            await do("history", document=plans_that_stay)


async def test_for_others_it_is_not_there(model: Modelled, plans_that_stay: str) -> None:
    async with model("mallory") as do:
        for tool, arguments in [("read_document", {}), ("append", {"text": "x"}), ("outline", {})]:
            with pytest.raises(Refused, match="not_found"):
                await do(tool, document=plans_that_stay, **arguments)


async def test_nobody_undoes_what_was_typed_or_is_anothers(model: Modelled, live: LiveServer, plans: str) -> None:
    change = {"client_id": "bobs-window", "seq": 1, "base_version": 1, "delta": [{"insert": "typed "}]}
    live.rest("bob", "POST", f"/api/v1/documents/{plans}/revisions", change)
    async with model("bob") as do:
        for version in (1, 2, 99):
            with pytest.raises(Refused, match="not_yours"):
                await do("undo", document=plans, version=version)


async def test_a_token_that_ended_is_refused(live: LiveServer, document: str) -> None:
    async with model_of(Deltapad.at(live.url, "dp_ended")) as do:
        with pytest.raises(Refused, match="unauthenticated: Sign in"):
            await do("list_documents")


# Bad input


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("replace_text", {"find": "absent", "replacement": ""}, "text_not_found"),
        ("replace_text", {"find": "n", "replacement": ""}, "text_not_unique"),
        ("replace_text", {"find": "n", "replacement": "", "which": 0}, "greater than or equal to 1"),
        ("insert_under_heading", {"heading": "None.", "text": "x"}, "text_not_found"),
        ("append", {"text": ""}, "at least 1 character"),
        ("append", {"text": "\0"}, "bad_delta"),
        ("append", {"text": "x" * 1_000_001}, "invalid_field.*1000000"),
        ("set_contents", {"contents": "x", "base_version": 9}, "base_version_ahead"),
        ("read_document", {"version": 9}, "base_version_ahead"),
        ("read_document", {"document": "Plans"}, "by its id or by the address"),
    ],
)
async def test_what_means_nothing_is_refused_with_its_code(
    model: Modelled, plans_that_stay: str, tool: str, arguments: dict[str, Any], said: str
) -> None:
    async with model() as do:
        with pytest.raises(Refused, match=said):
            await do(tool, **{"document": plans_that_stay, **arguments})
        assert (await do("read_document", document=plans_that_stay))["version"] == 1


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([httpx.Response(429, headers={"Retry-After": "1800"})], "Try again in 1800 seconds"),
        ([httpx.ReadTimeout("late"), httpx.ReadTimeout("late")], "no_answer.*not known whether the change was made"),
        ([httpx.Response(502, text="<html>")], "no_answer: deltapad.test answers 502 Bad Gateway"),
        ([httpx.Response(200, text="<html>")], "no_answer: .* not as Deltapad does"),
    ],
)
async def test_a_server_that_cannot_answer_is_told_of(
    monkeypatch: pytest.MonkeyPatch, answers: list[httpx.Response | Exception], said: str
) -> None:
    monkeypatch.setattr("deltapad_mcp.rest.PAUSE", 0.0)
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        given = left.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    http = httpx.AsyncClient(base_url="http://deltapad.test", transport=httpx.MockTransport(answer))
    async with model_of(Deltapad(http)) as do:
        with pytest.raises(Refused, match=said):
            await do("append", document="00000000-0000-0000-0000-000000000000", text="x")
    assert left == []


def test_it_says_what_is_missing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["deltapad-mcp"])
    monkeypatch.setenv("DELTAPAD_URL", "http://127.0.0.1:9")
    monkeypatch.delenv("DELTAPAD_TOKEN", raising=False)
    with pytest.raises(SystemExit, match="set DELTAPAD_TOKEN"):
        main()


@pytest.mark.parametrize(("url", "token"), [("deltapad.example.com", "t"), ("ftp://a", "t"), ("https://a", " ")])
def test_an_address_or_a_token_that_is_none_is_refused_at_once(url: str, token: str) -> None:
    with pytest.raises(ValueError, match="DELTAPAD_"):
        Deltapad.at(url, token)
