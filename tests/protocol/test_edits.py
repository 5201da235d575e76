"""Changes of one place, moved over others by numbers alone: the result is the transform's, to the letter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.authority import rebase
from protocol.delta import Delta
from protocol.edits import Edit
from tests.scale import rounds

places = st.integers(0, 12)
inserts = st.builds(lambda at, text: [{"retain": at}, {"insert": text}], places, st.sampled_from(["a", "bc", "😀"]))
deletes = st.builds(lambda at, length: [{"retain": at}, {"delete": length}], places, st.integers(1, 6))
formats = st.builds(
    lambda at, length: [{"retain": at}, {"retain": length, "attributes": {"bold": True}}], places, st.integers(1, 6)
)
both = st.builds(lambda insert, delete: [*insert, *delete], inserts, deletes)
changes = st.one_of(inserts, deletes, inserts, deletes, formats, both, st.just([])).map(
    lambda ops: Delta([op for op in ops if op.get("retain") != 0])
)


def one_by_one(delta: Delta, since: list[Delta]) -> Delta:
    for revision in since:
        delta = revision.transform(delta, False)
    return delta


def test_it_works() -> None:
    typed = Delta([{"retain": 5}, {"insert": "x"}])
    assert typed.edit == Edit(5, 1, 0)
    since = [Delta([{"retain": 2}, {"insert": "😀"}]), Delta([{"retain": 1}, {"delete": 1}])]
    assert rebase(typed, since) == Delta([{"retain": 6}, {"insert": "x"}])


@settings(max_examples=rounds(1000, 50_000), deadline=None, print_blob=True)
@given(changes, st.lists(changes, max_size=6))
def test_rebasing_is_transforming_one_by_one(delta: Delta, since: list[Delta]) -> None:
    assert rebase(delta, since) == one_by_one(delta, since)
    assert rebase(delta, since).to_json() == one_by_one(delta, since).to_json()


@pytest.mark.parametrize(
    ("ops", "edit"),
    [
        ([{"insert": "a"}], Edit(0, 1, 0)),
        ([{"delete": 2}], Edit(0, 0, 2)),
        ([{"retain": 3}, {"insert": "😀", "attributes": {"bold": True}}], Edit(3, 2, 0)),
        ([{"insert": "a"}, {"delete": 1}], None),
        ([{"retain": 1, "attributes": {"bold": True}}, {"insert": "a"}], None),
        ([{"retain": 1, "attributes": {"bold": True}}], None),
        ([], None),
    ],
)
def test_only_a_change_of_one_place_is_an_edit(ops: list[dict[str, object]], edit: Edit | None) -> None:
    assert Delta(ops).edit == edit
