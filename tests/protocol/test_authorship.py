"""Who wrote what, unit by unit"""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from protocol.authorship import NOBODY, of_runs, runs, written
from protocol.content import Content
from protocol.delta import Delta


def test_each_run_has_its_author() -> None:
    authorship = NOBODY.apply(written(Delta([{"insert": "Hello world"}]), "alice"))
    authorship = authorship.apply(written(Delta([{"retain": 5}, {"insert": " 😀"}]), "bob"))
    assert list(runs(authorship)) == [(5, "alice"), (3, "bob"), (6, "alice"), (1, None)]


def test_formatting_makes_nobody_an_author() -> None:
    authorship = NOBODY.apply(written(Delta([{"insert": "Hello"}]), "alice"))
    bold = Delta([{"retain": 5, "attributes": {"bold": True}}])
    assert authorship.apply(written(bold, "bob")) == authorship


def test_what_is_deleted_has_no_author() -> None:
    authorship = NOBODY.apply(written(Delta([{"insert": "Hello"}]), "alice"))
    assert list(runs(authorship.apply(written(Delta([{"delete": 5}]), "bob")))) == [(1, None)]


def test_an_author_may_be_unknown() -> None:
    authorship = NOBODY.apply(written(Delta([{"insert": {"image": "x"}}, {"insert": "ab"}]), None))
    assert list(runs(authorship)) == [(4, None)]


@given(st.lists(st.tuples(st.text("ab\n😀", max_size=3), st.integers(0, 3), st.sampled_from("xyz"))))
def test_it_is_as_long_as_the_document_and_can_be_kept_as_runs(steps: list[tuple[str, int, str]]) -> None:
    content, authorship = Content.EMPTY, NOBODY
    for text, draw, author in steps:
        room = content.length - 1
        # At the start, where no character is cut; or the whole text formatted or deleted.
        ops: list[dict[str, Any]] = [{"insert": text}] if text else []
        if room and draw:
            ops.append({"retain": room, "attributes": {"bold": True}} if draw > 1 else {"delete": room})
        change = Delta(ops)
        content, authorship = content.apply(change), authorship.apply(written(change, author))
        assert authorship.length == content.length
    assert of_runs(runs(authorship)) == authorship
