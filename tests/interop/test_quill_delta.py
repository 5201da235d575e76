"""The algebra against the real quill-delta, in Node, on random documents and changes.

Input that isn't canonical is made so before quill-delta sees it; so is what comes back.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.delta import Delta
from tests.protocol.cells import Change, Ops, forks, histories
from tests.scale import rounds

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node: apt-get install nodejs npm")

agree = settings(
    max_examples=rounds(300, 10_000),
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class QuillDelta:
    """The real thing, behind a pipe."""

    def __init__(self, node: subprocess.Popen[str]) -> None:
        self.node = node

    def ask(self, what: str, **operands: Any) -> Any:
        """The answer to one question. Deltas may be given as they are."""
        assert self.node.stdin is not None
        assert self.node.stdout is not None
        json.dump({"ask": what} | operands, self.node.stdin, default=Delta.to_json)
        self.node.stdin.write("\n")
        self.node.stdin.flush()
        return json.loads(self.node.stdout.readline())

    def delta(self, what: str, **operands: Any) -> Delta:
        return Delta(self.ask(what, **operands))


@pytest.fixture(scope="module")
def quill() -> Iterator[QuillDelta]:
    script = Path(__file__).with_name("quill_delta.mjs")
    with subprocess.Popen(
        ["node", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as node:
        yield QuillDelta(node)


def test_it_answers(quill: QuillDelta) -> None:
    assert quill.ask("compose", a=[{"insert": "a"}], b=[{"insert": "b"}]) == [{"insert": "ba"}]


@agree
@given(history=histories(2))
def test_compose(quill: QuillDelta, history: tuple[Ops, list[Change]]) -> None:
    document, [one, other] = history
    base, a, b = Delta(document), Delta(one.ops), Delta(other.ops)
    assert base.compose(a) == quill.delta("compose", a=base, b=a)
    assert a.compose(b) == quill.delta("compose", a=a, b=b)


@agree
@given(fork=forks(), priority=st.booleans())
def test_transform(quill: QuillDelta, fork: tuple[Ops, Change, Change], priority: bool) -> None:
    _, one, other = fork
    a, b = Delta(one.ops), Delta(other.ops)
    assert a.transform(b, priority) == quill.delta("transform", a=a, b=b, priority=priority)


@agree
@given(history=histories(1))
def test_invert(quill: QuillDelta, history: tuple[Ops, list[Change]]) -> None:
    document, [change] = history
    base, a = Delta(document), Delta(change.ops)
    assert a.invert(base) == quill.delta("invert", a=a, b=base)


@agree
@given(history=histories(1), index=st.integers(0, 60), priority=st.booleans())
def test_positions(quill: QuillDelta, history: tuple[Ops, list[Change]], index: int, priority: bool) -> None:
    a = Delta(history[1][0].ops)
    assert a.transform_position(index, priority) == quill.ask("position", a=a, index=index, priority=priority)


@agree
@given(history=histories(1))
def test_canonical_form_and_length(quill: QuillDelta, history: tuple[Ops, list[Change]]) -> None:
    document, [change] = history
    for ops in (document, change.ops):
        assert Delta(ops) == quill.delta("canonical", a=ops)
        assert Delta(ops).length == quill.ask("length", a=quill.ask("canonical", a=ops))
