"""`deltapad-conformance client`: our own clients keep the protocol, and those that break it are found out."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

Report = dict[str, Any]


def judged(root: Path, folder: Path, command: str, *options: str) -> Report:
    """The kit's report on a client."""
    file = folder / "report.json"
    run = [sys.executable, "-m", "deltapad_conformance", "client", "--command", command, "--quiet", "--json", str(file)]
    ran = subprocess.run([*run, *options], cwd=root, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode in (0, 1), ran.stderr
    report: Report = json.loads(file.read_text())
    return report | {"said": ran.stdout}


def test_the_python_client_passes(root: Path, tmp_path: Path) -> None:
    report = judged(root, tmp_path, f"{sys.executable} clients/python/conformance/adapter.py")
    assert (report["failed"], report["skipped"]) == (0, 0), report["said"]
    assert report["passed"] == len(report["scenarios"]) > 0
