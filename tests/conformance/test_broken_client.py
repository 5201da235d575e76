"""A client that is broken in one way fails the scenarios of the rules that it breaks."""

import sys
from pathlib import Path

import pytest

from tests.conformance.judging import Report, judged
from tests.scale import rounds

BROKEN = {
    "doubles": ("client/lost-before-acknowledgement", "BACK-10"),
    "hammers": ("client/backoff", "CON-27"),
    "impatient": ("client/one-at-a-time", "EDIT-14"),
    "ties": ("client/tie", "EDIT-19"),
    "deaf": ("client/probe", "CON-20"),
    "drops": ("client/rejected-not_allowed", "EDIT-26"),
    "returns": ("client/closed-4404", "CON-26"),
}


def verdicts(folder: Path, breakage: str, *only: str) -> Report:
    """How the Python client does in some scenarios, broken so."""
    command = f"{sys.executable} tests/conformance/broken_client.py {breakage}"
    patterns = [word for name in only for word in ("--only", name)]
    return judged(folder, "client", "--command", command, "--patience", "2", *patterns)


@pytest.mark.parametrize("breakage", rounds(list(BROKEN)[:4], list(BROKEN)))
def test_a_broken_one_fails_where_it_is_broken(tmp_path: Path, breakage: str) -> None:
    scenario, rule = BROKEN[breakage]
    report = verdicts(tmp_path, breakage, scenario, "client/hello")
    told = {entry["id"]: entry["verdict"] for entry in report["scenarios"]}
    assert told == {"client/hello": "passed", scenario: "failed"}, report["printed"]
    assert rule in report["broken"]
    (failed,) = (entry for entry in report["scenarios"] if entry["verdict"] == "failed")
    assert failed["reason"]
    assert any(line["who"] == "client" for line in failed["frames"])
