"""The project's own vectors: what any implementation has to agree on, run by this one."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from protocol.content import Content
from protocol.delta import Delta, DeltaError
from protocol.errors import ERRORS, ProtocolError
from protocol.messages import Submit
from protocol.parsing import parse_client

VECTORS = Path(__file__).parents[2] / "protocol" / "vectors"
Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    made: list[Case] = json.loads((VECTORS / "v1" / f"{name}.json").read_text())
    assert made
    return made


def compose(case: Case) -> bool:
    return Delta(case["a"]).compose(Delta(case["b"])) == Delta(case["expected"])


def transform(case: Case) -> bool:
    return Delta(case["a"]).transform(Delta(case["b"]), case["priority"]) == Delta(case["expected"])


def invert(case: Case) -> bool:
    document, change = Delta(case["document"]), Delta(case["change"])
    inverse = Content.from_delta(document).invert(change)
    return inverse == change.invert(document) == Delta(case["expected"])


def position(case: Case) -> bool:
    return Delta(case["change"]).transform_position(case["index"], case["priority"]) == int(case["expected"])


def lengths(case: Case) -> bool:
    return Delta(case["delta"]).length == int(case["length"])


def refused(case: Case) -> bool:
    return refusal(case) == case["code"] and case["code"] in ERRORS


def refusal(case: Case) -> str | None:
    """The code that the change gets where it comes in: within a submission, as text."""
    frame = f'{{"type": "submit", "seq": 1, "base_version": 0, "delta": {case["json"]}}}'
    try:
        submission = parse_client(frame)
        assert isinstance(submission, Submit)
        Content.from_delta(Delta(case["document"])).apply(submission.delta)
    except (ProtocolError, DeltaError) as error:
        return error.code
    return None


@pytest.mark.parametrize("holds", [compose, transform, invert, position, lengths, refused])
def test_every_vector_holds(holds: Callable[[Case], bool]) -> None:
    assert [case["id"] for case in cases(holds.__name__) if not holds(case)] == []


@pytest.mark.parametrize("name", ["compose", "transform", "invert", "position"])
def test_expected_results_are_canonical_and_differ_from_one_another(name: str) -> None:
    expected = [case["expected"] for case in cases(name)]
    assert all(Delta(ops).to_json() == ops for ops in expected if isinstance(ops, list))
    assert len({json.dumps(ops) for ops in expected}) > (len(expected) / 2 if name != "position" else 20)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node: apt-get install nodejs npm")
def test_the_files_are_what_the_seed_gives() -> None:
    run = subprocess.run(
        ["node", VECTORS / "generate.mjs", "--check"], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
