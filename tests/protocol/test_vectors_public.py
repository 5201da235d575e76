"""Thousands of cases recorded from quill-delta 5.1.0: its own tests' inputs, a fuzzer's, and random ones.

Results are compared as values. Where quill-delta takes what means nothing, this algebra refuses; the classes below say
which of its cases those are.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from protocol import attributes
from protocol.content import Content
from protocol.delta import Delta, DeltaError

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "vectors_public.json.gz"
MUST_HOLD = ("plain", "rich", "emoji", "same_position", "embed", "empty")

pytestmark = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded cases (../shared/data) are not here")

Case = dict[str, Any]


@cache
def recorded() -> dict[str, list[Case]]:
    with gzip.open(RECORDED) as file:
        found: dict[str, list[Case]] = json.load(file)
    return found


def of_class(name: str | None) -> list[Case]:
    cases = [case for case in recorded()["vectors"] if case.get("cls") == name]
    assert cases
    return cases


def holds(case: Case) -> bool:
    a, b, expected = Delta(case["a"]), case.get("b", []), case["expected"]
    match case["op"]:
        case "compose":
            return a.compose(Delta(b)) == Delta(expected)
        case "transform":
            return a.transform(Delta(b), case["priority"]) == Delta(expected)
        case "invert":
            return a.invert(Delta(b)) == Delta(expected)
        case "diff":
            return a.compose(a.diff(Delta(b))) == Delta(b)
        case "normalize":
            return a == Delta(expected)
    return a.transform_position(b, case["priority"]) == int(expected)


def refusal(case: Case) -> str | None:
    try:
        return None if holds(case) else "differs"
    except DeltaError as error:
        return error.code


@pytest.mark.parametrize("name", MUST_HOLD)
def test_every_case_of_the_class_holds(name: str) -> None:
    assert [case["id"] for case in of_class(name) if not holds(case)] == []


def test_every_case_of_attributes_holds() -> None:
    for case in recorded()["attribute_vectors"]:
        a, b = case["a"], case["b"]
        made = {
            "attributes.compose": lambda: attributes.compose(a, b, keep_null=case["keepNull"]),  # noqa: B023
            "attributes.transform": lambda: attributes.transform(a, b, case["priority"]),  # noqa: B023
            "attributes.invert": lambda: attributes.invert(a, b),  # noqa: B023
            "attributes.diff": lambda: attributes.diff(a, b),  # noqa: B023
        }[case["op"]]()
        assert (made or None) == (case["expected"] or None), case["id"]


def test_the_inputs_of_quill_deltas_own_tests_hold_or_are_refused() -> None:
    """Refused are object retains, numbers as embeds, embeds of two keys, U+0000, and a difference of changes."""
    refusals = {refusal(case) for case in of_class(None)}
    assert refusals == {None, "bad_delta"}
    assert all(refusal(case) is None for case in of_class(None) if is_meaningful(case))


def is_meaningful(case: Case) -> bool:
    if case["op"] == "diff" and not all(is_document(operand) for operand in operands(case)):
        return False
    return all(is_ours(op) for operand in operands(case) for op in operand)


def operands(case: Case) -> list[list[Case]]:
    """The Deltas that a case is about."""
    return [operand for operand in (case["a"], case.get("b")) if isinstance(operand, list)]


def is_document(ops: list[Case]) -> bool:
    return all("insert" in op for op in ops)


def is_ours(op: Case) -> bool:
    insert = op.get("insert", "x")
    well_formed = "\0" not in insert if isinstance(insert, str) else isinstance(insert, dict) and len(insert) == 1
    return well_formed and isinstance(op.get("retain", 1), int)


def test_object_retains_are_refused() -> None:
    retaining = [case for case in of_class("embed_retain") if any(map(retains_an_object, operands(case)))]
    assert retaining
    assert {refusal(case) for case in retaining} == {"bad_delta"}


def retains_an_object(ops: list[Case]) -> bool:
    return any(isinstance(op.get("retain"), dict) for op in ops)


def test_numbers_as_embeds_are_refused() -> None:
    numeric = [case for case in recorded()["vectors"] if case.get("numeric_embed")]
    assert numeric
    assert {refusal(case) for case in numeric} == {"bad_delta"}


def test_what_cuts_a_character_is_refused_and_all_else_holds() -> None:
    cutting = [case for case in of_class("split_surrogate") if case.get("lone_surrogate") and case["op"] != "transform"]
    assert cutting
    assert {refusal(case) for case in cutting} == {"splits_surrogate"}
    assert {refusal(case) for case in of_class("split_surrogate")} == {None, "splits_surrogate"}


def test_what_reaches_past_the_end_is_refused_by_a_document() -> None:
    """A change alone has no end; a document has."""
    assert {refusal(case) for case in of_class("overrun")} == {None, "beyond_end"}
    documents = [case for case in of_class("overrun") if case["op"] == "compose" and is_document(case["a"])]
    refused = [case for case in documents if Delta(case["b"]).base_length > Delta(case["a"]).length + 1]
    assert refused
    for case in refused:
        content = Content.from_delta(Delta([*case["a"], {"insert": "\n"}]))
        with pytest.raises(DeltaError, match="past the end"):
            content.apply(Delta(case["b"]))


def test_nulls_among_the_attributes_of_an_insert_are_dropped() -> None:
    for case in of_class("null_in_insert"):
        for operand in operands(case):
            inserts = [op for op in Delta(operand).to_json() if "insert" in op]
            assert not any(None in op.get("attributes", {}).values() for op in inserts)


def test_what_is_not_canonical_is_made_so() -> None:
    """Quill's own compose and transform keep foreign cuts; the document comes out the same."""
    made = [case for case in of_class("noncanonical") if case["op"] in ("compose", "invert", "normalize")]
    assert all(holds(case) for case in made)
    for case in of_class("noncanonical"):
        delta = Delta(case["a"])
        assert Delta(delta.to_json()).to_json() == delta.to_json()
