"""What a document may hold."""

from __future__ import annotations

from typing import Any

import pytest

from protocol import formats
from protocol.delta import Delta, DeltaError


def allowed(ops: list[Any]) -> bool:
    try:
        formats.check(Delta(ops))
    except DeltaError as refused:
        return refused.code != "format_not_allowed"
    return True


def takes(name: str, value: Any) -> bool:
    """Whether text may carry the attribute; a change that gives it may exactly then come in."""
    on_text = allowed([{"insert": "a", "attributes": {name: value}}])
    assert on_text == allowed([{"retain": 1, "attributes": {name: value}}])
    return on_text


GOOD: list[tuple[str, Any]] = [
    *[(name, True) for name in ("bold", "italic", "underline", "strike", "code", "blockquote", "code-block")],
    *[("link", link) for link in ("https://example.org", "http://example.org:8000/a?b=c#d", "mailto:a@example.org")],
    *[
        ("link", link)
        for link in ("HTTPS://EXAMPLE.ORG/", "https://例え.jp/漢字", "http://[::1]/", "https://a/" + "b" * 2038)
    ],
    *[("color", color) for color in ("#a1B2c3", "#abc", "rgb(0, 128, 255)", "rgb(1,2,3)", "red", "transparent")],
    ("background", "#ffff00"),
    *[("header", level) for level in range(1, 7)],
    *[("list", kind) for kind in ("bullet", "ordered", "checked", "unchecked")],
    *[("indent", depth) for depth in (1, 8)],
    *[("align", side) for side in ("center", "right", "justify")],
    ("direction", "rtl"),
    *[("alt", words) for words in ("", "A cat, asleep", "a" * 1000)],
    *[("code-block", language) for language in ("plain", "python", "c++", "objective-c")],
    *[("table", cell) for cell in ("t/r1/c1", "9xA/r/c", "a/" + "b" * 16 + "/c")],
    *[("x-note", value) for value in ("", "a" * 256, 0, 1.5, False, True)],
    ("x-" + "a" * 62, 1),
]

BAD: list[tuple[str, Any]] = [
    *[(name, value) for name in ("bold", "code", "blockquote") for value in (False, 1, "true", 1.0)],
    *[
        ("link", link)
        for link in ("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,a", "//example.org", "/a")
    ],
    *[
        ("link", link)
        for link in ("", "https:", "https://", "mailto:", " https://a", "java\nscript:a", "https://a\\b", "ftp://a")
    ],
    *[("link", link) for link in ("https://[", "https://a b", "vbscript:a", "https://a/" + "b" * 2039, True, 1)],
    *[
        ("color", color)
        for color in (
            "#ab",
            "#abcd",
            "#ggg",
            "rgb(256,0,0)",
            "rgb(1,2)",
            "rgb(１,２,３)",
            "url(https://a)",
            "expression(1)",
        )
    ],
    *[("color", color) for color in ("red;position:fixed", "red\n", "Red ", "var(--a)", "", 1, True)],
    *[("header", level) for level in (0, 7, -1, "1", True, 1.5, [1])],
    *[("list", kind) for kind in ("dash", "", True, "Bullet")],
    *[("indent", depth) for depth in (0, 9, "1", True)],
    *[("align", side) for side in ("left", "", True)],
    *[("direction", value) for value in ("ltr", True)],
    *[("alt", value) for value in ("a" * 1001, True, 1)],
    *[("code-block", language) for language in ("", "Plain Text", "a" * 33, False, 1, '"><script>', "plain\n")],
    *[
        ("table", cell)
        for cell in ("", "row-1", "t/r", "t/r/c/d", "t//c", "t/r/c\n", "a/b/" + "c" * 17, "t/r/ö", True, 1)
    ],
    *[("x-note", "a" * 257), ("x-note", []), ("x-note", {}), ("x-note", [1]), ("x-note", {"a": 1})],
    *[(name, True) for name in ("x-", "x", "X-note", "y-note", "x-no te", "x-é", "x-" + "a" * 63, "x-note\n")],
    *[
        (name, True)
        for name in ("font", "size", "video", "formula", "script", "onclick", "style", "class", "__proto__", "")
    ],
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_what_text_may_carry(name: str, value: Any) -> None:
    assert takes(name, value)


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_text_may_not_carry(name: str, value: Any) -> None:
    assert not takes(name, value)


@pytest.mark.parametrize("name", [*formats.NAMES, "x-note"])
def test_every_known_attribute_may_be_taken_away(name: str) -> None:
    assert allowed([{"retain": 1, "attributes": {name: None}}])


def test_an_unknown_attribute_may_not_even_be_taken_away() -> None:
    assert not allowed([{"retain": 1, "attributes": {"onclick": None}}])


def test_an_image_is_named_by_its_id() -> None:
    assert allowed([{"insert": {"image": "0b7e4c0a-5d5f-4a38-9f3c-0d6f1c2b3a49"}, "attributes": {"alt": "A cat"}}])


@pytest.mark.parametrize(
    "embed",
    [
        {"image": "0B7E4C0A-5D5F-4A38-9F3C-0D6F1C2B3A49"},
        {"image": "0b7e4c0a-5d5f-4a38-9f3c-0d6f1c2b3a49\n"},
        {"image": "0b7e4c0a-5d5f-4a38-9f3c-0d6f1c2b3a49/.."},
        {"image": {"id": "0b7e4c0a-5d5f-4a38-9f3c-0d6f1c2b3a49"}},
        {"image": 1},
        {"image": None},
        {"image": "https://example.org/a.png"},
        {"image": "data:image/png;base64,AAAA"},
        {"video": "a"},
        {"formula": "a"},
        {"x-a": 1},
    ],
)
def test_no_other_embed_may_come_in(embed: dict[str, Any]) -> None:
    assert not allowed([{"insert": "a"}, {"insert": embed}])


def test_text_and_deletes_are_always_allowed() -> None:
    assert allowed([])
    assert allowed([{"retain": 1}, {"insert": "<script>"}, {"delete": 3}])


def test_one_bad_attribute_among_good_ones_is_found() -> None:
    assert not allowed(
        [
            {"insert": "a", "attributes": {"bold": True}},
            {"retain": 1},
            {"retain": 1, "attributes": {"bold": True, "font": "serif"}},
        ]
    )


def test_the_sentence_repeats_no_long_name() -> None:
    with pytest.raises(DeltaError) as refused:
        formats.check(Delta([{"retain": 1, "attributes": {"a" * 100_000: 1}}]))
    assert len(str(refused.value)) < 200


def test_the_names_are_those_of_text_of_lines_and_of_embeds() -> None:
    kinds = (formats.TEXT_FORMATS, formats.LINE_FORMATS, formats.EMBED_FORMATS)
    assert sorted(formats.NAMES) == sorted(name for kind in kinds for name in kind)
