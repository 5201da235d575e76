"""The Python client's algebra, as `deltapad-conformance vectors` asks it: a JSON object a line in, one a line out."""

import json
import sys
from collections.abc import Callable
from typing import Any

from deltapad_client import Delta
from protocol.content import Content
from protocol.contents_digest import contents_digest
from protocol.errors import DeltaError, ProtocolError
from protocol.messages import Submit
from protocol.parsing import parse_client

Ops = list[dict[str, Any]]


def compose(a: Ops, b: Ops) -> Ops:
    return Delta(a).compose(Delta(b)).to_json()


def transform(a: Ops, b: Ops, priority: bool) -> Ops:
    return Delta(a).transform(Delta(b), priority).to_json()


def invert(document: Ops, change: Ops) -> Ops:
    return Content.from_json(document).invert(Delta(change)).to_json()


def position(change: Ops, index: int, priority: bool) -> int:
    return Delta(change).transform_position(index, priority)


def lengths(delta: Ops) -> int:
    return Delta(delta).length


def digests(contents: Ops) -> str:
    return contents_digest(Content.from_json(contents))


def refused(json: str, document: Ops | None = None) -> str | None:
    """The code that a change gets, as text within a submission; None where it is taken."""
    try:
        submission = parse_client(f'{{"type": "submit", "seq": 1, "base_version": 0, "delta": {json}}}')
        assert isinstance(submission, Submit)
        Content.from_json(document or [{"insert": "\n"}]).apply(submission.delta)
    except (ProtocolError, DeltaError) as error:
        return error.code
    return None


FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function for function in (compose, transform, invert, position, lengths, digests, refused)
}

if __name__ == "__main__":
    for line in sys.stdin:
        question = json.loads(line)
        name = question.pop("do")
        answer = {"can": list(FUNCTIONS)} if name == "about" else {"result": FUNCTIONS[name](**question)}
        print(json.dumps(answer), flush=True)
