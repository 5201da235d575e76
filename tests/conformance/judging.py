"""The kit as anyone would run it, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from collab.config import ROOT

Report = dict[str, Any]


def judged(folder: Path, kind: str, *options: str) -> Report:
    """The kit's report; what it printed is in `printed`."""
    file = folder / "report.json"
    run = [sys.executable, "-m", "deltapad_conformance", kind, "--quiet", "--json", str(file), *options]
    ran = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
    assert ran.returncode in (0, 1), ran.stderr
    report: Report = json.loads(file.read_text())
    assert (ran.returncode == 0) == (report["failed"] == 0)
    return report | {"printed": ran.stdout}


def passes(report: Report, skipped: int = 0) -> None:
    """Nothing failed, and no more was left out than that."""
    assert (report["failed"], report["skipped"]) == (0, skipped), report["printed"]
    assert report["passed"] > 0
