"""Imports run one way: protocol ← accounts ← documents ← collab; protocol and jobs know nobody."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from collab.config import ROOT

LAYERS: dict[str, set[str]] = {
    "protocol": set(),
    "jobs": set(),
    "accounts": {"jobs", "protocol"},  # of the protocol the one table of errors
    "documents": {"accounts", "jobs", "protocol"},
    "collab": {"accounts", "documents", "jobs", "protocol"},
}
OURS = {*LAYERS, "benchmarks", "tests"}
# What pure code has no use for: anything that waits, does I/O, or asks what time or which machine it is.
IMPURE = {
    "asyncio", "concurrent", "ctypes", "glob", "http", "io", "logging", "multiprocessing", "os", "pathlib", "selectors",
    "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib.request",
}  # fmt: skip
PURE = (sys.stdlib_module_names - IMPURE) | {"pydantic", "pydantic_core"}


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it; a relative import counts as of its own package."""
    package = path.relative_to(ROOT).parts[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield package if node.level else node.module or ""


def files(layer: str) -> list[Path]:
    return sorted(path for path in (ROOT / layer).rglob("*.py") if "node_modules" not in path.parts)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_what_stands_below_it(layer: str) -> None:
    allowed = {layer} | LAYERS[layer]
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in files(layer)
        for module in imports(path)
        if (top := module.partition(".")[0]) in OURS and top not in allowed
    ]
    assert files(layer)
    assert not wrong


def test_the_protocol_is_pure() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in files("protocol")
        for module in imports(path)
        if module.partition(".")[0] not in PURE | {"protocol"} or module in IMPURE
    ]
    assert not wrong


def test_the_protocol_can_be_shipped_under_another_name() -> None:
    """The Python client ships the folder inside its own package, so it may not name itself."""
    wrong = [
        path.name
        for path in files("protocol")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").partition(".")[0] == "protocol"
    ]
    assert not wrong


@pytest.mark.parametrize("folder", ["conformance", "clients/mcp"])
def test_what_knows_only_what_the_server_tells_shares_nothing_with_it(folder: str) -> None:
    ours = OURS | {"deltapad_client"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in files(folder)
        for module in imports(path)
        if module.partition(".")[0] in ours
    ]
    assert files(folder)
    assert not wrong


def test_nothing_but_the_tests_imports_the_live_server() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for folder in ("benchmarks", "clients/python", "conformance")
        for path in files(folder)
        if any(module.partition(".")[0] == "collab" for module in imports(path))
    ]
    assert not wrong
