"""What `make` says to a newcomer whose machine lacks something."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from collab.config import ROOT
from tests.live import clean_environment


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of programs, the only one on PATH: a shell and its tools, nothing else."""
    for name in ("sh", "sort", "head", "printf", "tr", "dirname"):
        found = shutil.which(name)
        assert found
        (tmp_path / name).symlink_to(found)
    return tmp_path


def program(machine: Path, name: str, says: str) -> None:
    (machine / name).write_text(f"#!/bin/sh\necho {says}\n")
    (machine / name).chmod(0o755)


def require(machine: Path, what: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PATH": str(machine)}
    return subprocess.run(
        [ROOT / "scripts" / "require", what], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("version", ["v20.19.0", "v22.1.0", "v100.0.0"])
def test_a_new_enough_node_will_do(machine: Path, version: str) -> None:
    program(machine, "node", version)
    program(machine, "npm", "10.0.0")
    assert require(machine, "node").returncode == 0


@pytest.mark.parametrize("version", ["3.11.0", "3.12.9", "3.20.1"])
def test_a_new_enough_python_will_do(machine: Path, version: str) -> None:
    program(machine, "python3", version)
    assert require(machine, "python").returncode == 0


@pytest.mark.parametrize(
    ("what", "programs", "package"),
    [
        ("node", {}, "nodejs"),
        ("node", {"node": "v20.18.3", "npm": "10"}, "nodejs.org"),
        ("node", {"node": "v9.99.0", "npm": "10"}, "nodejs.org"),
        ("node", {"node": "v20.19.0"}, "npm"),
        ("python", {}, "python3"),
        ("python", {"python3": "3.10.14"}, "python3"),
        ("python", {"python3": "3.9.2"}, "python3"),
    ],
)
def test_what_is_missing_is_one_line_with_its_package(
    machine: Path, what: str, programs: dict[str, str], package: str
) -> None:
    for name, says in programs.items():
        program(machine, name, says)
    done = require(machine, what)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert package in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_help_lists_every_command_of_the_makefile() -> None:
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    declared = next(line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith(".PHONY"))
    assert {line.split()[1] for line in listed.splitlines()} == set(declared.split()[1:])


def test_what_is_set_on_the_command_line_of_make_is_a_setting() -> None:
    command = ["make", "--no-print-directory", "run", "PORT=0", "WORKERS=300"]
    done = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "WORKERS: Input should be less than or equal to 256" in done.stderr
