"""`deltapad-conformance client`: our own clients keep the protocol."""

import sys
from pathlib import Path

import pytest

from tests.conformance.judging import judged, passes

PYTHON_CLIENT = f"{sys.executable} clients/python/conformance/adapter.py"
TYPESCRIPT_CLIENT = "node clients/typescript/conformance/adapter.mjs"
RUBY_CLIENT = "ruby -w clients/ruby/bin/deltapad --pipe"


def test_the_python_client_passes(tmp_path: Path) -> None:
    passes(judged(tmp_path, "client", "--command", PYTHON_CLIENT, "--jobs", "8"))


@pytest.mark.usefixtures("typescript_built")
def test_the_typescript_client_passes(tmp_path: Path) -> None:
    passes(judged(tmp_path, "client", "--command", TYPESCRIPT_CLIENT, "--jobs", "8"))


@pytest.mark.usefixtures("ruby")
def test_the_ruby_client_passes(tmp_path: Path) -> None:
    passes(judged(tmp_path, "client", "--command", RUBY_CLIENT, "--jobs", "8"))
