"""The laws of the algebra, on documents whose outcome is known beforehand.

A failure prints the example and a blob that replays it (`@reproduce_failure`); `--hypothesis-seed` fixes the seed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.content import Content
from protocol.delta import Delta
from tests.protocol.cells import Change, Ops, cells_of, documents, forks, histories, length
from tests.protocol.trees import make_nodes_small
from tests.scale import rounds


@pytest.fixture(autouse=True, scope="module")
def _small_nodes() -> Iterator[None]:
    """Nodes so small that a few words make a tree of some height."""
    with pytest.MonkeyPatch.context() as patch:
        make_nodes_small(patch)
        yield


law = settings(max_examples=rounds(150, 5000), deadline=None, print_blob=True)


@law
@given(histories(1))
def test_applying_a_change_gives_the_expected_document(history: tuple[Ops, list[Change]]) -> None:
    document, [change] = history
    assert cells_of(Delta(document).compose(Delta(change.ops)).to_json()) == change.outcome
    assert cells_of(Content.from_delta(Delta(document)).apply(Delta(change.ops)).to_json()) == change.outcome


@law
@given(histories(3))
def test_compose_is_associative(history: tuple[Ops, list[Change]]) -> None:
    document, made = history
    a, b, c = (Delta(change.ops) for change in made)
    assert a.compose(b).compose(c) == a.compose(b.compose(c))
    assert cells_of(Delta(document).compose(a.compose(b).compose(c)).to_json()) == made[-1].outcome


@law
@given(histories(1))
def test_the_inverse_takes_a_change_back(history: tuple[Ops, list[Change]]) -> None:
    document, [change] = history
    base, delta = Delta(document), Delta(change.ops)
    assert base.compose(delta).compose(delta.invert(base)) == base
    content = Content.from_delta(base)
    assert content.invert(delta) == delta.invert(base)
    assert content.apply(delta).apply(content.invert(delta)) == content


@law
@given(forks(), st.booleans())
def test_two_changes_made_side_by_side_converge(fork: tuple[Ops, Change, Change], priority: bool) -> None:
    document, one, other = fork
    a, b = Delta(one.ops), Delta(other.ops)
    left = a.compose(a.transform(b, priority))
    right = b.compose(b.transform(a, not priority))
    assert left == right
    content = Content.from_delta(Delta(document))
    assert content.apply(a).apply(a.transform(b, priority)) == content.apply(b).apply(b.transform(a, not priority))


@law
@given(forks())
def test_transforming_loses_nothing_that_was_inserted(fork: tuple[Ops, Change, Change]) -> None:
    document, one, other = fork
    a, b = Delta(one.ops), Delta(other.ops)
    gone = deleted_positions(one) | deleted_positions(other)
    merged = Content.from_delta(Delta(document)).apply(a).apply(a.transform(b, True))
    kept = length(cells_of(document)) - len(gone)
    assert merged.length == kept + sum(size for _, size in one.inserted + other.inserted)


def deleted_positions(change: Change) -> set[int]:
    return {position for start, end in change.deleted for position in range(start, end)}


@law
@given(histories(1), st.data(), st.booleans())
def test_a_position_moves_with_the_text_around_it(
    history: tuple[Ops, list[Change]], data: st.DataObject, priority: bool
) -> None:
    document, [change] = history
    index = data.draw(st.integers(0, length(cells_of(document))))
    gone = sum(min(index, end) - start for start, end in change.deleted if start < index)
    come = sum(size for at, size in change.inserted if at < index or (at == index and not priority))
    assert Delta(change.ops).transform_position(index, priority) == index - gone + come


@law
@given(histories(1))
def test_the_canonical_form_is_canonical_and_stays_so(history: tuple[Ops, list[Change]]) -> None:
    document, [change] = history
    base, delta = Delta(document), Delta(change.ops)
    for made in (base, delta, base.compose(delta), delta.transform(delta, True), delta.invert(base)):
        assert_canonical(made.to_json())
        assert Delta(json.loads(json.dumps(made.to_json()))).to_json() == made.to_json()


def assert_canonical(ops: list[dict[str, Any]]) -> None:
    for op in ops:
        assert op.get("attributes") != {}
        assert "insert" not in op or None not in op.get("attributes", {}).values()
        assert all(op.get(kind) not in ("", 0) for kind in ("insert", "retain", "delete"))
    for one, other in pairwise(ops):
        assert not ("delete" in one and "insert" in other), "an insert stands before a delete"
        assert not merges(one, other), "neighbours of one kind are merged"
    assert not ops or set(ops[-1]) != {"retain"}, "no plain retain at the end"


def merges(one: dict[str, Any], other: dict[str, Any]) -> bool:
    kinds = [next(kind for kind in ("insert", "retain", "delete") if kind in op) for op in (one, other)]
    texts = all(isinstance(op.get("insert", ""), str) for op in (one, other))
    written = [json.dumps(op.get("attributes"), sort_keys=True) for op in (one, other)]
    return kinds[0] == kinds[1] and texts and written[0] == written[1]


@law
@given(documents(), documents())
def test_a_difference_leads_from_one_document_to_the_other(before: Ops, after: Ops) -> None:
    base, other = Delta(before), Delta(after)
    assert base.compose(base.diff(other)) == other
    assert Content.from_delta(base).apply(base.diff(other)) == Content.from_delta(other)


@law
@given(documents(), st.data())
def test_a_slice_is_the_cells_between(document: Ops, data: st.DataObject) -> None:
    cells = cells_of(document)
    first = data.draw(st.integers(0, len(cells)))
    last = data.draw(st.integers(first, len(cells)))
    part = Content.from_delta(Delta(document)).slice(length(cells[:first]), length(cells[:last]))
    assert cells_of(part.to_json()) == cells[first:last]
