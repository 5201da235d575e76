"""Text in UTF-16 code units."""

from __future__ import annotations

import pytest

from protocol import text
from protocol.delta import DeltaError


@pytest.mark.parametrize(
    ("value", "units"),
    [("", 0), ("abc", 3), ("é", 1), ("漢字", 2), ("😀", 2), ("a😀b", 4), ("👩‍💻", 5), ("\uffff", 1), ("\U00010000", 2)],
)
def test_it_counts_code_units(value: str, units: int) -> None:
    assert text.length(value) == units


@pytest.mark.parametrize("value", ["abcdef", "aéñdef", "ab漢字ef"])
def test_text_without_pairs_is_cut_as_it_is(value: str) -> None:
    ready = text.units(value, 6)
    assert ready is value
    assert text.part(ready, 2, 4) == value[2:4]


def test_text_with_pairs_is_cut_between_them() -> None:
    ready = text.units("a😀b🙂c", 7)
    assert text.part(ready, 0, 3) == "a😀"
    assert text.part(ready, 3, 6) == "b🙂"
    assert text.part(ready, 6, 7) == "c"


@pytest.mark.parametrize(("start", "end"), [(0, 2), (2, 4), (2, 2 + 1), (4, 5), (5, 7)])
def test_a_cut_through_a_pair_is_refused(start: int, end: int) -> None:
    with pytest.raises(DeltaError) as refused:
        text.part(text.units("a😀b🙂c", 7), start, end)
    assert refused.value.code == "splits_surrogate"


@pytest.mark.parametrize("value", ["", "abc\n\t", "é漢😀\uffff\U0010ffff", "\x01\x7f\u2028"])
def test_well_formed_text_is_read_as_it_is(value: str) -> None:
    assert text.read(value) is value


@pytest.mark.parametrize("code_points", [[0xD83D], [0xDE00], [0x61, 0xD83D], [0xDE00, 0xD83D], [0xD83D, 0xDE00]])
def test_half_a_pair_is_refused(code_points: list[int]) -> None:
    """Two halves side by side too: in a Python text they are no character."""
    with pytest.raises(DeltaError) as refused:
        text.read("".join(map(chr, code_points)))
    assert refused.value.code == "splits_surrogate"


@pytest.mark.parametrize("value", ["\0", "a\0b", "😀\0"])
def test_u_0000_is_refused(value: str) -> None:
    with pytest.raises(DeltaError) as refused:
        text.read(value)
    assert refused.value.code == "bad_delta"
