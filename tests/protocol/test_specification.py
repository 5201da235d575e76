"""What strangers read of the protocol is what the code does: schema, AsyncAPI document, errors, examples."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Annotated, Any

import jsonschema_rs
import pytest
from pydantic import Field, TypeAdapter, ValidationError

from collab.config import ROOT
from collab.specification.examples import Example, examples
from protocol.errors import ERRORS, ProtocolError
from protocol.messages import ListChanged, ListWelcome, encode
from protocol.parsing import parse_client, parse_server
from tests import specification
from tests.specification.fitting import misfit
from tests.specification.schema import DIRECTIONS

EXAMPLES = list(examples())
SCHEMA = json.loads((specification.FOLDER / "schema.json").read_text())
ASYNCAPI = json.loads((specification.FOLDER / "asyncapi.json").read_text())
TRANSCRIPTS = sorted((ROOT / "protocol" / "transcripts" / "v1").glob("*.json"))
LIST = TypeAdapter[Any](Annotated[ListWelcome | ListChanged, Field(discriminator="type")])
NEEDS_NODE = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node: apt-get install nodejs npm")
# What is wrong with these stands in no schema.
BEYOND_SCHEMAS = {"client/submit/null_character"}


def refused_with(example: Example) -> str | None:
    """The code that our own reader refuses an example with."""
    frame = json.dumps(example.message)
    try:
        match example.direction:
            case "ClientMessage":
                parse_client(frame)
            case "ServerMessage":
                assert parse_server(frame) is not None
            case _:
                LIST.validate_json(frame, extra="ignore")
    except ProtocolError as error:
        return error.code
    except ValidationError:
        return "bad_message"
    return None


def test_the_committed_files_are_what_the_code_says() -> None:
    assert specification.stale() == [], "run: python -m tests.specification"


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_is_read_or_refused_as_it_says(example: Example) -> None:
    assert refused_with(example) == example.code
    assert example.code is None or example.code in ERRORS


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_schema_tells_the_same(example: Example) -> None:
    fits = not misfit(example.message, example.direction)
    assert fits == (example.code is None or example.name in BEYOND_SCHEMAS)
    assert example.code is not None or jsonschema_rs.is_valid(SCHEMA, example.message)


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_frames_of_transcripts_fit_the_schema(transcript: Path) -> None:
    for step in json.loads(transcript.read_text())["steps"]:
        for frame in step.get("client", []):
            assert misfit(frame, "ClientMessage") == ""
        if "server" in step and transcript.stem != "unknown_types_and_fields":
            assert misfit(step["server"], "ServerMessage") == ""


def test_a_message_that_is_right_keeps_its_form_when_we_write_it() -> None:
    for example in EXAMPLES:
        if example.code is None and example.direction == "ServerMessage":
            message = parse_server(json.dumps(example.message))
            assert message is not None
            assert misfit(json.loads(encode(message)), "ServerMessage") == ""


@pytest.mark.parametrize("direction", ["ClientMessage", "ServerMessage", "ListServerMessage"])
def test_every_type_has_an_example_that_is_right_and_one_that_is_not(direction: str) -> None:
    types = {model.model_fields["type"].default for model in DIRECTIONS[direction]}
    if direction == "ListServerMessage":
        types -= {"error", "pong"}  # those of a document's socket
    shown = [example for example in EXAMPLES if example.direction == direction]
    assert {example.type for example in shown if example.code is None} == types
    assert {example.type for example in shown if example.code is not None} == types


def test_an_example_stands_in_the_folder_of_its_type() -> None:
    assert [example.name for example in EXAMPLES if example.message.get("type", example.type) != example.type] == []


def test_the_schema_is_one_of_json_schema_2020_12() -> None:
    jsonschema_rs.meta.validate(SCHEMA)


def found_by_the_parser(document: Path) -> list[str]:
    """The errors that AsyncAPI's own parser finds; it follows references into files beside the document."""
    parse = ["node", str(ROOT / "tests" / "specification" / "asyncapi.mjs"), str(document)]
    said = subprocess.run(parse, capture_output=True, text=True, timeout=60, check=True).stdout
    return said.splitlines()


@NEEDS_NODE
def test_the_asyncapi_document_is_one() -> None:
    assert found_by_the_parser(specification.FOLDER / "asyncapi.json") == []


@NEEDS_NODE
def test_the_parser_finds_what_is_wrong(tmp_path: Path) -> None:
    broken = tmp_path / "asyncapi.json"
    broken.write_text(json.dumps({**ASYNCAPI, "operations": {"receiveInDocument": {"action": "hear"}}}))
    assert found_by_the_parser(broken) != []


def test_what_the_asyncapi_document_points_to_exists() -> None:
    pointers = list(references(ASYNCAPI))
    assert any(pointer.startswith("schema.json#") for pointer in pointers)
    for pointer in pointers:
        place, _, path = pointer.partition("#/")
        target = SCHEMA if place == "schema.json" else ASYNCAPI
        for step in path.split("/"):
            target = target[step]


def references(value: Any) -> list[str]:
    match value:
        case {"$ref": str(pointer)}:
            return [pointer]
        case dict():
            return [pointer for part in value.values() for pointer in references(part)]
        case list():
            return [pointer for part in value for pointer in references(part)]
    return []
