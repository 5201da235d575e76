"""`deltapad-conformance vectors`: all algebras give what the vectors say."""

import sys
from pathlib import Path

import pytest

from collab.config import ROOT
from tests.conformance.judging import judged, passes


def test_pythons_algebra_passes(tmp_path: Path) -> None:
    passes(judged(tmp_path, "vectors", "--command", f"{sys.executable} clients/python/conformance/algebra.py"))


@pytest.mark.usefixtures("typescript_built")
def test_typescripts_algebra_passes_and_leaves_refusals_to_the_server(tmp_path: Path) -> None:
    report = judged(tmp_path, "vectors", "--command", "node clients/typescript/conformance/algebra.mjs")
    told = {entry["id"]: entry["verdict"] for entry in report["scenarios"]}
    assert told.pop("vectors/refused") == "skipped"
    assert set(told.values()) == {"passed"}, report["printed"]


@pytest.mark.usefixtures("ruby")
def test_rubys_algebra_passes(tmp_path: Path) -> None:
    passes(judged(tmp_path, "vectors", "--command", "ruby clients/ruby/bin/deltapad --algebra"))


def test_one_that_is_wrong_is_told_by_case(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    source = (ROOT / "clients/python/conformance/algebra.py").read_text()
    wrong.write_text(source.replace("transform(Delta(b), priority)", "transform(Delta(b), not priority)"))
    report = judged(
        tmp_path, "vectors", "--command", f"{sys.executable} {wrong}", "--only", "TEXT-8", "--only", "TEXT-7"
    )
    verdicts = {entry["id"]: entry["verdict"] for entry in report["scenarios"]}
    assert verdicts == {"vectors/compose": "passed", "vectors/transform": "failed"}
    assert report["broken"] == ["TEXT-8"]
    (entry,) = (entry for entry in report["scenarios"] if entry["verdict"] == "failed")
    assert entry["seen"][0]["id"].startswith("transform-")
