"""What a program wants done to a text, as a change to what the document holds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.content import Content
from protocol.errors import ProtocolError
from protocol.rewriting import Which, append, insert_under, replace_text, set_contents


def content(*ops: dict[str, Any]) -> Content:
    return Content.from_json(ops)


def plain(text: str) -> Content:
    return content({"insert": text})


def heading(text: str, level: int = 1) -> list[dict[str, Any]]:
    return [{"insert": text}, {"insert": "\n", "attributes": {"header": level}}]


PLANS = content(
    *heading("Plans"),
    {"insert": "We plan.\n"},
    *heading("Soon 🙂", 2),
    {"insert": "Tomorrow.\n"},
    *heading("Notes"),
    {"insert": "None.\n"},
)


def test_it_appends_lines() -> None:
    assert plain("One.\n").apply(append(plain("One.\n"), plain("Two.\n"))).text() == "One.\nTwo.\n"
    assert plain("\n").apply(append(plain("\n"), plain("Two.\n"))).text() == "Two.\n"


@pytest.mark.parametrize(
    ("under", "text"),
    [
        ("Soon 🙂", "Plans\nWe plan.\nSoon 🙂\nTomorrow.\nMore.\nNotes\nNone.\n"),
        ("Plans", "Plans\nWe plan.\nSoon 🙂\nTomorrow.\nMore.\nNotes\nNone.\n"),
        (" Notes ", "Plans\nWe plan.\nSoon 🙂\nTomorrow.\nNotes\nNone.\nMore.\n"),
    ],
)
def test_it_inserts_at_the_end_of_what_stands_under_a_heading(under: str, text: str) -> None:
    after = PLANS.apply(insert_under(PLANS, under, plain("More.\n")))
    assert after.text() == text
    assert sum("header" in op.get("attributes", {}) for op in after.to_json()) == 3


@pytest.mark.parametrize(
    ("which", "text"),
    [("first", "b🙂a a\n"), (1, "b🙂a a\n"), (2, "a🙂b a\n"), (3, "a🙂a b\n"), ("all", "b🙂b b\n")],
)
def test_it_replaces_the_one_that_is_meant(which: Which, text: str) -> None:
    before = plain("a🙂a a\n")
    assert before.apply(replace_text(before, "a", "b", which)).text() == text


def test_the_look_stays() -> None:
    before = content({"insert": "Hello "}, {"insert": "world", "attributes": {"bold": True}}, {"insert": "\n"})
    after = before.apply(replace_text(before, "world", "you"))
    assert after.to_json()[1] == {"insert": "you", "attributes": {"bold": True}}


def test_nothing_instead_deletes() -> None:
    before = plain("Hello world\n")
    assert before.apply(replace_text(before, " world", "")).text() == "Hello\n"


@given(st.text("ab🙂\n", max_size=20), st.text("ab🙂", min_size=1, max_size=3), st.text("xy", max_size=3))
def test_all_is_what_replacing_in_a_text_gives(text: str, found: str, replacement: str) -> None:
    before = plain(f"{text}\n")
    if found in text:
        after = before.apply(replace_text(before, found, replacement, "all"))
        assert after.text() == f"{text}\n".replace(found, replacement)


@given(st.text("ab🙂\n", max_size=20), st.text("ab🙂\n", max_size=20))
def test_set_contents_gives_what_is_wanted(text: str, wanted: str) -> None:
    before = plain(f"{text}\n")
    assert before.apply(set_contents(before, plain(f"{wanted}\n"))) == plain(f"{wanted}\n")


@pytest.mark.parametrize(("found", "which"), [("c", "only"), ("c", "first"), ("c", "all"), ("a", 4), ("aa", "only")])
def test_what_is_not_there_is_not_replaced(found: str, which: Which) -> None:
    with pytest.raises(ProtocolError, match="text_not_found"):
        replace_text(plain("a a a\n"), found, "b", which)


def test_what_is_there_twice_is_not_the_only_one() -> None:
    with pytest.raises(ProtocolError, match="text_not_unique"):
        replace_text(plain("a a\n"), "a", "b")
    twice = content(*heading("Same"), *heading("Same"))
    with pytest.raises(ProtocolError, match="text_not_unique"):
        insert_under(twice, "Same", plain("x\n"))


def test_a_line_that_is_no_heading_is_none() -> None:
    with pytest.raises(ProtocolError, match="text_not_found"):
        insert_under(plain("Plans\n"), "Plans", plain("x\n"))
