"""How tables are laid out, whatever a document holds, and what plain text has of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from documents.exchange.tables import MAX_COLUMNS, lay_out
from documents.exchange.text_writer import to_text
from tests.documents.exchange.examples import line, table

EXAMPLES: list[dict[str, Any]] = json.loads(Path("protocol/vectors/tables.json").read_text())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["about"])
def test_a_table_is_laid_out(example: dict[str, Any]) -> None:
    assert [list(place) for place in lay_out(example["cells"])] == example["places"]


def test_a_table_has_a_bounded_number_of_columns() -> None:
    places = lay_out([f"t/r/c{number}" for number in range(500)])
    assert len(set(places)) == 500
    assert max(column for _, column in places) == MAX_COLUMNS


def test_a_row_is_a_line_of_plain_text() -> None:
    assert to_text([*line("x"), *table(("a", "b/c"), ("", "d")), *line("y")]) == "x\na\tb c\n\td\ny\n"
