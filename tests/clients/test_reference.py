"""Both clients call everything by the same words, and their READMEs say what the code is."""

import re
from pathlib import Path

import pytest

from deltapad_client import connection
from tests import client_reference
from tests.client_reference import Entry, python, python_events, typescript

# What one has and the other can't have, or says otherwise.
ONLY_TYPESCRIPT = {"ready", "on", "fallback", "undo", "redo", "cutoff", "can_undo", "can_redo"}
ONLY_PYTHON = {"events"}
EVENTS_OF_TYPESCRIPT_ONLY = {"fallback", "undo"}


@pytest.mark.parametrize("readme", client_reference.REFERENCES, ids=lambda readme: readme.parent.name)
def test_the_readme_is_up_to_date(readme: Path) -> None:
    reference = client_reference.REFERENCES[readme]()
    assert readme.read_text() == client_reference.written(readme, reference), "run: python -m tests.client_reference"
    assert ": \n" not in reference, "everything says what it means"


def test_both_have_the_same_words() -> None:
    its = snake_case(typescript("client.ts", "class DocumentClient"))
    mine = {entry.name for entry in python("client.py", "DocumentClient")}
    assert (its - mine, mine - its) == (ONLY_TYPESCRIPT, ONLY_PYTHON)


def test_both_tell_the_same_events() -> None:
    its = {entry.name for entry in typescript("interface.ts", "interface DocumentClientEvents")}
    mine = {entry.name.lower() for entry in python_events()}
    assert (its - mine, mine - its) == (EVENTS_OF_TYPESCRIPT_ONLY, set())


@pytest.mark.parametrize("name", ["FIRST_BACKOFF", "LONGEST_BACKOFF", "STABLE_AFTER"])
def test_both_come_back_at_the_same_pace(root: Path, name: str) -> None:
    source = (root / "clients" / "typescript" / "src" / "connection.ts").read_text()
    found = re.search(rf"const {name} = ([\d_]+);", source)
    assert found
    assert int(found[1]) == getattr(connection, name) * 1000


def snake_case(entries: list[Entry]) -> set[str]:
    return {re.sub(r"([A-Z])", lambda letter: f"_{letter[1].lower()}", entry.name) for entry in entries}
