"""`deltapad-conformance client`: our own clients keep the protocol, and those that break it are found out."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.installed import missing

Report = dict[str, Any]
PYTHON_CLIENT = f"{sys.executable} clients/python/conformance/adapter.py"


def judged(root: Path, folder: Path, command: str, *options: str) -> Report:
    """The kit's report on a client."""
    file = folder / "report.json"
    run = [sys.executable, "-m", "deltapad_conformance", "client", "--command", command, "--quiet", "--jobs", "8"]
    run += ["--json", str(file), *options]
    ran = subprocess.run(run, cwd=root, capture_output=True, text=True, timeout=110, check=False)
    assert ran.returncode in (0, 1), ran.stderr
    report: Report = json.loads(file.read_text())
    return report | {"said": ran.stdout}


def passes(report: Report) -> None:
    assert (report["failed"], report["skipped"]) == (0, 0), report["said"]
    assert report["passed"] == len(report["scenarios"]) > 100


@pytest.fixture(scope="module")
def typescript_client(root: Path) -> str:
    """The command of its driver, with the client built."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        missing("Node", "apt-get install nodejs npm")
    subprocess.run(["npm", "run", "build", "--silent", "--workspace", "clients/typescript"], cwd=root, check=True)
    return "node clients/typescript/conformance/adapter.mjs"


def test_the_python_client_passes(root: Path, tmp_path: Path) -> None:
    passes(judged(root, tmp_path, PYTHON_CLIENT))


def test_the_typescript_client_passes(root: Path, tmp_path: Path, typescript_client: str) -> None:
    passes(judged(root, tmp_path, typescript_client))


def test_the_ruby_client_passes(root: Path, tmp_path: Path) -> None:
    if shutil.which("ruby") is None:
        missing("Ruby", "apt-get install ruby")
    passes(judged(root, tmp_path, "ruby -w clients/ruby/bin/deltapad --pipe"))
