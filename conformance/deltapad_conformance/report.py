"""What the kit says of what it judged: for people as it goes, and as JSON."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from .scenario import Result, Scenario

MARKS = {"passed": "ok  ", "failed": "FAIL", "skipped": "skip"}
FRAME_CHARACTERS = 400


def line(scenario: Scenario[Any]) -> str:
    """A scenario in a list of them."""
    rules = f" [{', '.join(scenario.rules)}]" if scenario.rules else ""
    return f"{scenario.id}{rules}: {scenario.about}"


def text(result: Result) -> str:
    """A result for people; a failed one with what was said."""
    said = f"{MARKS[result.verdict]} {line(result.scenario)}"
    if result.verdict == "passed":
        return said
    said += f"\n     {result.reason}"
    if result.expected is not None or result.seen is not None:
        said += f"\n     expected: {_short(result.expected)}\n     seen:     {_short(result.seen)}"
    frames = [f"\n     {one['who']:>8} {one['way']} {_short(one['frame'])}" for one in result.record]
    return said + "".join(frames)


def summary(results: Sequence[Result]) -> str:
    """One line: how many of each verdict, and the rules that were broken."""
    counts = Counter(result.verdict for result in results)
    said = f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped"
    return f"{said}; broken: {', '.join(broken)}" if (broken := broken_rules(results)) else said


def broken_rules(results: Sequence[Result]) -> list[str]:
    """The ids of the requirements that a failed scenario names."""
    return sorted({rule for result in results if result.verdict == "failed" for rule in result.scenario.rules})


def as_json(kind: str, name: str, results: Sequence[Result]) -> str:
    """The whole report, for programs."""
    counts = Counter(result.verdict for result in results)
    report = {
        "kind": kind,
        "name": name,
        "protocol": 1,
        "passed": counts["passed"],
        "failed": counts["failed"],
        "skipped": counts["skipped"],
        "broken": broken_rules(results),
        "scenarios": [_entry(result) for result in results],
    }
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def _entry(result: Result) -> dict[str, Any]:
    scenario = result.scenario
    entry: dict[str, Any] = {
        "id": scenario.id,
        "about": scenario.about,
        "requirements": list(scenario.rules),
        "verdict": result.verdict,
    }
    if result.reason:
        entry["reason"] = result.reason
    if result.verdict == "failed":
        entry |= {"expected": result.expected, "seen": result.seen, "frames": list(result.record)}
    return entry


def _short(value: Any) -> str:
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return said if len(said) <= FRAME_CHARACTERS else f"{said[:FRAME_CHARACTERS]}… ({len(said)} characters)"
