"""Documents to write as files and read again."""

from typing import Any

Ops = list[dict[str, Any]]


def line(text: str, **attributes: Any) -> Ops:
    """One line of text that carries the attributes."""
    newline = {"insert": "\n", "attributes": attributes} if attributes else {"insert": "\n"}
    return [{"insert": text}, newline] if text else [newline]


def code(text: str, language: Any = True) -> Ops:
    return line(text, **{"code-block": language})


def numbered(ops: Ops) -> Ops:
    """The ops with tables named in order: those that are read get new ids."""
    names: dict[str, str] = {}

    def named(cell: str) -> str:
        table, _, rest = cell.partition("/")
        return f"{names.setdefault(table, f't{len(names)}')}/{rest}"

    return [
        op | {"attributes": {**op["attributes"], "table": named(op["attributes"]["table"])}}
        if "table" in op.get("attributes", {})
        else op
        for op in ops
    ]


def table(*rows: tuple[str, ...], name: str = "t0") -> Ops:
    """A table of such rows, each cell of one line, or of several with "/" between them."""
    return [
        op
        for number, row in enumerate(rows, 1)
        for column, text in enumerate(row, 1)
        for part in text.split("/")
        for op in line(part, table=f"{name}/r{number}/c{column}")
    ]
