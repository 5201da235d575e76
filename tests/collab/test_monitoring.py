"""The papers for operators name what there is: the guide each metric, the dashboard only such."""

import json
import re
from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families

from collab.config import ROOT
from collab.process import Process
from collab.scrape import Scrape

GUIDE = ROOT / "docs" / "guides" / "monitoring.md"
DASHBOARD = ROOT / "deploy" / "grafana.json"
NAME = re.compile(r"\b(?:deltapad|process)_\w+")
ROW = re.compile(r"^\| `(deltapad_\w+)` \| (\w+) \|", re.MULTILINE)


@pytest.fixture
async def page(processes: Callable[..., Process]) -> str:
    """What `/metrics` answers."""
    return (await Scrape(processes()).page()).decode()


async def test_the_guide_tells_of_every_metric_and_of_no_other(page: str) -> None:
    measured = dict(re.findall(r"^# TYPE (deltapad_\w+) (\w+)$", page, re.MULTILINE))
    assert dict(ROW.findall(GUIDE.read_text())) == measured


async def test_what_guide_and_dashboard_ask_for_exists(page: str) -> None:
    families = {family.name for family in text_string_to_metric_families(page)}
    suffix = re.compile(r"_(total|bucket|sum|count)$")
    for paper in (GUIDE, DASHBOARD):
        asked = {suffix.sub("", name) for name in NAME.findall(paper.read_text())}
        assert asked, paper
        assert asked <= families, paper


def test_the_dashboard_leaves_no_metric_out() -> None:
    shown = json.dumps(json.loads(DASHBOARD.read_text())["panels"])
    assert [name for name, _ in ROW.findall(GUIDE.read_text()) if name not in shown] == []


def test_the_dashboard_has_places_and_numbers_of_its_own() -> None:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len({(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}) == len(panels)
