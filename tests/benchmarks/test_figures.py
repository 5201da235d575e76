"""What the bench says of its runs, and whether it would notice a loss."""

import json
import subprocess
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from benchmarks.bench import messages, results, summary
from benchmarks.bench.goals import goals
from benchmarks.bench.report import section, spread
from protocol.content import Content
from protocol.delta import Delta


@pytest.fixture(scope="module")
def board(node: None) -> Any:
    script = Path(__file__).with_name("board.mjs")
    return json.loads(subprocess.run(["node", script], capture_output=True, text=True, check=True).stdout)


def test_a_text_is_right_only_with_each_accepted_letter_once(board: Any) -> None:
    assert board["right"] is None
    assert board["missing"] == "1 letters missing, 0 too often"
    assert board["doubled"] == "0 letters missing, 1 too often"
    assert board["changed"] == "the first text is not what it was"


def test_an_edit_is_known_by_its_letter_in_a_frame(board: Any) -> None:
    assert board["in_frame"] == [True]


def test_quantiles_are_right_to_one_per_cent(board: Any) -> None:
    assert board["quantiles"] == pytest.approx([500, 990, 1000], rel=0.01)
    assert board["nothing"] is None


def test_a_spread_is_the_median_the_least_and_the_most() -> None:
    assert spread([3.0, 1.0, 2.0]) == "2 (1–3)"
    assert spread([1234.5]) == "1,234"
    assert spread([]) == "–"


def typing(p99: float, **more: Any) -> dict[str, Any]:
    return {"visible": {"p50": p99 / 4, "p99": p99}, "server_cpu": 20.0, "drain_ms": 0.0, **more}


def test_others_are_multiples_of_deltapad() -> None:
    page = section("W3b", {"deltapad": [typing(10)], "hocuspocus": [typing(30)]})
    assert "| hocuspocus | × 3.00 | × 3.00 | × 1.00 |" in page


def test_what_did_not_converge_is_said_so() -> None:
    assert "NOT CONVERGED: texts differ" in section("W1", {"sharedb": [typing(10, difference="texts differ")]})


def test_a_goal_is_told_of_when_both_were_measured() -> None:
    assert goals({"W3b": {"deltapad": [typing(10)]}}).count("W3b") == 1  # that it kept up needs nobody else
    told = goals({"W3b": {"deltapad": [typing(10)], "hocuspocus": [typing(9)]}})
    assert "| W3b | deltapad: visible p99 (at most Hocuspocus's) | NO | 10 | ≤ 9 |" in told
    assert "| W3b | deltapad: server and database CPU % (at most Hocuspocus's) | yes | 20 | ≤ 20 |" in told


def test_what_was_measured_before_stays(tmp_path: Path) -> None:
    results.save(tmp_path, {"W1": {"deltapad": [typing(10)]}, "W2": {"deltapad": [typing(20)]}})
    results.save(tmp_path, {"W2": {"deltapad": [typing(30)]}})
    kept = json.loads((tmp_path / "results.json").read_text())
    assert {name: rows["runs"]["deltapad"][0]["visible"]["p99"] for name, rows in kept.items()} == {"W1": 10, "W2": 30}
    page = (tmp_path / "results.md").read_text()
    assert page.index("### W1") < page.index("### W2")
    assert "recorded in another run" in page


def test_the_guide_says_what_was_measured() -> None:
    text = summary.GUIDE.read_text()
    assert summary.guide(text) == text


def test_a_line_without_a_figure_stays_empty() -> None:
    told = summary.summary({"W3-500": {"runs": {"deltapad": [typing(10), typing(12)]}}})
    assert "| W3-500, p99 ms and CPU | 11, 20 % |  |" in told


def test_a_generated_history_is_a_text_being_written() -> None:
    content = Content.EMPTY
    patches = list(islice(messages.generated(length=2_000), 2_000))
    for position, deleted, inserted in patches:
        ops: list[dict[str, Any]] = [{"retain": position}] if position else []
        content = content.apply(Delta([*ops, *([{"insert": inserted}] if inserted else [{"delete": deleted}])]))
    assert content.length - 1 == sum(len(inserted) - deleted for _, deleted, inserted in patches)
    assert 500 < content.length < 1_500
