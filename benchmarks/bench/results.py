"""What was measured, kept in a folder: JSON with every run, and the pages and pictures that are made of it."""

import importlib.metadata
import json
import os
import platform
import sqlite3
import subprocess
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.bench.goals import goals
from benchmarks.bench.plots import draw
from benchmarks.bench.report import OURS, Runs, section, table
from benchmarks.bench.systems import PEERS, ROOT
from benchmarks.bench.workloads import WORKLOADS
from tests.services import PostgreSQL

# What several processes are compared with.
OURS_ALONE = "deltapad-1"
STANDS_ON = ("django", "channels", "daphne", "uvicorn", "websockets", "pydantic", "psycopg")
RECORDED = PEERS / "etherpad.json"

Results = dict[str, dict[str, Any]]


def save(folder: Path, measured: Mapping[str, Runs]) -> None:
    """Puts these workloads in the place of what the folder held of them, and writes pages and pictures anew.

    Servers of several processes have a file and a page of their own, `scale`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    single = {name: runs for name, runs in measured.items() if not WORKLOADS[name].several}
    if single:
        draw(folder, {name: kept["runs"] for name, kept in _put(folder / "results", "Results", single).items()})
    if single != measured:
        several = {name: runs for name, runs in measured.items() if name not in single}
        _put(folder / "scale", "Several processes", several)


def _put(path: Path, title: str, measured: Mapping[str, Runs]) -> Results:
    file = path.with_suffix(".json")
    results: Results = json.loads(file.read_text()) if file.exists() else {}
    circumstances = {"date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "machine": machine(), "versions": versions()}
    results |= {name: circumstances | {"runs": runs} for name, runs in measured.items()}
    results = {name: results[name] for name in WORKLOADS if name in results}
    file.write_text(json.dumps(results, indent=1) + "\n")
    path.with_suffix(".md").write_text(page(title, results))
    return results


def page(title: str, results: Results) -> str:
    """All results as Markdown."""
    runs: dict[str, Runs] = {name: kept["runs"] for name, kept in results.items()}
    parts = [f"# {title}", goals(runs)]
    parts += [f"{workload_section(name, runs[name])}\nMeasured {results[name]['date']}.\n" for name in results]
    newest = list(results.values())[-1] if results else {"machine": {}, "versions": {}}
    parts += ["## Circumstances", table(["what", "which"], [*newest["machine"].items(), *newest["versions"].items()])]
    return "\n\n".join(part for part in parts if part)


def workload_section(name: str, runs: Runs) -> str:
    """One workload's tables, with Etherpad's recorded figures."""
    recorded: dict[str, Any] = json.loads(RECORDED.read_text())
    if name in recorded["runs"]:
        runs = {"etherpad": [recorded["runs"][name] | {"remark": recorded["remark"]}], **runs}
    workload = WORKLOADS[name]
    return section(f"{name}: {workload.title}", runs, OURS_ALONE if workload.several else OURS)


def machine() -> dict[str, str]:
    """The machine, without its name."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": f"{model}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
    }


def versions() -> dict[str, str]:
    """Of Deltapad, of what it runs on, and of the peers."""
    ours = {name: importlib.metadata.version(name) for name in STANDS_ON}
    tools = {
        "Deltapad": _said("git", "-C", str(ROOT), "describe", "--always", "--dirty"),
        "Python": f"{platform.python_version()} ({platform.python_compiler()})",
        "SQLite": sqlite3.sqlite_version,
        "Node": _said("node", "--version"),
    }
    if PostgreSQL.installed():
        tools["PostgreSQL"] = _said("psql", "--version").split()[2]
    return tools | ours | _npm() | _pypi()


def _said(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown – none"


def _npm() -> dict[str, str]:
    wanted = json.loads((PEERS / "package.json").read_text())["dependencies"]
    locked = json.loads((PEERS / "package-lock.json").read_text())["packages"]
    return {name: locked[f"node_modules/{name}"]["version"] for name in wanted}


def _pypi() -> dict[str, str]:
    wanted = tomllib.loads((PEERS / "pycrdt" / "pyproject.toml").read_text())["project"]["dependencies"]
    return {f"{name} (peer)": version for name, _, version in (line.partition("==") for line in wanted)}
